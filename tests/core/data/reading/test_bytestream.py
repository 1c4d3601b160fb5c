"""The stream itself; what it refuses stands in test_importing_refusals.py."""

import codecs
import io
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.data.reading.bytestream import MARK, open_utf8
from core.data.reading.encodings import ENCODINGS
from core.errors import BadInput
from tests.messages import assert_one_sentence

MANY_BYTES = "é€😀\n" * 1_000


@pytest.fixture(params=[1, 2, 3, 7, 1 << 20])
def chunk_bytes(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def read(stream: io.RawIOBase, size: int = -1) -> bytes:
    with stream:
        return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("utf-32", "utf-32"),
        ("utf-32-be", "utf-32-be"),
        ("utf-7", "utf-7"),
        ("gb18030", "gb18030"),
    ],
)
def test_every_encoding_becomes_utf_8_however_it_is_cut(
    codec: str, encoding: str, chunk_bytes: int, file: Path
) -> None:
    text = ("naïve £5\n" if codec in ("cp1252", "latin-1") else MANY_BYTES) * 3
    file.write_bytes(text.encode(codec))

    opened = partial(open_utf8, file, encoding=encoding, chunk_bytes=chunk_bytes)
    assert read(opened()).decode() == text
    assert read(opened(strict=True), 5).decode() == text
    with opened() as stream:
        assert b"".join(iter(stream.block, b"")).decode() == text
        assert not stream.has_marks
        assert stream.done == stream.size == file.stat().st_size


def test_utf_16_goes_by_its_byte_order_mark(file: Path) -> None:
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        file.write_bytes(mark + "Grüße 😀".encode(codec))
        assert read(open_utf8(file, encoding="utf-16")).decode() == "Grüße 😀"


@given(text=st.text(), size=st.integers(1, 9))
def test_every_text_comes_through(
    text: str, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("texts") / "file"
    file.write_bytes(text.encode())
    stream = open_utf8(file)

    assert read(stream, size).decode() == text.removeprefix("\ufeff").replace("\0", " ")
    assert stream.nul_count == text.count("\0")


@given(
    content=st.binary(max_size=60),
    encoding=st.sampled_from([*ENCODINGS, "utf-7", "iso2022_jp", "koi8-u", "hz", "cp037"]),
    size=st.integers(1, 9),
)
def test_any_bytes_become_utf_8_but_for_marks(
    content: bytes, encoding: str, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assume(not content.startswith(b"PK"))  # It would be an archive.
    file = tmp_path_factory.mktemp("bytes") / "file"
    file.write_bytes(content)
    with open_utf8(file, encoding=encoding, chunk_bytes=size) as stream:
        found = b"".join(iter(stream.block, b""))

    found.replace(MARK, b"").decode()
    assert stream.has_marks == (MARK in found)
    if encoding == "utf-8":
        marked = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", " ")
        assert found.decode("utf-8", "replace") == marked
    if encoding == "latin-1":
        assert found.decode() == content.decode("latin-1").replace("\0", " ")


def test_only_the_first_byte_order_mark_goes(file: Path) -> None:
    file.write_text("\ufeff\ufefftext", "utf-8")

    assert read(open_utf8(file)).decode() == "\ufefftext"


@pytest.mark.parametrize("line", [1, 2, 500, 1_000])
def test_a_strict_stream_names_the_line_of_a_bad_byte_however_it_is_cut(
    line: int, chunk_bytes: int, file: Path
) -> None:
    lines = [MANY_BYTES[:3].encode()] * 1_000
    lines[line - 1] = b"good until \xff"
    file.write_bytes(b"\n".join(lines))

    with pytest.raises(BadInput, match=rf"the byte 0xff in line {line:,}:") as caught:
        read(open_utf8(file, strict=True, chunk_bytes=chunk_bytes))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_another_encoding_is_suggested_but_not_the_one_that_failed(
    encoding: str, file: Path
) -> None:
    # 0x81 and a single byte of UTF-16 are errors; every byte is a letter in Latin-1.
    file.write_bytes(b"text,label\r\nna\x81ve caf\xe9,1\r")
    with pytest.raises(BadInput) as caught:
        read(open_utf8(file, encoding=encoding, strict=True))

    assert_one_sentence(caught.value)
    assert ENCODINGS[encoding] in caught.value.expected
    assert ENCODINGS[encoding] not in caught.value.action
    likely = "Windows-1252" if encoding == "utf-8" else "UTF-8"
    assert f"most often {likely}" in caught.value.action
    file.write_bytes(b"text,label\r\nna\x81ve caf\xe9,1\r")
    assert read(open_utf8(file, encoding="latin-1", strict=True))


def test_the_head_is_the_beginning_and_says_whether_it_is_all(file: Path) -> None:
    file.write_text("é" * 1_000_000, "utf-8")
    with open_utf8(file) as stream:
        assert stream.head() == ("é" * (1 << 18), False)
    file.write_bytes(b"caf\xe9 \xc3\xa9")
    with open_utf8(file) as stream:
        assert stream.head() == ("caf\udcff é", True)


def test_the_file_is_closed_with_the_stream(file: Path) -> None:
    file.write_text("text\n")
    with open_utf8(file) as stream:
        source = stream._source
    with pytest.raises(ValueError, match="closed"):
        source.read(1)
