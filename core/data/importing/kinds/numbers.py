"""Numbers as people write them: the shape of each cell, and its value in a style of writing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.kinds.dates import day_numbers
from core.data.importing.kinds.shapes import DIGITS, STARTS_NUMBER, Shape, Strings, cast_all

_PLAIN = DIGITS.copy()
_PLAIN[[ord(letter) for letter in "+-.eE"]] = True
_EXACT = 2.0**53
_LONGEST_GROUPED = 60
_SPACE = "[ \u00a0\u2007\u2009\u202f]"
_SIGN = "^[+\\-\u2212]?"
_POWER = "(?:[eE][+-]?[0-9]+)?"
_LETTERS = "^[-+\u22120-9.,eE'’ \u00a0\u2007\u2009\u202f]+$"
"""What numbers consist of."""
_PATTERNS = (
    (Shape.DECIMAL, _SIGN + r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)" + _POWER + "$"),
    (Shape.COMMA_UNCLEAR, _SIGN + r"[1-9][0-9]{0,2},[0-9]{3}$"),
    (
        Shape.COMMA_GROUPS,
        _SIGN + r"(?:[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}(?:\.[0-9]*)?|,[0-9]{3}\.[0-9]*)"
        r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?)$",
    ),
    (Shape.COMMA_DECIMAL, _SIGN + r"(?:[0-9]+,[0-9]+|,[0-9]+)" + _POWER + "$"),
    (
        Shape.DOT_GROUPS,
        _SIGN + r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}(?:,[0-9]*)?|\.[0-9]{3},[0-9]*)$",
    ),
    (Shape.SPACE_GROUPS, _SIGN + f"[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+$"),
    (Shape.SPACE_GROUPS_COMMA, _SIGN + f"[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+,[0-9]+$"),
    (Shape.SPACE_GROUPS_DOT, _SIGN + f"[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+\\.[0-9]+$"),
    (Shape.APOSTROPHE_GROUPS, _SIGN + "[1-9][0-9]{0,2}(?:['’][0-9]{3})+$"),
    (Shape.APOSTROPHE_GROUPS_COMMA, _SIGN + "[1-9][0-9]{0,2}(?:['’][0-9]{3})+,[0-9]+$"),
    (Shape.APOSTROPHE_GROUPS_DOT, _SIGN + "[1-9][0-9]{0,2}(?:['’][0-9]{3})+\\.[0-9]+$"),
)
PLAIN_SHAPES = frozenset(
    [Shape.ONE, Shape.ZERO, Shape.WHOLE, Shape.DAY_NUMBER, Shape.DECIMAL, Shape.DOT_UNCLEAR]
)
WHOLE_SHAPES = frozenset([Shape.ONE, Shape.ZERO, Shape.WHOLE, Shape.DAY_NUMBER])
CODE_SHAPES = frozenset([Shape.LEADING_ZERO, Shape.TOO_LONG])
"""Digits that are names rather than amounts: 00123, and ids longer than a double holds."""


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a column are written.

    Attributes:
        shapes: What its cells may look like.
        proof: One of these must occur: without it, nothing speaks for this style.
        groups: A regular expression of what separates thousands.
        comma: Whether a comma begins the decimals.
        said: What the style is called; empty for plain numbers.
    """

    shapes: frozenset[Shape]
    proof: frozenset[Shape]
    groups: str = ""
    comma: bool = False
    said: str = ""

    def values(self, cells: pa.Array) -> pa.Array:
        """The numbers in trimmed cells; null where a cell is none."""
        strings = Strings.of(cells)
        if not self.groups and not self.comma and strings.only(_PLAIN) and strings.lengths.all():
            found = cast_all(cells, pa.float64())
            if found is not None:
                return _finite(found)
        shapes = np.zeros(len(strings), np.uint8)
        mark_numbers(strings, shapes)
        fits = np.isin(shapes, list(self.shapes | CODE_SHAPES))
        kept = pc.if_else(pa.array(fits), cells, pa.scalar(None, pa.string()))
        return _finite(self._plain(kept).cast(pa.float64()))

    def _plain(self, cells: pa.Array) -> pa.Array:
        cells = pc.replace_substring(cells, "\u2212", "-")
        if self.groups:
            cells = pc.replace_substring_regex(cells, self.groups, "")
        return pc.replace_substring(cells, ",", ".") if self.comma else cells


PLAIN = NumberStyle(PLAIN_SHAPES, PLAIN_SHAPES)
STYLES = (
    PLAIN,
    NumberStyle(
        WHOLE_SHAPES | {Shape.COMMA_DECIMAL, Shape.COMMA_UNCLEAR},
        frozenset([Shape.COMMA_DECIMAL]),
        comma=True,
        said="decimal commas",
    ),
    NumberStyle(
        PLAIN_SHAPES | {Shape.COMMA_GROUPS, Shape.COMMA_UNCLEAR},
        frozenset([Shape.COMMA_GROUPS, Shape.DECIMAL]),
        ",",
        said="thousands separated by commas",
    ),
    NumberStyle(
        WHOLE_SHAPES
        | {Shape.DOT_GROUPS, Shape.DOT_UNCLEAR, Shape.COMMA_DECIMAL, Shape.COMMA_UNCLEAR},
        frozenset([Shape.DOT_GROUPS]),
        r"\.",
        comma=True,
        said="thousands separated by dots",
    ),
    *(
        NumberStyle(
            (WHOLE_SHAPES | {Shape.COMMA_DECIMAL, Shape.COMMA_UNCLEAR} if comma else PLAIN_SHAPES)
            | shapes,
            frozenset(shapes),
            pattern,
            comma=comma,
            said=f"thousands separated by {name}",
        )
        for comma, shapes, pattern, name in (
            (False, {Shape.SPACE_GROUPS, Shape.SPACE_GROUPS_DOT}, _SPACE, "spaces"),
            (True, {Shape.SPACE_GROUPS, Shape.SPACE_GROUPS_COMMA}, _SPACE, "spaces"),
            (False, {Shape.APOSTROPHE_GROUPS, Shape.APOSTROPHE_GROUPS_DOT}, "['’]", "apostrophes"),
            (True, {Shape.APOSTROPHE_GROUPS, Shape.APOSTROPHE_GROUPS_COMMA}, "['’]", "apostrophes"),
        )
    ),
)
AMOUNT_SHAPES = frozenset[Shape]().union(*(style.shapes for style in STYLES))


def mark_numbers(strings: Strings, shapes: NDArray[np.uint8]) -> tuple[float, float]:
    """Mark the cells that are numbers among those that have no shape yet.

    Returns:
        The smallest and largest of those in plain style; infinities, swapped, without one.
    """
    rows = np.flatnonzero((shapes == Shape.OTHER) & STARTS_NUMBER[strings.first()])
    if not len(rows):
        return np.inf, -np.inf
    left = strings.at(rows)
    if left.only(_PLAIN):
        found = cast_all(left.array, pa.float64())
        if found is not None:
            values = np.asarray(found)
            shapes[rows] = _plain_shapes(left, values)
            return _bounds(values[np.isfinite(values)])
    return _mark_by_patterns(left, rows, shapes)


def _mark_by_patterns(
    left: Strings, rows: NDArray[np.int64], shapes: NDArray[np.uint8]
) -> tuple[float, float]:
    bounds = (np.inf, -np.inf)
    possible = np.asarray(pc.match_substring_regex(left.array, _LETTERS))
    left, rows = left.at(np.flatnonzero(possible)), rows[possible]
    for shape, pattern in _PATTERNS:
        found = np.asarray(pc.match_substring_regex(left.array, pattern))
        if not found.any():
            continue
        here = left.at(np.flatnonzero(found))
        if shape is Shape.DECIMAL:
            plain = Strings.of(pc.replace_substring(here.array, "\u2212", "-"))
            values = np.asarray(plain.array.cast(pa.float64()))
            shapes[rows[found]] = _plain_shapes(plain, values)
            bounds = _bounds(values[np.isfinite(values)])
        else:
            shapes[rows[found]] = np.where(_sound(here, shape), shape, Shape.OTHER)
        left, rows = left.at(np.flatnonzero(~found)), rows[~found]
        if not len(rows):
            break
    return bounds


def _sound(strings: Strings, shape: Shape) -> NDArray[np.bool_]:
    """Whether cells that a pattern with separators fits are numbers a double can hold."""
    if shape is not Shape.COMMA_DECIMAL:
        short: NDArray[np.bool_] = strings.lengths <= _LONGEST_GROUPED
        return short
    plain = pc.replace_substring(pc.replace_substring(strings.array, ",", "."), "\u2212", "-")
    finite = np.isfinite(np.asarray(plain.cast(pa.float64())))
    sound: NDArray[np.bool_] = finite & ~_leading_zeros(strings)
    return sound


def _bounds(values: NDArray[np.float64]) -> tuple[float, float]:
    return (float(values.min()), float(values.max())) if len(values) else (np.inf, -np.inf)


def _plain_shapes(strings: Strings, values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Shapes of cells that are plain numbers of these values."""
    data = strings.data
    dotted = np.asarray(pc.match_substring(strings.array, "."))
    shapes = np.where(dotted, Shape.DECIMAL, Shape.WHOLE).astype(np.uint8)
    shapes[_dot_unclear(strings)] = Shape.DOT_UNCLEAR
    simple = strings.lengths <= 3
    shapes[simple & (values == 0)] = Shape.ZERO
    shapes[simple & (values == 1)] = Shape.ONE
    days = np.flatnonzero((strings.lengths == 8) & ~dotted & (values >= 1e7) & (values < 3e7))
    if len(days):
        dates = days[day_numbers(values[days].astype(np.int64))[1]]
        shapes[dates[DIGITS[data[strings.starts[dates]]]]] = Shape.DAY_NUMBER
    long = np.flatnonzero(~dotted & (np.abs(values) >= _EXACT))
    if len(long):
        powers = np.asarray(pc.match_substring(strings.at(long).array, "e", ignore_case=True))
        shapes[long[~powers]] = Shape.TOO_LONG
    codes = _leading_zeros(strings) | _phone_numbers(strings)
    shapes[codes & ~dotted] = Shape.LEADING_ZERO
    shapes[_leading_zeros(strings) & dotted | ~np.isfinite(values)] = Shape.OTHER
    return shapes


def _digits_begin(strings: Strings) -> NDArray[np.int64]:
    first = strings.byte(0)
    return np.where(first == 0xE2, 3, (first == ord("+")) | (first == ord("-"))).astype(np.int64)


def _leading_zeros(strings: Strings) -> NDArray[np.bool_]:
    begin = _digits_begin(strings)
    at = strings.starts + begin
    inside = strings.lengths > begin + 1
    found: NDArray[np.bool_] = inside & (strings.data[at] == 48) & DIGITS[strings.data[at + 1]]
    return found


def _phone_numbers(strings: Strings) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (strings.byte(0) == ord("+")) & (strings.lengths > 8)
    return found


def _dot_unclear(strings: Strings) -> NDArray[np.bool_]:
    begin = _digits_begin(strings)
    digits = strings.lengths - begin
    ends = strings.starts + strings.lengths
    found = (digits >= 5) & (digits <= 7)
    rows = np.flatnonzero(found)
    begins = strings.data[strings.starts[rows] + begin[rows]]
    found[rows] = (strings.data[ends[rows] - 4] == ord(".")) & (begins != ord("0"))
    rows = np.flatnonzero(found)
    for place in (1, 2, 3):
        found[rows] &= DIGITS[strings.data[ends[rows] - place]]
    return found


def _finite(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))
