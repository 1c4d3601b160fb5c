"""What a cell looks like: one shape each, by whose counts it is decided what a column is.

Shapes do not overlap, so that a column is judged by a few counts, whatever the order of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.label_rules import MISSING_LABELS
from core.data.text.lengths import string_buffers


class Shape(IntEnum):
    """What one cell looks like."""

    OTHER = 0
    BLANK = 1
    MISSING = 2
    """A word for a missing value, such as NA; a value like any other among words."""
    YES = 3
    NO = 4
    TRUE = 5
    FALSE = 6
    Y = 7
    N = 8
    T = 9
    F = 10
    ONE = 11
    ZERO = 12
    WHOLE = 13
    DAY_NUMBER = 14
    """A whole number that would be a date: 20200131."""
    DECIMAL = 15
    DOT_UNCLEAR = 16
    """1.234: a decimal dot unless the column groups thousands by dots."""
    LEADING_ZERO = 17
    """00123, or +491701234567: a code or a phone number."""
    TOO_LONG = 18
    """A whole number that a double cannot hold."""
    COMMA_DECIMAL = 19
    COMMA_UNCLEAR = 20
    """1,234: a decimal comma or a thousands separator."""
    COMMA_GROUPS = 21
    DOT_GROUPS = 22
    SPACE_GROUPS = 23
    SPACE_GROUPS_COMMA = 24
    SPACE_GROUPS_DOT = 25
    APOSTROPHE_GROUPS = 26
    APOSTROPHE_GROUPS_COMMA = 27
    APOSTROPHE_GROUPS_DOT = 28
    ISO = 29
    ISO_ZONED = 30
    YEAR_SLASH = 31
    DAY_DOT = 32
    SLASH_UNCLEAR = 33
    """01/02/2020: day or month first."""
    SLASH_SAME = 34
    """02/02/2020: the same either way."""
    SLASH_DAY_FIRST = 35
    SLASH_MONTH_FIRST = 36
    DASH_UNCLEAR = 37
    DASH_SAME = 38
    DASH_DAY_FIRST = 39
    DASH_MONTH_FIRST = 40
    DAY_MONTH_NAME = 41
    MONTH_NAME_DAY = 42
    WEEKDAY_YEAR_LAST = 43


WORDS = {
    "yes": Shape.YES,
    "no": Shape.NO,
    "true": Shape.TRUE,
    "false": Shape.FALSE,
    "y": Shape.Y,
    "n": Shape.N,
    "t": Shape.T,
    "f": Shape.F,
}
MISSING_WORDS = (MISSING_LABELS - {""}) | {
    *("none", "nil", "nat", "missing", "n.a.", "n.a", "<null>", "[null]", "<none>"),
    *("-", "--", "---", "–", "—", ".", "..", "...", "…"),
    *("#null!", "#value!", "#ref!", "#div/0!", "#n/a!"),
    *("-nan", "-1.#ind", "1.#ind", "-1.#qnan", "1.#qnan"),
}
"""What is written in small letters where a number, a date or a yes or no is missing."""
_LONGEST_WORD = 12
_TRIED = 16

DIGITS = np.zeros(256, bool)
DIGITS[48:58] = True
STARTS_NUMBER = DIGITS.copy()
STARTS_NUMBER[[ord("+"), ord("-"), ord("."), ord(","), "−".encode()[0]]] = True
_ALL_WORDS = pa.array([*WORDS, *sorted(MISSING_WORDS)], pa.string())
_WORD_SHAPES = np.array([*WORDS.values(), *[Shape.MISSING] * len(MISSING_WORDS)], np.uint8)


@dataclass(frozen=True)
class Strings:
    """Strings without nulls, with what is asked of them again and again.

    Attributes:
        array: The strings.
        data: Their bytes, and eight zeros more.
        starts: Where each begins in the bytes.
        lengths: How many bytes each has.
    """

    array: pa.Array
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, array: pa.Array) -> Strings:
        data, ends = string_buffers(array)
        padded = np.concatenate([data, np.zeros(8, np.uint8)])
        return cls(array, padded, ends[:-1].astype(np.int64), np.diff(ends).astype(np.int64))

    def __len__(self) -> int:
        return len(self.array)

    def byte(self, place: int) -> NDArray[np.uint8]:
        """The byte at a place of each string; behind its end, whatever follows."""
        return self.data[np.minimum(self.starts + place, len(self.data) - 1)]

    def first(self) -> NDArray[np.uint8]:
        """The first byte of each string, 0 of an empty one."""
        return np.where(self.lengths > 0, self.byte(0), 0).astype(np.uint8)

    def only(self, table: NDArray[np.bool_]) -> bool:
        """Whether all bytes of all strings are in a table."""
        return bool(table[self.data[:-8]].all())

    def at(self, rows: NDArray[np.int64]) -> Strings:
        """The strings of some rows, in ascending order."""
        return self if len(rows) == len(self) else Strings.of(self.array.take(pa.array(rows)))


def trimmed(cells: pa.Array) -> pa.Array:
    """Cells without the white space around them."""
    return pc.utf8_trim_whitespace(cells)


def cast_all(cells: pa.Array, to: pa.DataType) -> pa.Array | None:
    """Cells as another type; None where one cannot be.

    Arrow takes long over each cell that it cannot cast, so that a few are tried first.
    """
    try:
        cells[:_TRIED].cast(to)
        return cells.cast(to)
    except pa.ArrowInvalid:
        return None


def mark_words(strings: Strings, shapes: NDArray[np.uint8]) -> None:
    """Mark the blank cells, and those that are yes, no or a word for a missing value."""
    shapes[strings.lengths == 0] = Shape.BLANK
    short = (strings.lengths > 0) & (strings.lengths <= _LONGEST_WORD)
    rows = np.flatnonzero(short & ~DIGITS[strings.first()])
    if not len(rows):
        return
    places = pc.index_in(pc.utf8_lower(strings.at(rows).array), value_set=_ALL_WORDS)
    found = np.asarray(pc.fill_null(places, -1))
    known = found >= 0
    shapes[rows[known]] = _WORD_SHAPES[found[known]]
