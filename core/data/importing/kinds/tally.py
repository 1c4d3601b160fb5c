"""How many cells of a column have which shape, and where each shape is first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.kinds.shapes import Shape, Strings

_LONGEST_ID = 64
_VISIBLE = np.zeros(256, bool)
_VISIBLE[33:127] = True


class Place(NamedTuple):
    """A cell and its row's number in the file."""

    row: int
    cell: str


class ColumnTally:
    """Counts the cells of a column by shape; the order of batches makes no difference."""

    def __init__(self) -> None:
        self.low, self.high = np.inf, -np.inf
        self.longest = 0
        self.like_ids = True
        self._counts = np.zeros(len(Shape), np.int64)
        self._first: dict[Shape, Place] = {}

    @property
    def blank(self) -> int:
        """Cells that are missing or only white space."""
        return self.count(Shape.BLANK)

    @property
    def filled(self) -> int:
        """Cells with anything in them."""
        return int(self._counts.sum()) - self.blank

    def count(self, *shapes: Shape) -> int:
        """Cells of some shapes."""
        return int(self._counts[list(shapes)].sum())

    def shapes(self) -> frozenset[Shape]:
        """The shapes of cells with a value."""
        without = (Shape.BLANK, Shape.MISSING)
        return frozenset(s for s in Shape if self._counts[s] and s not in without)

    def first(self, shapes: Iterable[Shape]) -> Place:
        """The first cell that has one of some shapes, which occur."""
        return min(self._first[shape] for shape in shapes if shape in self._first)

    def widen(self, low: float, high: float) -> None:
        """Take up the smallest and largest of some plain numbers."""
        self.low, self.high = min(self.low, low), max(self.high, high)

    def measure(self, strings: Strings) -> None:
        """Take up how long trimmed cells are, and whether they could be ids."""
        if not len(strings):
            return
        longest = int(strings.lengths.max())
        if longest > self.longest:
            longest = int(pc.max(pc.utf8_length(strings.array)).as_py())
            self.longest = max(self.longest, longest)
        if self.like_ids:
            self.like_ids = self.longest <= _LONGEST_ID and strings.only(_VISIBLE)

    def add_missing(self, rows: int) -> None:
        """Take up rows without a cell."""
        self._counts[Shape.BLANK] += rows

    def add(
        self,
        shapes: NDArray[np.uint8],
        numbers: NDArray[np.int64],
        values: pa.Array,
        places: NDArray[np.int64] | None,
    ) -> None:
        """Take up the shapes of cells.

        Args:
            shapes: The shape of each row's cell.
            numbers: The rows' numbers in the file.
            values: The rows' cells, or what they point at.
            places: Where each row's cell is among the values; None if rows and values agree.
        """
        counts = np.bincount(shapes, minlength=len(Shape))
        self._counts += counts
        for shape in map(Shape, np.flatnonzero(counts).tolist()):
            if shape is Shape.BLANK:
                continue
            rows = np.flatnonzero(shapes == shape) if counts[shape] < len(shapes) else slice(None)
            at = int(numbers[rows].argmin())
            row = at if isinstance(rows, slice) else int(rows[at])
            known = self._first.get(shape)
            if known is None or numbers[row] < known.row:
                cell = values[row if places is None else int(places[row])].as_py()
                self._first[shape] = Place(int(numbers[row]), cell[:200])
