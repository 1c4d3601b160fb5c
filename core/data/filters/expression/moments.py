"""Dates and times as typed in an expression: each the whole stretch that it names."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_MOMENT = re.compile(
    r"""(?P<year>[0-9]{4})
    (?:-(?P<month>[0-9]{1,2})
      (?:-(?P<day>[0-9]{1,2})
        (?:(?:[Tt]|[ ]+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})
          (?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?
          [ ]*(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?
        )?
      )?
    )?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Moment:
    """A stretch of time, in UTC without saying so; both ends are in it.

    Attributes:
        first: Its first microsecond.
        last: Its last one.
    """

    first: datetime
    last: datetime


def moment(written: str) -> Moment | None:
    """The stretch that a date or time names, in UTC unless it has an offset; None if it is none."""
    found = _MOMENT.fullmatch(written.strip().replace("\u2212", "-"))
    if found is None:
        return None
    try:
        first = _first(found)
        shift = _offset(found["zone"])
        return Moment(first - shift, _last(first, found) - shift)
    except (ValueError, OverflowError):
        return None


def _first(found: re.Match[str]) -> datetime:
    """When it begins, where it was typed."""
    year, month, day = (int(found[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    fraction = int((found["fraction"] or "")[:6].ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, fraction)


def _last(first: datetime, found: re.Match[str]) -> datetime:
    if found["month"] is None:
        return datetime.max.replace(year=first.year)
    if found["day"] is None:
        days = monthrange(first.year, first.month)[1]
        return datetime.max.replace(first.year, first.month, days)
    return first + (_length(found) - timedelta(microseconds=1))


def _length(found: re.Match[str]) -> timedelta:
    if found["hour"] is None:
        return timedelta(days=1)
    if found["second"] is None:
        return timedelta(minutes=1)
    return timedelta(microseconds=10 ** (6 - len((found["fraction"] or "")[:6])))


def _offset(zone: str | None) -> timedelta:
    """How far clocks there are ahead of UTC.

    Raises:
        ValueError: no clock is.
    """
    if zone is None or zone in "Zz":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    ahead = timedelta(hours=hours, minutes=minutes)
    timezone(ahead)
    if minutes > 59:
        raise ValueError(zone)
    return -ahead if zone[0] == "-" else ahead
