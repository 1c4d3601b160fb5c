"""Characters beyond ASCII in the bytes of many texts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
_FIRST = 0xC2
"""The lowest byte that begins a character beyond ASCII."""


@dataclass(frozen=True)
class WideCharacters:
    """The characters beyond ASCII: where each begins, its code point, and how many bytes it has."""

    places: NDArray[np.int64]
    points: NDArray[np.int32]
    sizes: NDArray[np.int8]


def text_bytes(texts: pa.StringArray) -> tuple[Bytes, NDArray[np.int32]]:
    """The bytes of strings without nulls, and where each begins and the last ends."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int32)
    ends = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]


def wide_characters(data: Bytes) -> WideCharacters:
    """All characters beyond ASCII of some UTF-8."""
    return _decoded(data, np.flatnonzero(data >= _FIRST))


def first_points(data: Bytes, offsets: NDArray[np.int32]) -> NDArray[np.int32]:
    """The first character of each string if it is beyond ASCII, else 0; shape (n,)."""
    found = np.zeros(len(offsets) - 1, np.int32)
    filled = np.flatnonzero(np.diff(offsets))
    wide = filled[data[offsets[filled]] >= _FIRST]
    found[wide] = _decoded(data, offsets[wide].astype(np.int64)).points
    return found


def _decoded(data: Bytes, places: NDArray[np.int64]) -> WideCharacters:
    first = data[places].astype(np.int32)
    points = (first & 0x1F) << 6 | _rest(data, places + 1)
    sizes = np.full(len(places), 2, np.int8)
    for size, lowest, mask in ((3, 0xE0, 0x0F), (4, 0xF0, 0x07)):
        of_size = np.flatnonzero(first >= lowest)
        if not len(of_size):
            break
        begin, value = places[of_size], first[of_size] & mask
        for place in range(1, size):
            value = value << 6 | _rest(data, np.minimum(begin + place, len(data) - 1))
        points[of_size], sizes[of_size] = value, size
    return WideCharacters(places, points, sizes)


def _rest(data: Bytes, places: NDArray[Any]) -> NDArray[np.int32]:
    bits: NDArray[np.int32] = data[places].astype(np.int32) & 0x3F
    return bits
