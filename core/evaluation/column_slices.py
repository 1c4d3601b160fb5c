"""A run's rows by the further columns of its data set: by values, quartiles, stretches of time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.columns import column_values
from core.data.dataset import Dataset
from core.errors import NotFound
from core.evaluation.slice_metrics import Mask
from core.explore.cells import column_categories
from core.explore.columns.bins import time_bins
from core.runs.origin import dataset_of
from core.runs.run import Run
from core.workspace import Workspace

MISSING = "missing"
MOST_VALUES = 20
MOST_COLUMNS = 40
"""So many columns make slices without being asked for: each slice that is tried costs the others
some power."""
FEW_NUMBERS = 8
"""Up to so many different numbers, each is a slice, as with stars."""
_MOST_STRETCHES = 20
_MOST_CHARS = 60
_SLICED = (ColumnKind.CATEGORY, ColumnKind.YES_NO, ColumnKind.NUMBER, ColumnKind.TIME)
_NOWHERE = -1
_Places = NDArray[np.integer]
_Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ColumnSlices:
    """Some rows by one column, each row in one slice.

    Attributes:
        column: The column.
        values: What people call each slice, such as "US", "3 to 7", "2024 Q1", "missing".
        places: Of each row's slice in `values`, shape (n,).
        others: The place of the slice that holds all rarer values; -1 where there is none.
    """

    column: Column
    values: tuple[str, ...]
    places: _Places
    others: int = _NOWHERE

    def masks(self) -> Iterator[tuple[str, Mask]]:
        """Each value and its rows, without slices that hold none of the rows, or all."""
        counts = np.bincount(self.places, minlength=len(self.values))
        for place, value in enumerate(self.values):
            if 0 < counts[place] < len(self.places):
                yield value, self.places == place


def sliced_columns(dataset: Dataset) -> list[Column]:
    """Its columns that rows can be sliced by; texts and ids cannot."""
    return [column for column in dataset.columns if column.kind in _SLICED]


def automatic_columns(dataset: Dataset) -> list[Column]:
    """Its columns that rows are sliced by without being asked: none that is sensitive."""
    open_ones = [column for column in sliced_columns(dataset) if not column.sensitive]
    return open_ones[:MOST_COLUMNS]


def dataset_with_columns(workspace: Workspace, run: Run) -> Dataset:
    """The data set whose columns tell more of the run's rows.

    Raises:
        NotFound: it is gone.
    """
    dataset = dataset_of(workspace, run)
    if dataset is None:
        raise NotFound(
            f"the data set {run.dataset_name!r} as {run.name!r} was trained on it, for its columns",
            "it deleted or changed",
            "import its file again to see slices by column",
        )
    return dataset


def column_slices(
    workspace: Workspace, dataset: Dataset, column: Column, rows: NDArray[np.int64]
) -> ColumnSlices:
    """These rows of a data set by one of its columns.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        column: One of `sliced_columns`.
        rows: Row numbers, shape (n,).

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    if column.kind is ColumnKind.CATEGORY:
        cells, found = column_categories(workspace, dataset, column)
        return _categories(column, cells, found[rows])
    present, values = column_values(workspace, dataset, column)
    present, known = present[rows], values[rows][present[rows]]
    names, places = _KNOWN[column.kind](known)
    spread = np.full(len(rows), len(names))
    spread[present] = places
    return ColumnSlices(column, (*names, MISSING), spread)


def named_slices(sliced: Iterable[ColumnSlices]) -> dict[str, Mask]:
    """Slices of several columns by a name of their own, such as "country: US"."""
    found: dict[str, Mask] = {}
    for each in sliced:
        for value, mask in each.masks():
            found[_free(f"{each.column.name}: {value}", found)] = mask
    return found


def _categories(column: Column, cells: Sequence[str], places: _Places) -> ColumnSlices:
    """The commonest values, the others together, and rows without one."""
    counts = np.bincount(places + 1, minlength=len(cells) + 1)[1:]
    used = sorted(np.flatnonzero(counts).tolist(), key=lambda place: (-counts[place], cells[place]))
    names: list[str] = []
    for place in used[:MOST_VALUES]:
        names.append(_free(_short(cells[place]), names))
    rarer = len(used) - len(names)
    new = np.full(len(cells) + 1, len(names))
    new[used[:MOST_VALUES]] = np.arange(len(names))
    others = len(names) if rarer else _NOWHERE
    if rarer:
        names.append(_free(f"{rarer:,} other values", names))
    new[_NOWHERE] = len(names)
    names.append(_free(MISSING, names))
    return ColumnSlices(column, tuple(names), new[places], others)


def _yes_no(known: _Values) -> tuple[list[str], _Places]:
    return ["no", "yes"], known.astype(np.int64)


def _numbers(known: _Values) -> tuple[list[str], _Places]:
    """Each of a few numbers, or quarters of the rows; equal numbers are never parted."""
    different = np.unique(known)
    if len(different) <= FEW_NUMBERS:
        return _written(different), np.searchsorted(different, known)
    quartiles = np.quantile(known, [0.25, 0.5, 0.75], method="inverted_cdf")
    ends = np.unique(np.append(np.minimum(quartiles, different[-2]), different[-1]))
    last = np.searchsorted(different, ends)
    first = np.append(0, last[:-1] + 1)
    written = _written(different[np.stack([first, last], axis=1).reshape(-1)])
    names = [
        low if low == high else f"{low} to {high}"
        for low, high in zip(written[::2], written[1::2], strict=True)
    ]
    return names, np.searchsorted(ends, known)


def _times(known: _Values) -> tuple[list[str], _Places]:
    moments = known.astype(np.int64)
    bins = time_bins(moments, _MOST_STRETCHES)
    names: list[str] = []
    for place in range(len(bins.cuts) + 1):
        names.append(_free(bins.named(*bins.ends(place)), names))
    return names, np.searchsorted(bins.cuts, moments, "right")


_KNOWN = {ColumnKind.YES_NO: _yes_no, ColumnKind.NUMBER: _numbers, ColumnKind.TIME: _times}
"""How values that are there are told apart, by the kind of their column."""


def _written(numbers: NDArray[np.float64]) -> list[str]:
    """Numbers in as few digits as tell them apart."""
    different = len(np.unique(numbers))
    for digits in (4, 6, 9, 12):
        written = [_number(number, digits) for number in numbers.tolist()]
        if len(set(written)) == different:
            return written
    return [repr(number) for number in numbers.tolist()]


def _number(number: float, digits: int) -> str:
    number += 0.0  # Of two zeros, the one without a sign.
    if number.is_integer() and abs(number) < 1e15:
        return f"{number:,.0f}"
    if 1e-4 <= abs(number) < 1e15:
        whole = len(f"{abs(number):.0f}")
        return f"{number:,.{max(digits - whole, 1)}f}".rstrip("0").rstrip(".")
    return f"{number:.{digits}g}"


def _short(value: str) -> str:
    return value if len(value) <= _MOST_CHARS else f"{value[: _MOST_CHARS - 1]}…"


def _free(name: str, taken: Container[str]) -> str:
    """The name, with a number behind it where another slice is called so."""
    tries = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(each for each in tries if each not in taken)
