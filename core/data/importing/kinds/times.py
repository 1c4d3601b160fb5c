"""Dates and times as people and programs write them: the shape of each cell, and its moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.kinds.dates import (
    DAY_US,
    EARLIEST_US,
    LATEST_US,
    Parts,
    Truth,
    Whole,
    day_numbers,
    days_of,
    moments_of,
    parts_of,
    whole_part,
)
from core.data.importing.kinds.numbers import PLAIN, WHOLE_SHAPES
from core.data.importing.kinds.shapes import DIGITS, Shape, Strings, cast_all
from core.data.importing.kinds.time_patterns import BEGINS, LONGEST, MONTHS, WAYS, WEEKDAYS

_SLASH = (Shape.SLASH_UNCLEAR, Shape.SLASH_SAME, Shape.SLASH_DAY_FIRST, Shape.SLASH_MONTH_FIRST)
_NO_DATE = "0000-00-00"
"""What MySQL writes where a date is missing."""
_DASH = (Shape.DASH_UNCLEAR, Shape.DASH_SAME, Shape.DASH_DAY_FIRST, Shape.DASH_MONTH_FIRST)


@dataclass(frozen=True)
class TimeStyle:
    """How the moments of a column are written.

    Attributes:
        shapes: What its cells may look like.
        proof: One of these must occur: without it, nothing speaks for this style.
        written: The shape by which its patterns are found.
        month_first: Whether the month stands before the day where both are numbers.
        said: What the style is called, for a column that could be read otherwise.
    """

    shapes: frozenset[Shape]
    proof: frozenset[Shape]
    written: Shape
    month_first: bool = False
    said: str = ""

    def values(self, cells: pa.Array) -> pa.Array:
        """The moments of trimmed cells; null where a cell is none."""
        if self.written is Shape.ISO:
            fast = _iso(cells)
            if fast is not None:
                return fast[0]
        return _timestamps(*self._parsed(cells))

    def _parsed(self, cells: pa.Array) -> tuple[Whole, Truth]:
        moments, sound = np.zeros(len(cells), np.int64), np.zeros(len(cells), bool)
        for way in WAYS:
            if way.shape is self.written:
                rows, found = parts_of(cells, way.pattern)
                moments[rows], sound[rows] = moments_of(found, month_first=self.month_first)
        return moments, sound


def _ordered(
    unclear: Shape, same: Shape, day_first: Shape, month_first: Shape
) -> tuple[TimeStyle, TimeStyle]:
    both = frozenset([unclear, same])
    return (
        TimeStyle(both | {day_first}, frozenset([day_first]), unclear, said="day before month"),
        TimeStyle(
            both | {month_first}, frozenset([month_first]), unclear, True, "month before day"
        ),
    )


STYLES = (
    TimeStyle(
        frozenset([Shape.ISO, Shape.ISO_ZONED]), frozenset([Shape.ISO, Shape.ISO_ZONED]), Shape.ISO
    ),
    *_ordered(*_SLASH),
    *_ordered(*_DASH),
    TimeStyle(frozenset([Shape.SLASH_SAME]), frozenset([Shape.SLASH_SAME]), Shape.SLASH_UNCLEAR),
    TimeStyle(frozenset([Shape.DASH_SAME]), frozenset([Shape.DASH_SAME]), Shape.DASH_UNCLEAR),
    *(
        TimeStyle(frozenset([shape]), frozenset([shape]), shape)
        for shape in (
            Shape.YEAR_SLASH,
            Shape.DAY_DOT,
            Shape.DAY_MONTH_NAME,
            Shape.MONTH_NAME_DAY,
            Shape.WEEKDAY_YEAR_LAST,
        )
    ),
)
UNCLEAR_SHAPES = (_SLASH, _DASH)
"""Unclear, the same either way, day first, month first: by slashes and by dashes."""
TIME_SHAPES = frozenset().union(*(style.shapes for style in STYLES))


@dataclass(frozen=True)
class CountedTime:
    """Moments as numbers, which somebody says are times.

    Attributes:
        unit: "years", "days" (20200131), "seconds", "milliseconds", "microseconds" or
            "nanoseconds" since 1970.
    """

    unit: str

    @property
    def said(self) -> str:
        """What the numbers are called."""
        if self.unit == "days":
            return "year, month and day"
        return self.unit if self.unit == "years" else f"{self.unit} since 1970"

    def values(self, cells: pa.Array) -> pa.Array:
        """The moments of trimmed cells; null where a cell is none."""
        numbers = PLAIN.values(cells)
        known = np.asarray(pc.is_valid(numbers))
        plain = np.asarray(pc.fill_null(numbers, 0.0))
        if self.unit in ("years", "days"):
            whole = plain.astype(np.int64)
            if self.unit == "years":
                ones = np.ones_like(whole)
                days, sound = days_of(whole, ones, ones)
            else:
                days, sound = day_numbers(whole)
            return _timestamps(days * DAY_US, sound & known)
        moments = np.round(plain * _IN_US[self.unit])
        known = known & (moments >= EARLIEST_US) & (moments <= LATEST_US)
        return _timestamps(np.where(known, moments, 0).astype(np.int64), known)


_IN_US = {"seconds": 1e6, "milliseconds": 1e3, "microseconds": 1.0, "nanoseconds": 1e-3}


def counted_time(shapes: frozenset[Shape], low: float, high: float) -> CountedTime | None:
    """What plain numbers between two count, if they are moments.

    Args:
        shapes: What the numbers look like.
        low: The smallest.
        high: The largest.
    """
    if shapes <= {Shape.DAY_NUMBER}:
        return CountedTime("days")
    if shapes <= WHOLE_SHAPES and low >= 1000 and high <= 2999:
        return CountedTime("years")
    for unit, most in zip(_IN_US, (1e11, 1e14, 1e17, 1e19), strict=True):
        if most / 1e5 <= high < most:
            return CountedTime(unit) if low >= -most else None
    return None


def mark_times(strings: Strings, shapes: NDArray[np.uint8]) -> None:
    """Mark the cells that are moments among those that have no shape yet."""
    rows = _candidates(strings, shapes)
    if not len(rows):
        return
    left = strings.at(rows).array
    likely = [way for way in WAYS if pc.match_substring_regex(left[:1], way.pattern)[0].as_py()]
    for way in (*likely, *(way for way in WAYS if way not in likely)):
        found, parts = parts_of(left, way.pattern)
        if not len(found):
            continue
        shapes[rows[found]] = _shapes(way.shape, parts)
        other = np.ones(len(rows), bool)
        other[found] = False
        left, rows = left.filter(pa.array(other)), rows[other]
        if not len(rows):
            return


def mark_iso(strings: Strings, shapes: NDArray[np.uint8]) -> None:
    """Mark the cells that are ISO dates and times, before they are tried as numbers."""
    likely = (strings.lengths >= 7) & (strings.byte(4) == ord("-")) & DIGITS[strings.first()]
    rows = np.flatnonzero(likely & (shapes == Shape.OTHER))
    if len(rows):
        fast = _iso(strings.at(rows).array)
        if fast is not None:
            shapes[rows] = fast[1]
            return
        left, here = strings.at(rows).array, np.zeros(len(rows), np.uint8)
        for way in WAYS[:2]:
            found, parts = parts_of(left, way.pattern)
            here[found] = _shapes(way.shape, parts)
        here[np.asarray(pc.starts_with(left, _NO_DATE))] = Shape.MISSING
        shapes[rows] = here


def _candidates(strings: Strings, shapes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Cells without a shape that begin as a moment may, and end as one."""
    last = strings.data[np.maximum(strings.starts + strings.lengths - 1, 0)]
    likely = (shapes == Shape.OTHER) & (strings.lengths >= 8) & (strings.lengths <= LONGEST)
    rows = np.flatnonzero(likely & _BEGINS[strings.first()] & _ENDS[last])
    begins = pc.match_substring_regex(strings.at(rows).array, BEGINS)
    found: NDArray[np.int64] = rows[np.asarray(begins)]
    return found


_BEGINS = DIGITS.copy()
_BEGINS[[ord(word[0]) for word in (*MONTHS, *WEEKDAYS)]] = True
_BEGINS[[ord(word[0].upper()) for word in (*MONTHS, *WEEKDAYS)]] = True
_ENDS = DIGITS.copy()
_ENDS[[ord(letter) for letter in "ZzCTMm.)"]] = True


def _iso(cells: pa.Array) -> tuple[pa.Array, Shape] | None:
    """The moments of ISO dates and times that all have a zone or all have none, else None."""
    for zone, shape in ((None, Shape.ISO), ("UTC", Shape.ISO_ZONED)):
        moments = cast_all(cells, pa.timestamp("us", zone))
        if moments is None:
            continue
        moments = moments.cast(pa.timestamp("us"))
        bounds = pc.min_max(moments.cast(pa.int64()))
        first, last = bounds["min"].as_py(), bounds["max"].as_py()
        sound = first is None or (first >= EARLIEST_US and last <= LATEST_US)
        return (moments, shape) if sound else None
    return None


def _shapes(written: Shape, parts: Parts) -> NDArray[np.uint8]:
    _, sound = moments_of(parts)
    shapes = np.full(len(sound), written, np.uint8)
    if written is Shape.ISO and "zone" in parts:
        shapes[np.asarray(pc.not_equal(parts["zone"], ""))] = Shape.ISO_ZONED
    for unclear, same, day_first, month_first in UNCLEAR_SHAPES:
        if written is unclear:
            _, turned = moments_of(parts, month_first=True)
            equal = np.asarray(pc.equal(whole_part(parts, "day"), whole_part(parts, "month")))
            shapes[sound & ~turned] = day_first
            shapes[~sound & turned] = month_first
            shapes[sound & turned & equal] = same
            sound = sound | turned
    return np.where(sound, shapes, Shape.OTHER).astype(np.uint8)


def _timestamps(moments: Whole, sound: Truth) -> pa.Array:
    return pa.array(moments, pa.int64(), mask=~sound).cast(pa.timestamp("us"))
