"""Where a block of CSV can be cut, and whether its quotation marks mean what they seem to."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from core.data.reading.bytestream import Utf8Stream
from core.data.reading.dialect import Dialect

_LF, _CR = 10, 13
_LINE_END = re.compile(rb"\r\n|\n|\r")
_FEW_TRIES = 8


def behind_lines(stream: Utf8Stream, lines: int) -> bytes:
    """What a stream begins with behind so many first lines."""
    data, place = b"", 0
    while lines and (block := stream.block()):
        data, place = data[place:] + block, 0
        for end in _LINE_END.finditer(data):
            if end.end() == len(data) and end[0] == b"\r":
                break  # The "\n" of the same line end may follow.
            place, lines = end.end(), lines - 1
            if not lines:
                break
    return b"" if lines else data[place:]


def regular_cut(data: bytes, dialect: Dialect, *, final: bool) -> tuple[int, bool]:
    """Where the last whole row ends if all quotation marks are regular, and whether they are.

    Regular is a quotation mark that opens a cell, closes it, or is one of two inside it.

    Args:
        data: Rows of a CSV file, the last one perhaps cut off.
        dialect: How they are written, a plain one.
        final: Whether nothing follows.
    """
    array = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(array == ord(dialect.quote)) if dialect.quote else _NO_PLACES
    cut = len(data) if final and len(quotes) % 2 == 0 else _last_line_end(data, array, quotes)
    return cut, is_regular(array, quotes[quotes < cut], dialect)


_NO_PLACES = np.zeros(0, np.int64)


def _last_line_end(data: bytes, array: NDArray[np.uint8], quotes: NDArray[np.int64]) -> int:
    """The place behind the last line end with an even number of quotation marks before it."""
    end = len(data)
    for _ in range(_FEW_TRIES):
        place = max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end))
        before = int(np.searchsorted(quotes, place))
        if place < 0 or before % 2 == 0:
            return place + 1
        end = int(quotes[before - 1])
    places = np.flatnonzero((array == _LF) | (array == _CR))
    outside = places[np.searchsorted(quotes, places) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def is_regular(array: NDArray[np.uint8], quotes: NDArray[np.int64], dialect: Dialect) -> bool:
    """Whether each quotation mark opens a cell, closes it, or is one of two inside it.

    Args:
        array: Rows of a CSV file as bytes.
        quotes: Where quotation marks stand in them.
        dialect: How they are written, a plain one.
    """
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    before = array[opening[opening > 0] - 1]
    after = array[closing[closing < len(array) - 1] + 1]
    edges = np.zeros(256, bool)
    edges[[_LF, _CR, ord(dialect.delimiter), ord(dialect.quote)]] = True
    return bool(edges[before].all() and edges[after].all())
