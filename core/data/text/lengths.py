"""Words and characters a text, counted on Arrow's buffers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# White space beyond ASCII, as `str.isspace` has it, in UTF-8.
_WIDE_SPACES = tuple(
    chr(code).encode()
    for code in (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
_FIRST_BYTES = sorted({space[0] for space in _WIDE_SPACES})
_SPACE = 32


def count_words(texts: pa.Array) -> pa.Array:
    """Words a text, split on Unicode white space as `str.split()` does; int32, blank is 0."""
    data, offsets = string_buffers(texts)
    if not len(data):
        return pa.array(np.zeros(len(texts), np.int32))
    space = np.empty(len(data) + 1, bool)
    space[0] = True
    space[1:] = _space_bytes(data)
    starts = np.zeros(len(data) + 1, bool)
    starts[:-1] = space[:-1] > space[1:]  # A word begins behind white space …
    firsts = offsets[:-1]
    firsts = firsts[firsts < offsets[1:]]
    starts[firsts] = ~space[firsts + 1]  # … and at the beginning of a text.
    words = np.add.reduceat(starts, offsets[:-1], dtype=np.int32)
    words[offsets[:-1] == offsets[1:]] = 0
    return pa.array(words)


def _space_bytes(data: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether each byte belongs to white space."""
    space: NDArray[np.bool_] = (data - np.uint8(9) < 5) | (data - np.uint8(28) < 5)
    wide = np.flatnonzero(data >= _FIRST_BYTES[0])
    wide = wide[np.isin(data[wide], _FIRST_BYTES)]
    for letter in _WIDE_SPACES:
        found = wide[wide <= len(data) - len(letter)]
        for place, byte in enumerate(letter):
            found = found[data[found + place] == byte]
        for place in range(len(letter)):
            space[found + place] = True
    return space


def count_chars(texts: pa.Array) -> pa.Array:
    """Unicode characters a text, as `len` gives; int32."""
    return pc.utf8_length(texts)


def string_buffers(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """The bytes of a string column without nulls, and where each string begins and the last ends.

    Args:
        column: Strings; a null must be empty.
    """
    _, offsets, data = column.buffers()
    if offsets is None or not len(column):
        return np.zeros(0, np.uint8), np.zeros(len(column) + 1, np.int32)
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    if data is None:
        return np.zeros(0, np.uint8), ends - ends[0]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]


def blank_strings(strings: pa.Array) -> NDArray[np.bool_]:
    """Whether each string is null, empty or white space."""
    data, ends = string_buffers(strings.fill_null("") if strings.null_count else strings)
    blank: NDArray[np.bool_] = ends[1:] == ends[:-1]
    filled = np.flatnonzero(~blank)
    first = data[ends[filled]]
    # Only what begins with a control character, a space or a letter beyond ASCII may be blank.
    doubtful = filled[(first <= _SPACE) | (first >= 0x80)]
    if len(doubtful):
        trimmed = pc.utf8_trim_whitespace(strings.take(pa.array(doubtful)))
        blank[doubtful] = pc.equal(pc.binary_length(trimmed), 0).to_numpy(zero_copy_only=False)
    return blank


def without_blanks(strings: pa.Array) -> pa.Array:
    """Strings of which blank ones are null: an empty cell is a missing one."""
    blank = blank_strings(strings)
    if int(blank.sum()) == strings.null_count:
        return strings
    return pc.if_else(pa.array(blank), pa.scalar(None, strings.type), strings)
