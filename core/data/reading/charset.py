"""Guess the encoding of a text file from its bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.reading.bytestream import codec_of
from core.data.reading.charset_guess import guess_charset
from core.data.reading.compression import HEAD_BYTES, open_file, read_head

_SAMPLE_BYTES = 16 << 10
_LINE_BYTES = 4 << 10
_BEFORE_BYTES = 256
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_BOMS = {  # UTF-32 first: its mark begins with that of UTF-16.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ISO_2022 = {b"\x1b$B": "iso2022_jp", b"\x1b$@": "iso2022_jp", b"\x1b$)C": "iso2022_kr"}
_MIN_ZERO_SHARE = 0.02
_SAME_SIDE = 0.8  # Some letters have a zero on the other side, such as the Chinese one (U+4E00).


@dataclass(frozen=True)
class ScanLimits:
    """How many bytes are looked at, at once and in all: more as long as only ASCII comes."""

    chunk_bytes: int = 1 << 20
    scan_bytes: int = 64 << 20
    ascii_bytes: int = 1 << 30


LIMITS = ScanLimits()


def detect_encoding(path: Path, compression: str, limits: ScanLimits = LIMITS) -> str:
    """The encoding that fits a text file best, as `encoding_key` names it.

    UTF-8 as long as the letters that fit it outnumber the bytes that do not; else the one in
    which the first lines with other letters read best. Without a byte-order mark, UTF-16 shows
    in zeros that stand at even or at odd places only. The first 64 MB are looked at, and up to
    1 GB as long as nothing but ASCII comes.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is compressed in another way or damaged.
    """
    scan = _Scan(limits)
    with open_file(path, compression) as file:
        while not scan.is_enough and (piece := file.read(limits.chunk_bytes)):
            if not scan.scanned:
                known = _marked_or_utf_16(piece)
                if known is not None:
                    return known
            scan.add(piece)
    return scan.encoding()


class WrittenAs(NamedTuple):
    """How characters become bytes: by a codec of Python's, behind a byte-order mark if any."""

    codec: str = "utf-8"
    mark: bytes = b""


def written_as(path: Path, encoding: str, compression: str) -> WrittenAs:
    """How a text file of a known encoding is written, so that another can be written alike.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is compressed in another way or damaged.
    """
    head = read_head(path, compression)
    marks = (mark for mark, known in _BOMS.items() if encoding.startswith(known))
    mark = next((mark for mark in marks if head.startswith(mark)), b"")
    return WrittenAs(codec_of(encoding, head), mark)


class _Scan:
    """Counts what fits UTF-8 and what does not, and keeps some lines of letters beyond ASCII."""

    def __init__(self, limits: ScanLimits) -> None:
        self.scanned = 0
        self._limits = limits
        self._fitting = self._misfits = 0
        self._rest = b""
        self._escaped = ""
        self._lines = _LinesBeyondAscii()

    @property
    def is_enough(self) -> bool:
        seen = self._fitting or self._misfits
        limit = self._limits.scan_bytes if seen else self._limits.ascii_bytes
        return self.scanned >= limit

    def add(self, piece: bytes) -> None:
        self.scanned += len(piece)
        whole, self._rest = _whole_letters(self._rest + piece)
        letters, wrong = _utf_8_letters(whole)
        self._fitting, self._misfits = self._fitting + letters, self._misfits + wrong
        self._lines.add(piece)
        if not self._escaped and b"\x1b$" in piece:
            named = (name for mark, name in _ISO_2022.items() if mark in piece)
            self._escaped = next(named, "")

    def encoding(self) -> str:
        cut_off = not self.is_enough and _utf_8_letters(self._rest)[1]
        misfits = self._misfits + cut_off
        if misfits > self._fitting:
            return guess_charset(self._lines.found())
        is_ascii = not misfits and not self._fitting
        return self._escaped if is_ascii and self._escaped else "utf-8"


class _LinesBeyondAscii:
    """The first few KB of lines that are not ASCII; of a long line, the part that is not."""

    def __init__(self) -> None:
        self._kept = b""
        self._line = b""
        self._skips = False  # The rest of a long line.

    def add(self, piece: bytes) -> None:
        if len(self._kept) >= _SAMPLE_BYTES:
            return
        text = self._line + piece
        *ended, rest = (text,) if text.isascii() and not self._skips else text.split(b"\n")
        for line in ended[self._skips :]:
            self._keep(line)
        self._skips = self._skips and not ended
        self._line = b"" if self._skips else _excerpt(rest)
        if len(self._line) >= _LINE_BYTES and not self._line.isascii():
            self._keep(self._line)
            self._line, self._skips = b"", True

    def found(self) -> bytes:
        self._keep(self._line)
        return self._kept

    def _keep(self, line: bytes) -> None:
        if not line.isascii() and len(self._kept) < _SAMPLE_BYTES:
            self._kept += _excerpt(line) + b"\n"


def _excerpt(line: bytes) -> bytes:
    """The part of a line where it stops being ASCII, or its end.

    It begins in ASCII, so that no letter of several bytes is cut in front.
    """
    first = _BEYOND_ASCII.search(line)
    if first is None:
        return line.rpartition(b"\n")[2][-_BEFORE_BYTES:]
    start = max(first.start() - _BEFORE_BYTES, 0)
    return line[start : start + _LINE_BYTES]


def _marked_or_utf_16(piece: bytes) -> str | None:
    head = piece[:HEAD_BYTES]
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return encoding
    return "utf-16" if looks_like_utf_16(head) else None


def looks_like_utf_16(head: bytes) -> bool:
    """Whether a text without byte-order mark has its zeros where UTF-16 has them."""
    zeros = head.count(0)
    first = head[::2].count(0)
    if zeros < max(_MIN_ZERO_SHARE * len(head), 1) or len(head) < 4:
        return False
    if max(first, zeros - first) < _SAME_SIDE * zeros:
        return False
    codec = "utf-16-be" if first > zeros - first else "utf-16-le"
    text = head[: len(head) // 2 * 2].decode(codec, "replace")
    control = sum(character < " " and character not in "\t\r\n\f" for character in text)
    divided = any(character in text for character in "\n\r,;\t| ")
    return divided and text.count("\ufffd") + control <= len(text) // 100


def _whole_letters(data: bytes) -> tuple[bytes, bytes]:
    """Split before a letter whose last bytes are still to come."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:  # The first byte of a letter of two to four.
            length = 2 + (byte >= 0xE0) + (byte >= 0xF0)
            return (data[:-back], data[-back:]) if back < length else (data, b"")
        if byte < 0x80:
            break
    return data, b""


def _utf_8_letters(data: bytes) -> tuple[int, int]:
    """How many letters beyond ASCII fit UTF-8, and how many places do not."""
    if data.isascii():
        return 0, 0
    wrong = 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        wrong = text.count("\ufffd") - data.count("\ufffd".encode())
    starts: NDArray[np.bool_] = np.frombuffer(data, np.uint8) >= 0xC0
    # A byte that starts no letter counts among the wrong places, so that it is no letter.
    return max(int(np.count_nonzero(starts)) - wrong, 0), wrong
