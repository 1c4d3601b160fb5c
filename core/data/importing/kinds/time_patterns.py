"""The ways to write a date or time that are known, as regular expressions with named parts."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.importing.kinds.shapes import Shape

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    "(?P<name>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\\.?"
)
_WEEKDAY = (
    "(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?)\\.?"
)
_ZONE = "(?P<zone>[Zz]|[ECMP][SD]T|(?:UTC|GMT)?[+-][0-9]{2}(?::?[0-9]{2})?|UTC|GMT|UT)"
_SECONDS = "(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
_CLOCK = (
    f"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-9]{{2}})(?::{_SECONDS})?"
    f"(?: ?(?P<half>[AaPp])\\.?[Mm]\\.?)?(?: ?{_ZONE}(?: ?\\([A-Za-z ]{{3,40}}\\))?)?"
)
_AND_CLOCK = f"(?:(?:,? +| at |[Tt]){_CLOCK})?$"
_YEAR = "(?P<year>[0-9]{4})"
_DAY = "(?P<day>[0-9]{1,2})"
_ORDINAL = "(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class Written:
    """One way to write a moment: a pattern, and the shape of what it holds."""

    shape: Shape
    pattern: str


_ISO_CLOCK = f"(?P<hour>[0-9]{{1,2}})(?::(?P<minute>[0-9]{{2}})(?::{_SECONDS})?)? ?{_ZONE}?"
WAYS = (
    Written(
        Shape.ISO,
        f"^{_YEAR}-(?P<month>[0-9]{{1,2}})-{_DAY}(?:(?:[Tt]| +){_ISO_CLOCK})?$",
    ),
    Written(Shape.ISO, f"^{_YEAR}-(?P<month>[0-9]{{2}})$"),
    Written(
        Shape.ISO,
        f"^{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})[Tt]"
        f"(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?:{_SECONDS})?{_ZONE}?$",
    ),
    Written(Shape.YEAR_SLASH, f"^{_YEAR}[/.](?P<month>[0-9]{{1,2}})[/.]{_DAY}{_AND_CLOCK}"),
    Written(Shape.DAY_DOT, f"^{_DAY}\\. ?(?P<month>[0-9]{{1,2}})\\. ?{_YEAR}{_AND_CLOCK}"),
    Written(Shape.SLASH_UNCLEAR, f"^{_DAY}/(?P<month>[0-9]{{1,2}})/{_YEAR}{_AND_CLOCK}"),
    Written(Shape.DASH_UNCLEAR, f"^{_DAY}-(?P<month>[0-9]{{1,2}})-{_YEAR}{_AND_CLOCK}"),
    Written(
        Shape.DAY_MONTH_NAME,
        f"^(?:{_WEEKDAY},? +)?{_DAY}{_ORDINAL}\\.?[ -]{_MONTH},?[ -]{_YEAR}{_AND_CLOCK}",
    ),
    Written(
        Shape.MONTH_NAME_DAY,
        f"^(?:{_WEEKDAY},? +)?{_MONTH} +{_DAY}{_ORDINAL}(?:,| ) *{_YEAR}{_AND_CLOCK}",
    ),
    Written(Shape.MONTH_NAME_DAY, f"^{_MONTH}[ -]{_YEAR}$"),
    Written(
        Shape.WEEKDAY_YEAR_LAST,
        f"^{_WEEKDAY} +{_MONTH} +{_DAY} +(?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}}):{_SECONDS}"
        f"(?: +{_ZONE})? +{_YEAR}$",
    ),
)
BEGINS = (
    "^(?:[0-9]{4}[-/.][0-9]|[0-9]{8}[Tt]|[0-9]{1,2}(?:[-/]|\\. ?)[0-9]{1,2}[-/.]"
    "|[0-9]{1,2}(?:st|nd|rd|th)?\\.?[ -][A-Za-z]{3}"
    f"|(?i:{'|'.join((*MONTHS, *WEEKDAYS))}))"
)
"""How all of them begin, which most other texts do not."""
LONGEST = 90
