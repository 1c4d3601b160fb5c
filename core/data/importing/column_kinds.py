"""Which kind a column is, by how many of its cells look like what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from core.data.column import ColumnKind
from core.data.importing import numbers, times
from core.data.importing.column_tally import ColumnTally, Place
from core.data.importing.different_values import MOST_KEPT, DifferentValues
from core.data.importing.import_report import excerpt, rows_of
from core.data.importing.numbers import NumberStyle
from core.data.importing.shapes import WORDS, Shape
from core.data.importing.times import TimeStyle
from core.data.reading.column_names import ID_NAMES

_MOST_CATEGORIES = 1000
_ROWS_A_CATEGORY = 2
_LONGEST_CATEGORY = 80
_ROWS_OF_IDS = 20
_DIFFERENT_IDS = 0.95
_NEARLY_ALL = 0.9
_EXCERPT_CHARS = 32


class Reading(Protocol):
    """How trimmed cells become values."""

    def values(self, cells: pa.Array) -> pa.Array:
        """Values of trimmed cells; null where a cell has none."""


class Decision(NamedTuple):
    """A kind, how its values are read, and what is to be said."""

    kind: ColumnKind
    reading: Reading | None = None
    note: str = ""


@dataclass(frozen=True)
class YesNo:
    """How yes and no are written: as words in any case, or as 1 and 0."""

    yes: Shape
    no: Shape

    def values(self, cells: pa.Array) -> pa.Array:
        """Whether trimmed cells say yes; null where one says neither."""
        if self.yes is Shape.ONE:
            plain = numbers.PLAIN.values(cells)
            known = pc.is_in(plain, value_set=pa.array([0.0, 1.0]))
            return pc.if_else(known, pc.equal(plain, 1.0), pa.scalar(None, pa.bool_()))
        lowered = pc.utf8_lower(cells)
        words = {shape: word for word, shape in WORDS.items()}
        known = pc.is_in(lowered, value_set=pa.array([words[self.yes], words[self.no]]))
        yes = pc.equal(lowered, words[self.yes])
        return pc.if_else(known, yes, pa.scalar(None, pa.bool_()))


class _Candidate(NamedTuple):
    """What a column may be: its kind, what its cells may look like, what must occur."""

    kind: ColumnKind
    shapes: frozenset[Shape]
    proof: frozenset[Shape]
    reading: YesNo | NumberStyle | TimeStyle


_PAIRS = (
    (Shape.YES, Shape.NO),
    (Shape.TRUE, Shape.FALSE),
    (Shape.Y, Shape.N),
    (Shape.T, Shape.F),
    (Shape.ONE, Shape.ZERO),
)
_CANDIDATES = (
    *(_Candidate(ColumnKind.YES_NO, frozenset(p), frozenset(p), YesNo(*p)) for p in _PAIRS),
    *(_Candidate(ColumnKind.NUMBER, s.shapes, s.proof, s) for s in numbers.STYLES),
    *(_Candidate(ColumnKind.TIME, s.shapes, s.proof, s) for s in times.STYLES),
)
_CALLED = {
    ColumnKind.NUMBER: "A number",
    ColumnKind.TIME: "A date or time",
    ColumnKind.YES_NO: "Yes or no",
}
_PLURAL = {
    ColumnKind.NUMBER: "numbers",
    ColumnKind.TIME: "dates or times",
    ColumnKind.YES_NO: "yes or no",
}


def decide(
    tally: ColumnTally, different: DifferentValues, name: str, wanted: ColumnKind | None
) -> Decision:
    """Which kind a column is.

    Args:
        tally: What its cells look like.
        different: Its different values.
        name: What it is called.
        wanted: The kind that a person chose; None to find it.
    """
    if wanted is None:
        return _found(tally, different, name)
    if wanted is ColumnKind.CATEGORY and different.kept is None:
        note = (
            f"Has {different.count():,} different values, more than the {MOST_KEPT:,} of a "
            "category, so kept as text"
        )
        return Decision(ColumnKind.TEXT, None, note)
    if not wanted.has_values:
        return Decision(wanted)
    return _wanted(tally, wanted)


def _found(tally: ColumnTally, different: DifferentValues, name: str) -> Decision:
    worded = _worded(tally, different, name)
    if not tally.filled:
        return Decision(ColumnKind.TEXT, None, "No row has a value")
    candidates = [c for c in _CANDIDATES if _proven(tally, c)]
    best = max(candidates, key=lambda c: tally.count(*c.shapes), default=None)
    if best is None or tally.shapes() - best.shapes:
        return Decision(worded, None, _note_on_text(tally, best, worded))
    whole = best.kind is ColumnKind.NUMBER and tally.shapes() <= numbers.WHOLE_SHAPES
    if whole and _named_id(name) and worded is ColumnKind.ID:
        return Decision(ColumnKind.ID)
    return _fitting(tally, best)


def _proven(tally: ColumnTally, candidate: _Candidate) -> bool:
    if candidate.reading == YesNo(Shape.ONE, Shape.ZERO):
        return tally.count(Shape.ONE) > 0 and tally.count(Shape.ZERO) > 0
    return tally.count(*candidate.proof) > 0


def _worded(tally: ColumnTally, different: DifferentValues, name: str) -> ColumnKind:
    """What the column is if its cells are taken as written."""
    values, rows = different.count(), tally.filled
    if values == 1 and rows > 1:
        return ColumnKind.CATEGORY
    few = values <= _MOST_CATEGORIES and values * _ROWS_A_CATEGORY <= rows
    if few and tally.longest <= _LONGEST_CATEGORY:
        return ColumnKind.CATEGORY
    another = rows > 0 and values >= _DIFFERENT_IDS * rows
    if another and tally.like_ids and (rows >= _ROWS_OF_IDS or _named_id(name)):
        return ColumnKind.ID
    return ColumnKind.TEXT


def _named_id(name: str) -> bool:
    """Whether a name says that a column holds ids, such as "qid", "tweet_id" or "userId"."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    parts = re.split(r"[\W_]+", words.lower().strip())
    return name.strip().lower() in ID_NAMES or any(part in ID_NAMES for part in parts)


def _fitting(tally: ColumnTally, candidate: _Candidate) -> Decision:
    """The decision for a candidate that all cells fit."""
    said = []
    reading = candidate.reading
    if not isinstance(reading, YesNo) and reading.said:
        proof = tally.first(candidate.proof)
        said.append(f"{reading.said}, as in {_quoted(proof)}")
    if {Shape.ISO, Shape.ISO_ZONED} <= tally.shapes():
        rows = rows_of(tally.count(Shape.ISO))
        said.append(f"Taken as UTC in {rows} without a time zone {_where(tally, [Shape.ISO])}")
    if tally.count(Shape.MISSING):
        said.append(_missing_note(tally))
    return Decision(candidate.kind, reading, "; ".join(said))


def _missing_note(tally: ColumnTally) -> str:
    count = tally.count(Shape.MISSING)
    place = tally.first([Shape.MISSING])
    if count == 1:
        return f"{_quoted(place)} counts as missing"
    return f"Missing in {rows_of(count)} with {_quoted(place)} or the like"


def _wanted(tally: ColumnTally, wanted: ColumnKind) -> Decision:
    """The decision for a kind with values that a person chose."""
    candidates = [c for c in _CANDIDATES if c.kind is wanted and tally.count(*c.proof)]
    extra = numbers.CODE_SHAPES if wanted is ColumnKind.NUMBER else frozenset()
    if wanted is ColumnKind.NUMBER and not candidates:
        candidates = [c for c in _CANDIDATES if c.reading is numbers.PLAIN]
    best = max(candidates, key=lambda c: tally.count(*c.shapes, *extra), default=None)
    if best is not None and not tally.shapes() - best.shapes - extra:
        return _fitting(tally, best)
    if wanted is ColumnKind.TIME and tally.shapes() <= numbers.PLAIN_SHAPES | {Shape.TOO_LONG}:
        counted = times.counted_time(tally.shapes(), tally.low, tally.high)
        if counted is not None:
            since = "" if counted.unit in ("years", "days") else " since 1970"
            return Decision(wanted, counted, f"Numbers read as {counted.unit}{since}")
    note = _unclear_note(tally) if wanted is not ColumnKind.YES_NO else ""
    fits = frozenset() if best is None else best.shapes | extra
    return Decision(ColumnKind.TEXT, None, note or _misfit_note(tally, wanted, fits))


def _misfit_note(tally: ColumnTally, wanted: ColumnKind, fits: frozenset[Shape]) -> str:
    wrong = tally.shapes() - fits
    if not wrong:
        return f"No row has a value that is {_CALLED[wanted].lower()}, so kept as text"
    rows, place = tally.count(*wrong), tally.first(wrong)
    return f"Not {_PLURAL[wanted]} in {rows_of(rows)} ({_rowed(place, rows)}), so kept as text"


def _note_on_text(tally: ColumnTally, best: _Candidate | None, kept: ColumnKind) -> str:
    """Why a column that nearly is of another kind is kept as written; mostly empty."""
    so = f"so kept as {'a category' if kept is ColumnKind.CATEGORY else kept.value}"
    unclear = _unclear_note(tally)
    if unclear:
        return unclear
    known = tally.filled - tally.count(Shape.MISSING)
    if best is not None and tally.count(*best.shapes) >= _NEARLY_ALL * known:
        wrong = tally.shapes() - best.shapes
        if best.kind is ColumnKind.NUMBER and wrong <= numbers.CODE_SHAPES:
            return ""
        rows, place = tally.count(*wrong), tally.first(wrong)
        return f"{_CALLED[best.kind]} in all rows but {rows:,} ({_rowed(place, rows)}), {so}"
    if tally.count(*times.TIME_SHAPES) >= _NEARLY_ALL * max(known, 1):
        return _formats_note(tally, so)
    return ""


def _unclear_note(tally: ColumnTally) -> str:
    """What keeps numbers or dates from being understood; empty where nothing does."""
    shapes = tally.shapes()
    if Shape.COMMA_UNCLEAR in shapes and shapes <= numbers.PLAIN_SHAPES | {Shape.COMMA_UNCLEAR}:
        place = tally.first([Shape.COMMA_UNCLEAR])
        return (
            f"The comma in {_quoted(place)} may begin decimals or separate thousands, so kept as "
            "text; write such numbers as 1234 or 1.234"
        )
    for unclear, same, *_ in times.UNCLEAR_SHAPES:
        if unclear in shapes and shapes <= {unclear, same}:
            place = tally.first([unclear])
            return (
                f"Day and month cannot be told apart in any row, as in {_quoted(place)}, so kept "
                "as text; write dates as 2020-12-31"
            )
    return ""


def _formats_note(tally: ColumnTally, so: str) -> str:
    groups = sorted(
        ((tally.count(*shapes), tally.first(shapes)) for shapes in _formats(tally)),
        key=lambda group: (-group[0], group[1]),
    )
    named = ", ".join(f"{_short(place)} ({rows_of(rows)})" for rows, place in groups[:3])
    return f"Dates in {len(groups)} formats, such as {named}, {so}; write them in one"


def _formats(tally: ColumnTally) -> list[frozenset[Shape]]:
    """The shapes of dates that occur, by the format that they are."""
    formats = []
    left = tally.shapes() & times.TIME_SHAPES
    for style in sorted(times.STYLES, key=lambda style: -tally.count(*style.shapes)):
        if style.shapes & left:
            formats.append(style.shapes & left)
            left -= style.shapes
    return formats


def _short(place: Place) -> str:
    shown = excerpt(place.cell)
    return f"'{shown}'" if len(shown) <= _EXCERPT_CHARS else f"'{shown[: _EXCERPT_CHARS - 1]}…'"


def _quoted(place: Place) -> str:
    return f"{_short(place)} (row {place.row:,})"


def _rowed(place: Place, rows: int) -> str:
    first = "" if rows == 1 else "the first is "
    return f"{first}row {place.row:,}: {_short(place)}"


def _where(tally: ColumnTally, shapes: list[Shape]) -> str:
    return f"(the first is row {tally.first(shapes).row:,})"
