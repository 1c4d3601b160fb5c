"""Text from all over a file, so that a guess need not rest on its beginning alone."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from core.data.reading.bytestream import codec_of
from core.data.reading.compression import OpenFile, open_file

_PIECES = 64
_PIECE_BYTES = 1 << 16  # A multiple of four: UTF-16 and UTF-32 are cut between characters.
_MAX_STREAM_BYTES = 512 << 20  # What is compressed has to be read from its beginning.
_ALIGNED = 4


def text_windows(path: Path, *, encoding: str, compression: str) -> tuple[list[str], bool]:
    """Whole lines from places spread evenly over a file, its beginning and its end among them.

    Args:
        path: The file.
        encoding: What `encoding_key` gives.
        compression: A key of COMPRESSIONS.

    Returns:
        The texts, in order, and whether they are one: the whole file.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is compressed in another way or damaged.
    """
    with open_file(path, compression) as file:
        size = path.stat().st_size
        if compression or size <= _PIECES * _PIECE_BYTES:
            pieces, whole, ended = _streamed(file)
        else:
            pieces, whole, ended = list(_sought(path, size)), False, True
    codec = codec_of(encoding, pieces[0] if pieces else b"")
    texts = [_decoded(piece, codec) for piece in pieces]
    if whole:
        return texts, True
    last = len(texts) - 1
    return [
        _whole_lines(text, begins=number == 0, ends=ended and number == last)
        for number, text in enumerate(texts)
    ], False


def _sought(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        for number in range(_PIECES):
            place = (size - _PIECE_BYTES) * number // (_PIECES - 1)
            file.seek(place - place % _ALIGNED)
            yield file.read(_PIECE_BYTES + _ALIGNED)


def _streamed(file: OpenFile) -> tuple[list[bytes], bool, bool]:
    """Pieces of what can only be read on, whether they are all of it, and whether it has ended."""
    kept: list[bytes] = []
    number, stride, before, last = 0, 1, b"", b""
    while number * _PIECE_BYTES < _MAX_STREAM_BYTES and (piece := _filled(file)):
        before, last = last, piece
        if number % stride == 0:
            kept.append(piece)
        if len(kept) > _PIECES:
            kept, stride = kept[::2], 2 * stride
        number += 1
    if stride == 1:
        return [b"".join(kept)], True, True
    return [*kept, before + last], False, len(last) < _PIECE_BYTES


def _filled(file: OpenFile) -> bytes:
    piece = b""
    while len(piece) < _PIECE_BYTES and (more := file.read(_PIECE_BYTES - len(piece))):
        piece += more
    return piece


def _decoded(piece: bytes, codec: str) -> str:
    text = codecs.getincrementaldecoder(codec)("replace").decode(piece, final=True)
    return text.removeprefix("\ufeff").replace("\0", " ")


def _whole_lines(text: str, *, begins: bool, ends: bool) -> str:
    """A text without the lines at its edges that are cut off."""
    start = 0 if begins else _behind_line_end(text)
    end = len(text) if ends else max(text.rfind("\n"), text.rfind("\r")) + 1
    return text[start:end]


def _behind_line_end(text: str) -> int:
    places = [place for place in (text.find("\n"), text.find("\r")) if place >= 0]
    return min(places) + 1 if places else len(text)
