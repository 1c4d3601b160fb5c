"""Find ids that occur again, by 64-bit hashes: eight bytes a row instead of the ids themselves."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.text.lengths import string_buffers

_WORD_BYTES = 8
_LONG_BYTES = 256  # Longer ones, which no id is, are hashed one by one.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LAST_BYTES = np.array([(1 << 8 * n) - 1 for n in range(_WORD_BYTES)], np.uint64)


def hash_ids(ids: pa.Array) -> NDArray[np.uint64]:
    """A 64-bit hash of each string; the strings are not null."""
    data, ends = string_buffers(ids)
    starts, lengths = ends[:-1].astype(np.int64), np.diff(ends)
    padded = np.concatenate([data, np.zeros(_WORD_BYTES, np.uint8)])
    words: NDArray[np.uint64] = np.ndarray(
        (len(data) + 1,), np.uint64, padded.tobytes(), strides=(1,)
    )
    hashes = _mixed(lengths.astype(np.uint64))
    rows = np.flatnonzero((lengths > 0) & (lengths <= _LONG_BYTES))
    at = 0
    while len(rows):
        left = lengths[rows] - at
        piece = words[starts[rows] + at]
        short = left < _WORD_BYTES
        piece[short] &= _LAST_BYTES[left[short]]
        hashes[rows] = _mixed(hashes[rows] ^ piece)
        rows, at = rows[left > _WORD_BYTES], at + _WORD_BYTES
    for row in np.flatnonzero(lengths > _LONG_BYTES):
        digest = hashlib.blake2b(data[ends[row] : ends[row + 1]].tobytes(), digest_size=8).digest()
        hashes[row] = int.from_bytes(digest, "little")
    return hashes


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(32))) * _FACTOR
    values = (values ^ (values >> np.uint64(29))) * _FACTOR
    return values ^ (values >> np.uint64(32))


class IdHashes:
    """Collects ids and tells which rows repeat an earlier one; two in 10^12 may be mistaken."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.uint64]] = []

    def add(self, ids: pa.Array) -> None:
        """Take up the ids (strings, shape (n,)) of the next n rows."""
        self._parts.append(hash_ids(ids))

    def repeats(self) -> NDArray[np.int64]:
        """The rows, counted from 0, whose id an earlier row has; in ascending order."""
        if not self._parts:
            return np.zeros(0, np.int64)
        ordered = np.concatenate(self._parts)
        ordered.sort()
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        if not len(again):
            return np.zeros(0, np.int64)
        rows, hashes = self._rows_with(again)
        order = np.argsort(hashes, kind="stable")
        grouped = hashes[order]
        later = order[1:][grouped[1:] == grouped[:-1]]
        return np.sort(rows[later])

    def _rows_with(
        self, wanted: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """The rows whose hashes are among some in ascending order, and those hashes."""
        rows, hashes, first = [], [], 0
        for part in self._parts:
            places = np.minimum(np.searchsorted(wanted, part), len(wanted) - 1)
            found = np.flatnonzero(wanted[places] == part)
            rows.append(found + first)
            hashes.append(part[found])
            first += len(part)
        return np.concatenate(rows), np.concatenate(hashes)
