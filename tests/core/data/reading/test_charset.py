from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading import charset as encoding
from core.data.reading.bytestream import ENCODINGS, open_utf8
from core.data.reading.charset import detect_encoding, looks_like_utf_16

ENGLISH = "id,text\n1,Why is the sky blue?\n" * 50
GERMAN = "id,text\n1,Warum ist der Himmel über Köln so groß?\n" * 50
CURLY = "id,text\n1,“naïve” – 5 €\n" * 50
CHINESE = "id,text\n1,天空为什么是蓝色的\n" * 50


def detected(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "file").write_bytes(content)
    return detect_encoding(tmp_path / "file", "")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ENGLISH.encode(), "utf-8"),
        (GERMAN.encode(), "utf-8"),
        (GERMAN.encode("utf-8-sig"), "utf-8"),
        (CHINESE.encode(), "utf-8"),
        (GERMAN.encode("utf-16"), "utf-16"),
        (ENGLISH.encode("utf-16-le"), "utf-16"),
        (ENGLISH.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16"),
        (CHINESE.encode("utf-16-be"), "utf-16"),
        (GERMAN.encode("cp1252"), "cp1252"),
        (CURLY.encode("cp1252"), "cp1252"),
        (CURLY.encode("cp1252") + b"\x81", "cp1252"),
        (GERMAN.encode("latin-1") + b"\x81\x8d\x90", "latin-1"),
        (ENGLISH.encode() + b"one caf\xe9", "cp1252"),
        (GERMAN.encode() + b"one caf\xe9", "utf-8"),
        (GERMAN.encode() + b"cut off \xc3", "utf-8"),
        (b"cut off \xc3", "cp1252"),
        (b"", "utf-8"),
        (b"a", "utf-8"),
        (b"a\0b,c\n" * 9, "utf-8"),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [1, 3, 1 << 20])
def test_the_encoding_shows_in_the_bytes(
    content: bytes,
    expected: str,
    chunk_bytes: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if expected == "utf-16" and chunk_bytes < len(content):
        chunk_bytes = 1 << 10  # The first piece is never that small.
    monkeypatch.setattr(encoding, "_CHUNK_BYTES", chunk_bytes)

    assert detected(tmp_path, content) == expected


def test_only_the_beginning_of_a_huge_file_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_SCAN_BYTES", 1_000)
    monkeypatch.setattr(encoding, "_CHUNK_BYTES", 100)

    assert detected(tmp_path, b"a" * 2_000 + b"\xe9") == "utf-8"
    assert detected(tmp_path, b"a" * 900 + b"\xe9" + b"a" * 2_000) == "cp1252"


@given(content=st.binary(max_size=40))
def test_any_bytes_have_an_encoding_that_can_be_read(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    found = detected(folder, content)

    assert found in ENCODINGS
    with open_utf8(folder / "file", encoding=found) as stream:
        b"".join(iter(stream.block, b"")).decode("utf-8", "surrogateescape")


@given(st.text(st.characters(codec="utf-16", exclude_characters="\0"), min_size=20))
def test_utf_8_is_never_taken_for_utf_16(text: str) -> None:
    assert not looks_like_utf_16(text.encode())
