"""Moments as microseconds since 1970 (UTC) out of years, months, days, hours and offsets."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.kinds.time_patterns import MONTHS

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
DAY_US = 86_400_000_000
Parts = dict[str, pa.Array]
"""The named parts of moments as written; empty strings where there is none."""
EARLIEST_US = -62_135_596_800_000_000
"""The beginning of the year 1."""
LATEST_US = 253_402_300_799_999_999
"""The end of the year 9999."""
_OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def days_of(year: Whole, month: Whole, day: Whole) -> tuple[Whole, Truth]:
    """Days since 1970, and whether there is such a day."""
    sound = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1) & (year <= 9999)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0)
    days = months.astype("M8[M]").astype("M8[D]") + np.where(sound, day - 1, 0)
    sound &= days.astype("M8[M]").astype(np.int64) == months
    return days.astype(np.int64), sound


def day_numbers(numbers: Whole) -> tuple[Whole, Truth]:
    """Days since 1970 of numbers such as 20200131, and whether there is such a day."""
    return days_of(numbers // 10_000, numbers // 100 % 100, numbers % 100)


def parts_of(cells: pa.Array, pattern: str) -> tuple[NDArray[np.int64], Parts]:
    """The rows that a pattern fits, and its named parts in them."""
    fits = pc.match_substring_regex(cells, pattern)
    rows = np.flatnonzero(np.asarray(pc.fill_null(fits, False)))
    if not len(rows):
        return rows, {}
    found = pc.extract_regex(cells.take(pa.array(rows)), pattern)
    names = [field.name for field in found.type]
    return rows, dict(zip(names, found.flatten(), strict=True))


def moments_of(parts: Parts, *, month_first: bool = False) -> tuple[Whole, Truth]:
    """Microseconds since 1970, and whether there is such a moment."""
    year = whole_part(parts, "year")
    day = whole_part(parts, "day", 1, like=year)
    month = (
        _named_month(parts["name"]) if "name" in parts else whole_part(parts, "month", 1, like=year)
    )
    days, sound = days_of(year, *((day, month) if month_first else (month, day)))
    hour, minute, second = (
        whole_part(parts, name, like=year) for name in ("hour", "minute", "second")
    )
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


def whole_part(parts: Parts, name: str, default: int = 0, like: Whole | None = None) -> Whole:
    """A part as whole numbers, the default where there is none."""
    if name not in parts:
        return np.full(0 if like is None else len(like), default, np.int64)
    part = parts[name]
    filled = pc.if_else(pc.equal(part, ""), str(default), part)
    whole: Whole = np.asarray(filled.cast(pa.int64()))
    return whole


def _named_month(names: pa.Array) -> Whole:
    begins = pc.utf8_lower(pc.utf8_slice_codeunits(names, 0, 3))
    months: Whole = np.asarray(pc.index_in(begins, value_set=pa.array(MONTHS))).astype(np.int64) + 1
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
    zone = zone.removeprefix("UTC").removeprefix("GMT")
    if zone[:1] not in ("+", "-"):
        return 60 * _OFFSETS.get(zone, 0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if zone[0] == "-" else minutes
