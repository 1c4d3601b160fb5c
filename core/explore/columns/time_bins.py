"""Stretches of time that a column's dates are counted by: seconds to centuries, at most 120."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

MOST_STRETCHES = 120

_EPOCH = datetime(1970, 1, 1)
_MONDAY = datetime(1970, 1, 5)
_MICROSECOND = timedelta(microseconds=1)


class Stretch(Enum):
    """How long each is: a time of one length, or a number of months."""

    SECOND = timedelta(seconds=1)
    MINUTE = timedelta(minutes=1)
    TEN_MINUTES = timedelta(minutes=10)
    HOUR = timedelta(hours=1)
    SIX_HOURS = timedelta(hours=6)
    DAY = timedelta(days=1)
    WEEK = timedelta(weeks=1)
    MONTH = 1
    QUARTER = 3
    YEAR = 12
    DECADE = 120
    CENTURY = 1200

    @property
    def words(self) -> str:
        """Such as "day" or "10 minutes"."""
        return self.name.lower().replace("_", " ").replace("ten", "10").replace("six", "6")


@dataclass(frozen=True)
class TimeCuts:
    """Where stretches begin, ascending; the last is where the last one ends."""

    stretch: Stretch
    cuts: tuple[datetime, ...]

    def named(self, start: datetime) -> str:
        """What people call the stretch that begins then."""
        day = start.date().isoformat()
        names = {
            Stretch.SECOND: f"{start:%H:%M:%S} on {day}",
            Stretch.DAY: day,
            Stretch.WEEK: f"week of {day}",
            Stretch.MONTH: day[:7],
            Stretch.QUARTER: f"{day[:4]} Q{(start.month + 2) // 3}",
            Stretch.YEAR: day[:4],
            Stretch.DECADE: f"{day[:4]}s",
            Stretch.CENTURY: f"{day[:4]} to {start.year + 99:04}",
        }
        return names.get(self.stretch, start.isoformat(" ", "minutes"))


def time_cuts(low: datetime, high: datetime, *, days: bool, most: int = MOST_STRETCHES) -> TimeCuts:
    """The shortest stretches of which `most` or fewer hold both moments.

    Args:
        low: The first moment.
        high: The last one.
        days: Whether nobody wrote times of day; then a day is the shortest.
        most: How many stretches there may be, unless they are centuries.
    """
    stretches = list(Stretch)
    for stretch in stretches[stretches.index(Stretch.DAY) if days else 0 :]:
        first = _begin(low, stretch)
        if _count(first, high, stretch) <= most:
            break
    cuts, start = [first], _after(first, stretch)
    while start is not None and cuts[-1] <= high:
        cuts.append(start)
        start = _after(start, stretch)
    return TimeCuts(stretch, tuple(cuts))


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """What `microseconds` was given; the first or last there is, of those beyond."""
    try:
        return _EPOCH + number * _MICROSECOND
    except OverflowError:
        return datetime.max if number > 0 else datetime.min


def _begin(moment: datetime, stretch: Stretch) -> datetime:
    """When the stretch begins that a moment is in."""
    if isinstance(stretch.value, int):
        months = _months(moment) // stretch.value * stretch.value
        return datetime(max(months // 12, 1), months % 12 + 1, 1)
    origin, length = _MONDAY if stretch is Stretch.WEEK else _EPOCH, _length(stretch)
    try:
        return origin + (moment - origin) // length * length
    except OverflowError:  # A week may begin before the year 1.
        return datetime.min


def _after(start: datetime, stretch: Stretch) -> datetime | None:
    """When the next one begins; None after the last year."""
    try:
        if not isinstance(stretch.value, int):
            return start + _length(stretch)
        months = _months(start) // stretch.value * stretch.value + stretch.value
        return datetime(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        return None


def _count(first: datetime, high: datetime, stretch: Stretch) -> int:
    if isinstance(stretch.value, int):
        return (_months(high) - _months(first)) // stretch.value + 1
    return (high - first) // _length(stretch) + 1


def _length(stretch: Stretch) -> timedelta:
    length: timedelta = stretch.value
    return length


def _months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
