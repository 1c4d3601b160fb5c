"""The stream itself; what it refuses stands in test_importing_refusals.py."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets import bytestream
from core.datasets.bytestream import Utf8Stream, open_utf8
from core.errors import BadInput

MANY_BYTES = "é€😀\n" * 1_000


@pytest.fixture(params=[1, 2, 3, 7, 1 << 20])
def chunk_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(bytestream, "_CHUNK_BYTES", request.param)
    return request.param


def read(stream: io.RawIOBase, size: int = -1) -> bytes:
    with stream:
        return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_every_encoding_becomes_utf_8_however_it_is_cut(
    encoding: str, chunk_bytes: int, tmp_path: Path
) -> None:
    text = ("naïve £5\n" if encoding in ("cp1252", "latin-1") else MANY_BYTES) * 3
    file = tmp_path / "file"
    file.write_bytes(text.encode(encoding))
    said = encoding if encoding in bytestream.ENCODINGS else None

    assert read(open_utf8(file, encoding=said)).decode() == text
    assert read(open_utf8(file, encoding=said), 5).decode() == text


@given(st.text(), st.integers(1, 9))
def test_every_text_comes_through(text: str, size: int) -> None:
    content = text.encode()
    stream = Utf8Stream(io.BytesIO(content), len(content), encoding="utf-8")

    expected = text.removeprefix("\ufeff").replace("\0", " ")
    assert read(stream, size).decode() == expected
    assert stream.nul_count == text.count("\0")
    assert stream.bytes_done == len(content)
    assert stream.last_character == expected.rstrip()[-1:]


def test_only_the_first_byte_order_mark_goes() -> None:
    content = "\ufeff\ufefftext".encode()

    assert read(Utf8Stream(io.BytesIO(content), 10, encoding="utf-8")).decode() == "\ufefftext"


@pytest.mark.parametrize("line", [1, 2, 500, 1_000])
def test_the_line_of_a_bad_byte_is_right_however_it_is_cut(line: int, chunk_bytes: int) -> None:
    lines = [MANY_BYTES[:3].encode()] * 1_000
    lines[line - 1] = b"good until \xff"
    content = b"\n".join(lines)
    stream = Utf8Stream(io.BytesIO(content), len(content), encoding="utf-8")

    with pytest.raises(BadInput, match=rf"the byte 0xff in line {line:,}:"):
        read(stream)


@pytest.mark.parametrize("finish", [open_utf8, lambda path: open_utf8(path, encoding="utf-16")])
def test_the_file_is_closed_with_the_stream(
    finish: Callable[[Path], Utf8Stream], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("\ufefftext\n", "utf-16-le")
    stream = finish(tmp_path / "file")
    source = stream._source

    stream.close()
    assert source.closed
