"""The rows of a further column in groups: of one value each, or of bins of what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.columns import column_values
from core.data.dataset import Dataset, columns_file
from core.explore.cells import column_batches, column_categories
from core.explore.columns.bins import (
    Bins,
    Edge,
    even_bins,
    length_bins,
    moment_written,
    number_bins,
    number_written,
    time_bins,
)
from core.explore.columns.time_bins import moment
from core.explore.query import query_files
from core.workspace import Workspace

FEW_NUMBERS = 20
"""Up to so many different numbers, each is a group, as with stars."""
MOST_REPEATED = 20
NO_VALUE = -1
ELSEWHERE = -2


class GroupKind(Enum):
    """What the rows of a group have in common."""

    VALUE = "value"
    STRETCH = "stretch"
    OTHERS = "others"
    """A value that is in none of the other groups."""
    MISSING = "missing"


@dataclass(frozen=True)
class Group:
    """Rows that have one value, or one of a stretch, or none.

    Attributes:
        name: What people call it.
        kind: What its rows have in common.
        values: The value as an expression writes it, without quotation marks; of OTHERS those
            that its rows do not have.
        start: Where a stretch begins; None where it has no beginning.
        end: Where the next one begins; None where it has no end.
    """

    name: str
    kind: GroupKind = GroupKind.VALUE
    values: tuple[str, ...] = ()
    start: Edge | None = None
    end: Edge | None = None

    @classmethod
    def of_value(cls, value: str) -> Group:
        """Rows with this value, called like it."""
        return cls(value, values=(value,))


@dataclass(frozen=True, eq=False)
class Grouped:
    """Groups and which rows are in them.

    Attributes:
        groups: Ascending by what they hold; of categories in no order.
        places: Of each row's group; NO_VALUE for rows without a value, ELSEWHERE for those in no
            group; shape (rows of the data set,).
        unit: What is binned, or how long a stretch of time is; "" where nothing is to be said.
        figures: Of all values, by their names.
    """

    groups: tuple[Group, ...]
    places: NDArray[np.integer]
    unit: str = ""
    figures: Mapping[str, float | str] = field(default_factory=dict)


def groups_of(workspace: Workspace, dataset: Dataset, column: Column) -> Grouped:
    """All rows by what a column's chart shows: values, round bins, or ids that repeat.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    if column.kind is ColumnKind.CATEGORY:
        return _categories(workspace, dataset, column)
    if column.kind is ColumnKind.TEXT:
        return _lengths(workspace, dataset, column)
    if column.kind is ColumnKind.ID:
        return _repeated(workspace, dataset, column)
    present, values = column_values(workspace, dataset, column)
    if column.kind is ColumnKind.YES_NO:
        return _yes_no(present, values)
    if column.kind is ColumnKind.TIME:
        return _times(present, values)
    return _numbers(column, present, values)


def levels_of(workspace: Workspace, dataset: Dataset, column: Column, rows: int) -> Grouped:
    """`groups_of` for comparing with labels: many numbers or times in bins of as many rows.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        column: One of its columns.
        rows: How many of its rows have a label.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    few = column.kind is ColumnKind.NUMBER and column.different <= FEW_NUMBERS
    if few or column.kind not in (ColumnKind.NUMBER, ColumnKind.TIME):
        return groups_of(workspace, dataset, column)
    present, values = column_values(workspace, dataset, column)
    return _binned(present, values, even_bins(values[present], rows))


def _categories(workspace: Workspace, dataset: Dataset, column: Column) -> Grouped:
    values, places = column_categories(workspace, dataset, column)
    return Grouped(tuple(map(Group.of_value, values)), places)


def _yes_no(present: NDArray[np.bool_], values: NDArray[np.float64]) -> Grouped:
    places = np.where(present, values.astype(np.int32), NO_VALUE)
    return Grouped((Group.of_value("no"), Group.of_value("yes")), places)


def _numbers(column: Column, present: NDArray[np.bool_], values: NDArray[np.float64]) -> Grouped:
    known = values[present]
    figures = _number_figures(known)
    if column.different > FEW_NUMBERS:
        return replace(_binned(present, values, number_bins(known)), figures=figures)
    different = np.unique(known)
    places = np.where(present, np.searchsorted(different, values), NO_VALUE)
    written = map(number_written, different.tolist())
    return Grouped(tuple(map(Group.of_value, written)), places, figures=figures)


def _number_figures(known: NDArray[np.float64]) -> dict[str, float | str]:
    if not len(known):
        return {}
    with np.errstate(over="ignore"):
        mean = float(known.mean())
    if not np.isfinite(mean):  # Of the largest doubles there is no sum.
        mean = float((known / len(known)).sum())
    return {
        "least": float(known.min()),
        "median": float(np.median(known)),
        "mean": mean,
        "greatest": float(known.max()),
    }


def _times(present: NDArray[np.bool_], values: NDArray[np.float64]) -> Grouped:
    known = values[present].astype(np.int64)
    bins = time_bins(known)
    ends = [moment(int(each)) for each in (known.min(), known.max())] if len(known) else []
    ends = [each.replace(microsecond=0) for each in ends]
    said = zip(("first", "last"), map(moment_written, ends), strict=False)
    return replace(_binned(present, values, bins), figures=dict(said))


def _binned(present: NDArray[np.bool_], values: NDArray[Any], bins: Bins) -> Grouped:
    places = np.where(present, np.searchsorted(bins.cuts, values, "right"), NO_VALUE)
    # Bins without rows at either end say nothing.
    used = places[present]
    first, last = (int(used.min()), int(used.max())) if len(used) else (0, -1)
    ends = [bins.ends(place) for place in range(first, last + 1)]
    groups = tuple(
        Group(bins.named(start, end), GroupKind.STRETCH, start=start, end=end)
        for start, end in ends
    )
    return Grouped(groups, np.where(present, places - first, NO_VALUE), bins.unit)


def _lengths(workspace: Workspace, dataset: Dataset, column: Column) -> Grouped:
    """Texts by their characters."""
    batches = column_batches(workspace, dataset, column)
    pieces = [pc.fill_null(pc.utf8_length(batch), -1).to_numpy() for batch in batches]
    lengths = np.concatenate([np.zeros(0, np.int32), *pieces])
    present = lengths >= 0
    known = lengths[present]
    found = _binned(present, lengths, length_bins(known))
    if not len(known):
        return found
    figures = {"mean_length": float(known.mean()), "longest": float(known.max())}
    return replace(found, figures=figures)


def _repeated(workspace: Workspace, dataset: Dataset, column: Column) -> Grouped:
    """The ids that stand in most rows, of those that stand in several."""
    values = _repeated_values(workspace, dataset, column)
    wanted, places = pa.array(values, pa.string()), [np.zeros(0, np.int32)]
    for batch in column_batches(workspace, dataset, column):
        found = pc.fill_null(pc.index_in(batch, wanted), ELSEWHERE).to_numpy()
        places.append(np.where(batch.is_null(), NO_VALUE, found))
    return Grouped(tuple(map(Group.of_value, values)), np.concatenate(places))


def _repeated_values(workspace: Workspace, dataset: Dataset, column: Column) -> list[str]:
    if column.different == dataset.rows - column.missing:
        return []
    # By hashes, or a million long ids would take more memory than there is.
    with columns_file(workspace, dataset) as path:
        found = query_files(
            f"""WITH often AS (
                    SELECT hash({column.cells}) AS hash FROM cells
                    WHERE {column.cells} IS NOT NULL
                    GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) DESC, 1
                    LIMIT {MOST_REPEATED})
                SELECT {column.cells} AS value FROM cells
                WHERE hash({column.cells}) IN (SELECT hash FROM often)
                GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) DESC, 1""",
            None,
            cells=path,
        )
    values: list[str] = found["value"].to_pylist()
    return values
