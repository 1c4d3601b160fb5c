"""Which kind a column is, by how many of its cells look like what."""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

import pyarrow as pa

from core.data.column import ColumnKind
from core.data.importing.kinds import notes, numbers, times, yes_no
from core.data.importing.kinds.different_values import MOST_KEPT, DifferentValues
from core.data.importing.kinds.numbers import NumberStyle
from core.data.importing.kinds.shapes import Shape
from core.data.importing.kinds.tally import ColumnTally
from core.data.importing.kinds.times import CountedTime, TimeStyle
from core.data.importing.kinds.yes_no import YesNo
from core.data.reading.column_names import ID_NAMES

_MOST_CATEGORIES = 1000
_ROWS_A_CATEGORY = 2
_LONGEST_CATEGORY = 80
_ROWS_OF_IDS = 20
_DIFFERENT_IDS = 0.95
_NEARLY_ALL = 0.9


class Reading(Protocol):
    """How trimmed cells become values."""

    def values(self, cells: pa.Array) -> pa.Array:
        """Values of trimmed cells; null where a cell has none."""


class Decision(NamedTuple):
    """A kind, how its values are read, and what is to be said."""

    kind: ColumnKind
    reading: Reading | None = None
    note: str = ""


class _Candidate(NamedTuple):
    """What a column may be: its kind, what its cells may look like, what must occur."""

    kind: ColumnKind
    shapes: frozenset[Shape]
    proof: frozenset[Shape]
    reading: YesNo | NumberStyle | TimeStyle


_CANDIDATES = (
    *(_Candidate(ColumnKind.YES_NO, pair.shapes, pair.shapes, pair) for pair in yes_no.PAIRS),
    *(_Candidate(ColumnKind.NUMBER, s.shapes, s.proof, s) for s in numbers.STYLES),
    *(_Candidate(ColumnKind.TIME, s.shapes, s.proof, s) for s in times.STYLES),
)
_ASKED_FOR = (
    *_CANDIDATES,
    _Candidate(ColumnKind.YES_NO, yes_no.ANY.shapes, yes_no.ANY.shapes, yes_no.ANY),
)
_COMMA_UNCLEAR = numbers.WHOLE_SHAPES | {Shape.DOT_UNCLEAR, Shape.COMMA_UNCLEAR}


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
    if wanted is ColumnKind.CATEGORY and different.count() > MOST_KEPT:
        note = (
            f"Has {different.count():,} different values, more than the {MOST_KEPT:,} of a "
            "category, so kept as text"
        )
        return Decision(ColumnKind.TEXT, None, note)
    return _wanted(tally, wanted) if wanted.has_values else Decision(wanted)


def _found(tally: ColumnTally, different: DifferentValues, name: str) -> Decision:
    if not tally.filled:
        return Decision(ColumnKind.TEXT, None, "No row has a value")
    worded = _worded(tally, different, name)
    best = _best(tally, [c for c in _CANDIDATES if _proven(tally, c)])
    if best is None or tally.shapes() - best.shapes:
        return Decision(worded, None, _note_on_text(tally, best, worded))
    whole = best.kind is ColumnKind.NUMBER and tally.shapes() <= numbers.WHOLE_SHAPES
    if whole and worded is ColumnKind.ID and _named_id(name):
        return Decision(ColumnKind.ID)
    note = notes.fitting_note(tally, best.kind, best.reading)
    return Decision(best.kind, best.reading, note)


def _best(tally: ColumnTally, candidates: list[_Candidate]) -> _Candidate | None:
    return max(candidates, key=lambda c: tally.count(*c.shapes), default=None)


def _proven(tally: ColumnTally, candidate: _Candidate) -> bool:
    """Whether a cell speaks for a candidate; 0 and 1 alone are numbers, both are no and yes."""
    if candidate.reading is yes_no.DIGITS:
        return all(tally.count(shape) for shape in candidate.proof)
    return tally.count(*candidate.proof) > 0


def _worded(tally: ColumnTally, different: DifferentValues, name: str) -> ColumnKind:
    """What a column with values is if its cells are taken as written."""
    values, rows = different.count(), tally.filled
    if values == 1 and rows > 1:
        return ColumnKind.CATEGORY
    few = values <= _MOST_CATEGORIES and values * _ROWS_A_CATEGORY <= rows
    if few and tally.longest <= _LONGEST_CATEGORY:
        return ColumnKind.CATEGORY
    another = values >= _DIFFERENT_IDS * rows and tally.like_ids
    if another and (rows >= _ROWS_OF_IDS or _named_id(name)):
        return ColumnKind.ID
    return ColumnKind.TEXT


def _named_id(name: str) -> bool:
    """Whether a name says that a column holds ids, such as "qid", "tweet_id" or "userId"."""
    words = re.split(r"[\W_]+", re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name.strip()).lower())
    return name.strip().lower() in ID_NAMES or words[0] in ID_NAMES or words[-1] in ID_NAMES


def _wanted(tally: ColumnTally, wanted: ColumnKind) -> Decision:
    """The decision for a kind with values that a person chose."""
    candidates = [c for c in _ASKED_FOR if c.kind is wanted]
    codes = numbers.CODE_SHAPES if wanted is ColumnKind.NUMBER else frozenset()
    best = _best(tally, [c for c in candidates if tally.count(*c.proof)]) or candidates[0]
    wrong = tally.shapes() - best.shapes - codes
    counted = _counted(tally) if wrong and wanted is ColumnKind.TIME else None
    if counted is not None or not wrong:
        reading = counted or best.reading
        return Decision(wanted, reading, notes.fitting_note(tally, wanted, reading))
    note = (
        _unclear_note(tally, wanted, ColumnKind.TEXT)
        or _several_note(tally, best, ColumnKind.TEXT)
        or notes.misfit_note(tally, wanted, wrong)
    )
    return Decision(ColumnKind.TEXT, None, note)


def _counted(tally: ColumnTally) -> CountedTime | None:
    """How numbers that a person calls times count."""
    if not tally.shapes() <= numbers.PLAIN_SHAPES | {Shape.TOO_LONG}:
        return None
    return times.counted_time(tally.shapes(), tally.low, tally.high)


def _note_on_text(tally: ColumnTally, best: _Candidate | None, kept: ColumnKind) -> str:
    """Why a column that nearly is of another kind is kept as written; mostly empty."""
    for kind in (ColumnKind.NUMBER, ColumnKind.TIME):
        unclear = _unclear_note(tally, kind, kept)
        if unclear:
            return unclear
    if best is not None and (several := _several_note(tally, best, kept)):
        return several
    if best is not None and _nearly_all(tally, best.shapes):
        wrong = tally.shapes() - best.shapes
        if best.kind is ColumnKind.NUMBER and wrong <= numbers.CODE_SHAPES:
            return ""
        return notes.nearly_note(tally, best.kind, wrong, kept)
    return notes.formats_note(tally, kept) if _nearly_all(tally, times.TIME_SHAPES) else ""


def _several_note(tally: ColumnTally, best: _Candidate, kept: ColumnKind) -> str:
    """That all cells are numbers or all are dates, but in several ways of writing."""
    if best.kind is ColumnKind.NUMBER and tally.shapes() <= numbers.AMOUNT_SHAPES:
        return notes.styles_note(tally, best.shapes, kept)
    if best.kind is ColumnKind.TIME and tally.shapes() <= times.TIME_SHAPES:
        return notes.formats_note(tally, kept)
    return ""


def _unclear_note(tally: ColumnTally, kind: ColumnKind, kept: ColumnKind) -> str:
    """What keeps numbers or dates from being understood; empty where nothing does."""
    if kind is ColumnKind.NUMBER:
        unclear = tally.count(Shape.COMMA_UNCLEAR) and _nearly_all(tally, _COMMA_UNCLEAR)
        return notes.comma_note(tally, kept) if unclear else ""
    for either, same, *clear in times.UNCLEAR_SHAPES if kind is ColumnKind.TIME else ():
        if tally.count(either) and not tally.count(*clear) and _nearly_all(tally, {either, same}):
            return notes.order_note(tally, either, kept)
    return ""


def _nearly_all(tally: ColumnTally, shapes: frozenset[Shape] | set[Shape]) -> bool:
    """Whether nearly all cells with a value, and one at least, have one of some shapes."""
    known = tally.filled - tally.count(Shape.MISSING)
    return known > 0 and tally.count(*shapes) >= _NEARLY_ALL * known
