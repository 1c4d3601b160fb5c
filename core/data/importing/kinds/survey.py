"""What the cells of a further column are, found over the whole file, batch by batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.column import ColumnKind
from core.data.importing.kinds.decision import Reading, decide
from core.data.importing.kinds.different_values import DifferentValues
from core.data.importing.kinds.numbers import mark_numbers
from core.data.importing.kinds.shapes import Shape, Strings, mark_words, trimmed
from core.data.importing.kinds.tally import ColumnTally
from core.data.importing.kinds.times import mark_iso, mark_times

_SAMPLE = 2048


@dataclass(frozen=True)
class ColumnFinding:
    """What a column is, and how its cells become values.

    Attributes:
        kind: What its cells are.
        missing: Rows without a value; among numbers, times and yes/no those with NA and the
            like, too.
        different: How many different values there are.
        note: A sentence about what was decided by; empty where it speaks for itself.
        reading: How cells become values; None for a kind that is compared as written.
    """

    kind: ColumnKind
    missing: int
    different: int
    note: str = ""
    reading: Reading | None = None

    def values(self, cells: pa.Array) -> pa.Array:
        """What is compared and sorted by, of some cells.

        Args:
            cells: Strings as written, null where one is missing.

        Returns:
            Doubles, timestamps in microseconds (UTC, without a zone) or booleans, null where a
            value is missing; of other kinds the cells.
        """
        if self.reading is None:
            return cells
        cells = _strings(cells)
        if not _few(cells):
            return _values(cells, self.reading)
        encoded = cells.dictionary_encode()
        return _values(encoded.dictionary, self.reading).take(encoded.indices)


class ColumnSurvey:
    """What the cells of one further column are; memory does not grow with the text in them."""

    def __init__(self) -> None:
        self._tally = ColumnTally()
        self._different = DifferentValues()

    def add(self, cells: pa.Array, numbers: NDArray[np.int64]) -> None:
        """Take up the next cells.

        Args:
            cells: Strings as written, null where one is missing; shape (n,).
            numbers: The rows' numbers in the file; shape (n,).
        """
        if not len(cells):
            return
        cells = _strings(cells)
        if _few(cells):
            encoded = cells.dictionary_encode()
            places = np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary)))
            self._add(encoded.dictionary, numbers, places)
            return
        valid = np.asarray(pc.is_valid(cells))
        self._tally.add_missing(int((~valid).sum()))
        self._add(cells.drop_null(), numbers[valid])

    def _add(
        self,
        values: pa.Array,
        numbers: NDArray[np.int64],
        places: NDArray[np.int64] | None = None,
    ) -> None:
        strings = Strings.of(trimmed(values))
        shapes, bounds = shapes_of(strings)
        self._tally.widen(*bounds)
        self._tally.measure(strings)
        rows = shapes if places is None else np.append(shapes, np.uint8(Shape.BLANK))[places]
        self._tally.add(rows, numbers, values, places)
        filled = shapes != Shape.BLANK
        self._different.add(values if filled.all() else values.filter(pa.array(filled)))

    def finding(self, name: str, wanted: ColumnKind | None = None) -> ColumnFinding:
        """What the column is.

        Args:
            name: What the column is called.
            wanted: The kind that a person chose; None to find it.
        """
        decision = decide(self._tally, self._different, name, wanted)
        if decision.reading is None:
            missing, different = self._tally.blank, self._different.count()
        else:
            missing = self._tally.blank + self._tally.count(Shape.MISSING)
            different = self._different_values(decision.reading)
        return ColumnFinding(decision.kind, missing, different, decision.note, decision.reading)

    def _different_values(self, reading: Reading) -> int:
        """Different values; of very many, different spellings."""
        if self._different.kept is None:
            return self._different.count()
        return int(pc.count_distinct(_values(self._different.kept, reading)).as_py())


def shapes_of(strings: Strings) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """What each of some trimmed cells looks like.

    Returns:
        Their shapes, and the smallest and largest plain number; infinities, swapped, without one.
    """
    shapes = np.zeros(len(strings), np.uint8)
    mark_words(strings, shapes)
    mark_iso(strings, shapes)
    bounds = mark_numbers(strings, shapes)
    mark_times(strings, shapes)
    return shapes, bounds


def _strings(cells: pa.Array) -> pa.Array:
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    return cells if pa.types.is_string(cells.type) else cells.cast(pa.string())


def _few(cells: pa.Array) -> bool:
    """Whether values occur again and again, so that it pays to look at each once."""
    if len(cells) <= 2 * _SAMPLE:
        return True
    return bool(pc.count_distinct(cells.slice(0, _SAMPLE)).as_py() <= _SAMPLE // 2)


def _values(cells: pa.Array, reading: Reading) -> pa.Array:
    """Values of cells, null where they are blank or say that there is none."""
    valid = np.asarray(pc.is_valid(cells))
    strings = Strings.of(trimmed(cells if valid.all() else pc.fill_null(cells, "")))
    shapes = np.zeros(len(strings), np.uint8)
    mark_words(strings, shapes)
    there = ~np.isin(shapes, [Shape.BLANK, Shape.MISSING])
    if there.all():
        return reading.values(strings.array)
    values = reading.values(strings.at(np.flatnonzero(there)).array)
    return values.take(pa.array(np.cumsum(there) - 1, mask=~there))
