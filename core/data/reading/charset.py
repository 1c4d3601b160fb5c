"""Guess the encoding of a text file from its bytes."""

from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.reading.compression import HEAD_BYTES, open_file

_SCAN_BYTES = 64 << 20
_CHUNK_BYTES = 1 << 20
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UNDEFINED_IN_1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_MIN_ZERO_SHARE = 0.02
_SAME_SIDE = 0.97


def detect_encoding(path: Path, packing: str) -> str:
    """The key of ENCODINGS that fits a text file best; its first 64 MB are looked at.

    UTF-8 as long as the letters that fit it outnumber the bytes that do not; else Windows-1252,
    or Latin-1 where bytes stand that mean nothing in Windows-1252. Without a byte-order mark,
    UTF-16 shows in zeros that stand at even or at odd places only.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is packed in another way or damaged.
    """
    fitting = misfits = scanned = 0
    counts = np.zeros(256, np.int64)
    rest = b""
    with open_file(path, packing) as file:
        while scanned < _SCAN_BYTES and (piece := file.read(_CHUNK_BYTES)):
            if not scanned:
                known = _marked_or_utf_16(piece)
                if known is not None:
                    return known
            scanned += len(piece)
            whole, rest = _whole_letters(rest + piece)
            letters, wrong = _utf_8_letters(whole)
            fitting, misfits = fitting + letters, misfits + wrong
            if wrong:
                counts += np.bincount(np.frombuffer(whole, np.uint8), minlength=256)
    wrong = _utf_8_letters(rest)[1] if scanned < _SCAN_BYTES else 0
    counts += np.bincount(np.frombuffer(rest, np.uint8), minlength=256)
    if misfits + wrong <= fitting:
        return "utf-8"
    return _single_byte(counts)


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


def _single_byte(counts: NDArray[np.int64]) -> str:
    undefined = int(counts[list(_UNDEFINED_IN_1252)].sum())
    defined = int(counts[0x80:0xA0].sum()) - undefined
    return "latin-1" if undefined > defined else "cp1252"
