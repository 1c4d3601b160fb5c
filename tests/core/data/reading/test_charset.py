import codecs
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading.bytestream import open_utf8
from core.data.reading.charset import LIMITS, ScanLimits, detect_encoding, looks_like_utf_16
from core.data.reading.encodings import encoding_key

ENGLISH = "id,text\n1,Why is the sky blue?\n" * 50
GERMAN = "id,text\n1,Warum ist der Himmel über Köln so groß?\n" * 50
CURLY = "id,text\n1,“naïve” – 5 €\n" * 50
RUSSIAN = "id,text\n1,Почему небо голубое?\n" * 50
JAPANESE = "id,text\n1,空はなぜ青いのですか。\n" * 50
KOREAN = "id,text\n1,하늘은 왜 파랗습니까\n" * 50
SMALL = ScanLimits(chunk_bytes=100, scan_bytes=1_000)
ONE = "".join(f"{n},这是一个测试,a\n" for n in range(50))  # The one has a zero on the other side.
CHINESE = "id,text\n1,天空为什么是蓝色的\n" * 50


def detected(tmp_path: Path, content: bytes, limits: ScanLimits = LIMITS) -> str:
    (tmp_path / "file").write_bytes(content)
    return detect_encoding(tmp_path / "file", "", limits)


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
        (ONE.encode("utf-16-le"), "utf-16"),
        (ONE.encode("utf-16-be"), "utf-16"),
        (GERMAN.encode("cp1252"), "cp1252"),
        (CURLY.encode("cp1252"), "cp1252"),
        (CURLY.encode("cp1252") + b"\x81", "cp1252"),
        (RUSSIAN.encode("cp1251"), "cp1251"),
        (RUSSIAN.encode("koi8-r"), "koi8-r"),
        (JAPANESE.encode("shift_jis"), "cp932"),
        (JAPANESE.encode("euc_jp"), "euc_jp"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (JAPANESE.encode("iso2022_jp"), "iso2022_jp"),
        (KOREAN.encode("iso2022_kr"), "iso2022_kr"),
        (GERMAN.encode("utf-32"), "utf-32"),
        (codecs.BOM_UTF32_BE + GERMAN.encode("utf-32-be"), "utf-32"),
        (b'{"text": "' + b"a" * 9_000 + RUSSIAN[9:].encode("cp1251") * 9, "cp1251"),
        (b"a" * 9_000 + b"\n".join([RUSSIAN.replace("\n", " ").encode("cp1251")] * 9), "cp1251"),
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
    content: bytes, expected: str, chunk_bytes: int, tmp_path: Path
) -> None:
    if expected in ("utf-16", "utf-32", "iso2022_jp", "iso2022_kr") and chunk_bytes < len(content):
        chunk_bytes = 1 << 10  # The first piece is never that small.

    assert detected(tmp_path, content, ScanLimits(chunk_bytes)) == expected


def test_only_the_beginning_of_a_huge_file_is_looked_at(tmp_path: Path) -> None:
    letters, russian = "д\n".encode(), b"\n" + RUSSIAN.encode("cp1251")

    assert detected(tmp_path, letters + b"a" * 2_000 + russian, SMALL) == "utf-8"
    assert detected(tmp_path, letters + russian, SMALL) == "cp1251"


def test_a_huge_file_is_read_on_until_something_is_not_ascii(tmp_path: Path) -> None:
    content = b"a line of ASCII\n" * 1_000 + "Почему небо голубое?\n".encode("cp1251")

    assert detected(tmp_path, content, SMALL) == "cp1251"
    assert detected(tmp_path, content, replace(SMALL, ascii_bytes=10_000)) == "utf-8"


@given(content=st.binary(max_size=40))
def test_any_bytes_have_an_encoding_that_can_be_read(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    found = detected(folder, content)

    assert encoding_key(found) == found
    with open_utf8(folder / "file", encoding=found) as stream:
        b"".join(iter(stream.block, b"")).decode("utf-8", "surrogateescape")


@given(st.text(st.characters(codec="utf-16", exclude_characters="\0"), min_size=20))
def test_utf_8_is_never_taken_for_utf_16(text: str) -> None:
    assert not looks_like_utf_16(text.encode())
