"""What is said about how the kind of a column was decided: one short sentence."""

from __future__ import annotations

from collections.abc import Iterable

from core.data.column import ColumnKind
from core.data.importing.import_report import excerpt, rows_of
from core.data.importing.kinds import numbers, times
from core.data.importing.kinds.numbers import NumberStyle
from core.data.importing.kinds.shapes import Shape
from core.data.importing.kinds.tally import ColumnTally, Place
from core.data.importing.kinds.times import CountedTime, TimeStyle
from core.data.importing.kinds.yes_no import YesNo

_EXCERPT_CHARS = 32
_CALLED = {
    ColumnKind.NUMBER: "A number",
    ColumnKind.TIME: "A date or time",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.CATEGORY: "a category",
    ColumnKind.ID: "an id",
    ColumnKind.TEXT: "text",
}
_PLURAL = {
    ColumnKind.NUMBER: "Not numbers",
    ColumnKind.TIME: "Not dates or times",
    ColumnKind.YES_NO: "Neither yes nor no",
}


def fitting_note(
    tally: ColumnTally, kind: ColumnKind, reading: YesNo | NumberStyle | TimeStyle | CountedTime
) -> str:
    """How the cells of a column that all fit were read; empty where that speaks for itself."""
    said = [
        _style_note(tally, reading),
        _zones_note(tally) if {Shape.ISO, Shape.ISO_ZONED} <= tally.shapes() else "",
        *((_day_number_note(tally), _rounded_note(tally)) if kind is ColumnKind.NUMBER else ()),
        _missing_note(tally) if tally.count(Shape.MISSING) else "",
    ]
    note = "; ".join(filter(None, said))
    return note[:1].upper() + note[1:]


def nearly_note(
    tally: ColumnTally, nearly: ColumnKind, wrong: Iterable[Shape], kept: ColumnKind
) -> str:
    """Which cells keep a column from being what nearly all of its cells are."""
    wrong = frozenset(wrong)
    rows = tally.count(*wrong)
    which = _first_of(rows, tally.first(wrong))
    return f"{_CALLED[nearly]} in all rows but {rows:,} ({which}), so kept as {_CALLED[kept]}"


def misfit_note(tally: ColumnTally, wanted: ColumnKind, wrong: frozenset[Shape]) -> str:
    """Which cells keep a column from being what a person chose."""
    rows = tally.count(*wrong)
    which = _first_of(rows, tally.first(wrong))
    return f"{_PLURAL[wanted]} in {rows_of(rows)} ({which}), so kept as text"


def comma_note(tally: ColumnTally, kept: ColumnKind) -> str:
    """That commas may mean two things."""
    place = tally.first([Shape.COMMA_UNCLEAR])
    return (
        f"The comma in {_quoted(place)} may begin decimals or separate thousands, so kept as "
        f"{_CALLED[kept]}; write such numbers as 1234 or 1.234"
    )


def order_note(tally: ColumnTally, unclear: Shape, kept: ColumnKind) -> str:
    """That no row tells days from months."""
    place = tally.first([unclear])
    return (
        f"Day and month cannot be told apart in any row, as in {_quoted(place)}, so kept as "
        f"{_CALLED[kept]}; write dates as 2020-12-31"
    )


def styles_note(tally: ColumnTally, fitting: frozenset[Shape], kept: ColumnKind) -> str:
    """That decimals or thousands are written in several ways."""
    shapes = tally.shapes()
    telling = (shapes & fitting) - numbers.WHOLE_SHAPES or shapes & fitting
    places = sorted([tally.first(telling), tally.first(shapes - fitting)])
    return (
        f"Decimals or thousands are written in several ways, as in {_quoted(places[0])} and "
        f"{_quoted(places[1])}, so kept as {_CALLED[kept]}; write them in one"
    )


def formats_note(tally: ColumnTally, kept: ColumnKind) -> str:
    """That dates are written in several ways."""
    groups = sorted(
        ((tally.count(*shapes), tally.first(shapes)) for shapes in _formats(tally)),
        key=lambda group: (-group[0], group[1]),
    )
    named = ", ".join(f"{_short(place)} ({rows_of(rows)})" for rows, place in groups[:2])
    return (
        f"Dates in {len(groups)} formats, such as {named}, so kept as {_CALLED[kept]}; write "
        "them in one"
    )


def _formats(tally: ColumnTally) -> list[frozenset[Shape]]:
    """The shapes of dates that occur, by the format that they are."""
    formats = []
    left = tally.shapes() & times.TIME_SHAPES
    for style in sorted(times.STYLES, key=lambda style: -tally.count(*style.shapes)):
        if style.shapes & left:
            formats.append(style.shapes & left)
            left -= style.shapes
    return formats


def _style_note(tally: ColumnTally, reading: YesNo | NumberStyle | TimeStyle | CountedTime) -> str:
    if isinstance(reading, CountedTime):
        return f"numbers read as {reading.said}, as in {_quoted(tally.first(tally.shapes()))}"
    if isinstance(reading, YesNo) or not reading.said:
        return ""
    telling = tally.shapes() & (reading.proof - numbers.PLAIN_SHAPES)
    shown = telling or tally.shapes() & (reading.shapes - numbers.PLAIN_SHAPES)
    return f"{reading.said}, as in {_quoted(tally.first(shown))}"


def _zones_note(tally: ColumnTally) -> str:
    rows, place = tally.count(Shape.ISO), tally.first([Shape.ISO])
    return f"taken as UTC in {rows_of(rows)} without a time zone, as in {_quoted(place)}"


def _day_number_note(tally: ColumnTally) -> str:
    if tally.shapes() != {Shape.DAY_NUMBER}:
        return ""
    return f"{_quoted(tally.first(tally.shapes()))} may be a date: if so, choose date or time"


def _rounded_note(tally: ColumnTally) -> str:
    return (
        f"{_quoted(tally.first([Shape.TOO_LONG]))} is rounded"
        if tally.count(Shape.TOO_LONG)
        else ""
    )


def _missing_note(tally: ColumnTally) -> str:
    rows, place = tally.count(Shape.MISSING), tally.first([Shape.MISSING])
    if rows == 1:
        return f"{_quoted(place)} counts as missing"
    return f"missing in {rows_of(rows)} that say so, as in {_quoted(place)}"


def _short(place: Place) -> str:
    shown = excerpt(place.cell)
    return f"'{shown}'" if len(shown) <= _EXCERPT_CHARS else f"'{shown[: _EXCERPT_CHARS - 1]}…'"


def _quoted(place: Place) -> str:
    return f"{_short(place)} (row {place.row:,})"


def _first_of(rows: int, place: Place) -> str:
    return f"{'' if rows == 1 else 'the first is '}row {place.row:,}: {_short(place)}"
