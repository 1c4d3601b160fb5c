"""Dates and times as people and programs write them: the shape of each cell, and its moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.dates import (
    DAY_US,
    EARLIEST_US,
    LATEST_US,
    Truth,
    Whole,
    day_numbers,
    days_of,
)
from core.data.importing.numbers import PLAIN, WHOLE_SHAPES
from core.data.importing.shapes import DIGITS, Shape, Strings

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STARTS = pa.array([*_MONTHS, *_WEEKDAYS])
_OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_MONTH = (
    "(?P<name>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\\.?"
)
_WEEKDAY = (
    "(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?)\\.?"
)
_ZONE = "(?P<zone>[Zz]|UTC|GMT|UT|[ECMP][SD]T|[+-][0-9]{2}(?::?[0-9]{2})?)"
_SECONDS = "(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
_CLOCK = (
    f"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::{_SECONDS})?"
    f"(?: ?(?P<half>[AaPp])\\.?[Mm]\\.?)?(?: ?{_ZONE}(?: ?\\([A-Z]{{3,5}}\\))?)?"
)
_AND_CLOCK = f"(?:(?:,? +| at |[Tt]){_CLOCK})?$"
_YEAR = "(?P<year>[0-9]{4})"
_DAY = "(?P<day>[0-9]{1,2})"
_ORDINAL = "(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class _Written:
    """One way to write a moment: a pattern, and the shape of what it holds."""

    shape: Shape
    pattern: str


_ISO_CLOCK = f"(?P<hour>[0-9]{{2}})(?::(?P<minute>[0-9]{{2}})(?::{_SECONDS})?)? ?{_ZONE}?"
_WAYS = (
    _Written(
        Shape.ISO,
        f"^{_YEAR}-(?P<month>[0-9]{{1,2}})-{_DAY}(?:(?:[Tt]| +){_ISO_CLOCK})?$",
    ),
    _Written(Shape.ISO, f"^{_YEAR}-(?P<month>[0-9]{{2}})$"),
    _Written(
        Shape.ISO,
        f"^{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})[Tt]"
        f"(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?:{_SECONDS})?{_ZONE}?$",
    ),
    _Written(Shape.YEAR_SLASH, f"^{_YEAR}/(?P<month>[0-9]{{1,2}})/{_DAY}{_AND_CLOCK}"),
    _Written(Shape.DAY_DOT, f"^{_DAY}\\. ?(?P<month>[0-9]{{1,2}})\\. ?{_YEAR}{_AND_CLOCK}"),
    _Written(Shape.SLASH_UNCLEAR, f"^{_DAY}/(?P<month>[0-9]{{1,2}})/{_YEAR}{_AND_CLOCK}"),
    _Written(Shape.DASH_UNCLEAR, f"^{_DAY}-(?P<month>[0-9]{{1,2}})-{_YEAR}{_AND_CLOCK}"),
    _Written(
        Shape.DAY_MONTH_NAME,
        f"^(?:{_WEEKDAY},? +)?{_DAY}{_ORDINAL}\\.?[ -]{_MONTH},?[ -]{_YEAR}{_AND_CLOCK}",
    ),
    _Written(
        Shape.MONTH_NAME_DAY,
        f"^(?:{_WEEKDAY},? +)?{_MONTH} +{_DAY}{_ORDINAL}(?:,| ) *{_YEAR}{_AND_CLOCK}",
    ),
    _Written(
        Shape.WEEKDAY_YEAR_LAST,
        f"^{_WEEKDAY} +{_MONTH} +{_DAY} +(?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}}):{_SECONDS}"
        f"(?: +{_ZONE})? +{_YEAR}$",
    ),
)
_SLASH = (Shape.SLASH_UNCLEAR, Shape.SLASH_SAME, Shape.SLASH_DAY_FIRST, Shape.SLASH_MONTH_FIRST)
_DASH = (Shape.DASH_UNCLEAR, Shape.DASH_SAME, Shape.DASH_DAY_FIRST, Shape.DASH_MONTH_FIRST)
_LONGEST = 60


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
        for way in _WAYS:
            if way.shape is self.written:
                rows, found = _parts(cells, way.pattern)
                moments[rows], sound[rows] = _moments(found, month_first=self.month_first)
        return moments, sound


def _ordered(
    unclear: Shape, same: Shape, day_first: Shape, month_first: Shape
) -> tuple[TimeStyle, TimeStyle]:
    both = frozenset([unclear, same])
    return (
        TimeStyle(both | {day_first}, frozenset([day_first]), unclear, said="Day before month"),
        TimeStyle(
            both | {month_first}, frozenset([month_first]), unclear, True, "Month before day"
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
        return _timestamps(np.round(plain * _IN_US[self.unit]).astype(np.int64), known)


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
    fast = _iso(left)
    if fast is not None:
        shapes[rows] = fast[1]
        return
    for way in _WAYS:
        found, parts = _parts(left, way.pattern)
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
        for way in _WAYS[:2]:
            found, parts = _parts(left, way.pattern)
            here[found] = _shapes(way.shape, parts)
        shapes[rows] = here


def _candidates(strings: Strings, shapes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Cells without a shape that begin with a digit, or as a month or weekday does."""
    open_ = (shapes == Shape.OTHER) & (strings.lengths >= 8) & (strings.lengths <= _LONGEST)
    first = strings.first()
    digit = DIGITS[first]
    last = strings.data[np.maximum(strings.starts + strings.lengths - 1, 0)]
    rows = np.flatnonzero(open_ & (digit | _LETTERS[first]) & (DIGITS[last] | _ENDS[last]))
    worded = rows[~digit[rows]]
    if not len(worded):
        return rows
    begins = pc.utf8_lower(
        pc.binary_slice(strings.at(worded).array.cast(pa.binary()), 0, 3).cast(
            pa.string(), safe=False
        )
    )
    named = worded[np.asarray(pc.is_in(begins, value_set=_STARTS))]
    return np.sort(np.concatenate([rows[digit[rows]], named]))


_LETTERS = np.zeros(256, bool)
_LETTERS[[ord(word[0]) for word in (*_MONTHS, *_WEEKDAYS)]] = True
_LETTERS[[ord(word[0].upper()) for word in (*_MONTHS, *_WEEKDAYS)]] = True
_ENDS = np.zeros(256, bool)
_ENDS[[ord(letter) for letter in "ZzCTMm.)"]] = True


def _iso(cells: pa.Array) -> tuple[pa.Array, Shape] | None:
    """The moments of ISO dates and times that all have a zone or all have none, else None."""
    for zone, shape in ((None, Shape.ISO), ("UTC", Shape.ISO_ZONED)):
        try:
            moments = cells.cast(pa.timestamp("us", zone)).cast(pa.timestamp("us"))
        except pa.ArrowInvalid:
            continue
        earliest = pc.min(moments.cast(pa.int64())).as_py()
        return (moments, shape) if earliest is None or earliest >= EARLIEST_US else None
    return None


def _parts(cells: pa.Array, pattern: str) -> tuple[NDArray[np.int64], dict[str, pa.Array]]:
    """The rows that a pattern fits, and its named parts in them."""
    fits = pc.match_substring_regex(cells, pattern)
    rows = np.flatnonzero(np.asarray(pc.fill_null(fits, False)))
    if not len(rows):
        return rows, {}
    found = pc.extract_regex(cells.take(pa.array(rows)), pattern)
    names = [field.name for field in found.type]
    return rows, dict(zip(names, found.flatten(), strict=True))


def _shapes(written: Shape, parts: dict[str, pa.Array]) -> NDArray[np.uint8]:
    _, sound = _moments(parts)
    shapes = np.full(len(sound), written, np.uint8)
    if written is Shape.ISO and "zone" in parts:
        shapes[np.asarray(pc.not_equal(parts["zone"], ""))] = Shape.ISO_ZONED
    for unclear, same, day_first, month_first in UNCLEAR_SHAPES:
        if written is unclear:
            _, turned = _moments(parts, month_first=True)
            equal = np.asarray(pc.equal(_whole(parts, "day"), _whole(parts, "month")))
            shapes[sound & ~turned] = day_first
            shapes[~sound & turned] = month_first
            shapes[sound & turned & equal] = same
            sound = sound | turned
    return np.where(sound, shapes, Shape.OTHER).astype(np.uint8)


def _moments(parts: dict[str, pa.Array], *, month_first: bool = False) -> tuple[Whole, Truth]:
    """Microseconds since 1970, and whether there is such a moment."""
    year = _whole(parts, "year")
    day = _whole(parts, "day", 1, like=year)
    month = _named_month(parts["name"]) if "name" in parts else _whole(parts, "month", 1, like=year)
    days, sound = days_of(year, *((day, month) if month_first else (month, day)))
    hour, minute, second = (_whole(parts, name, like=year) for name in ("hour", "minute", "second"))
    if "half" in parts:
        hour, possible = _of_day(hour, np.asarray(pc.utf8_lower(parts["half"]).fill_null("")))
        sound &= possible
    sound &= (hour < 24) & (minute < 60) & (second < 60)
    moments = days * DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000
    if "fraction" in parts:
        digits = pc.utf8_rpad(parts["fraction"], 9, "0").cast(pa.int64())
        moments = moments + np.asarray(digits) // 1000
    if "zone" in parts:
        offset, possible = _offset(parts["zone"])
        moments, sound = moments - offset, sound & possible
    return moments, sound & (moments >= EARLIEST_US) & (moments <= LATEST_US)


def _whole(
    parts: dict[str, pa.Array], name: str, default: int = 0, like: Whole | None = None
) -> Whole:
    if name not in parts:
        return np.full(0 if like is None else len(like), default, np.int64)
    part = parts[name]
    filled = pc.if_else(pc.equal(part, ""), str(default), part)
    whole: Whole = np.asarray(filled.cast(pa.int64()))
    return whole


def _named_month(names: pa.Array) -> Whole:
    begins = pc.utf8_lower(pc.utf8_slice_codeunits(names, 0, 3))
    months: Whole = (
        np.asarray(pc.index_in(begins, value_set=pa.array(_MONTHS))).astype(np.int64) + 1
    )
    return months


def _of_day(hour: Whole, half: NDArray[np.object_]) -> tuple[Whole, Truth]:
    """Hours of the day out of hours that may be before or after noon."""
    morning, evening = half == "a", half == "p"
    halved = morning | evening
    turned = hour % 12 + np.where(evening, 12, 0)
    return np.where(halved, turned, hour), ~halved | ((hour >= 1) & (hour <= 12))


def _offset(zones: pa.Array) -> tuple[Whole, Truth]:
    """Microseconds that a zone is ahead of UTC, and whether there can be such a zone."""
    encoded = zones.dictionary_encode()
    minutes = np.array([_zone_minutes(zone) for zone in encoded.dictionary.to_pylist()], np.int64)
    found: Whole = minutes[np.asarray(encoded.indices)]
    return found * 60_000_000, np.abs(found) < 24 * 60


def _zone_minutes(zone: str) -> int:
    if zone[:1] not in ("+", "-"):
        return 60 * _OFFSETS.get(zone, 0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes


def _timestamps(moments: Whole, sound: Truth) -> pa.Array:
    return pa.array(moments, pa.int64(), mask=~sound).cast(pa.timestamp("us"))
