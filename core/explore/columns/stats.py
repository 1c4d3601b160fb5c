"""What a further column holds: its values or bins, how many rows each has, and which labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.labelled import RowLabels
from core.explore.columns.counts import label_counts
from core.explore.columns.groups import Group, Grouped, GroupKind, groups_of
from core.explore.columns.share_interval import share_interval
from core.workspace import Workspace

VALUE = "value"
ROWS = "rows"
LABELLED = "labelled"
HITS = "hits"
SHARE = "share"
LOW = "low"
HIGH = "high"

MOST_SHOWN = 20
"""Values of a category that a chart shows; the others stand together."""


@dataclass(frozen=True, eq=False)
class ColumnStats:
    """What a column holds.

    Attributes:
        column: The column.
        label: The class whose shares these are; None where there are no labels to compare.
        groups: Values, the commonest first, or stretches in their order; last what no group has,
            and rows without a value, where there are such.
        table: A line for each group: value, rows, labelled, hits (rows of the class), share (of
            the labelled ones) and its 95 % interval, low and high.
        unit: What a stretch counts, or how long it is.
        figures: Of all values, by their names.
    """

    column: Column
    label: str | None
    groups: tuple[Group, ...]
    table: pd.DataFrame
    unit: str
    figures: Mapping[str, float | str]

    @property
    def share(self) -> float:
        """The share of the class in all labelled rows; NaN where none is labelled."""
        labelled = int(self.table[LABELLED].sum())
        return int(self.table[HITS].sum()) / labelled if labelled else float("nan")


def column_stats(
    workspace: Workspace, dataset: Dataset, column: Column, labels: RowLabels, label: str | None
) -> ColumnStats:
    """What a column of a data set holds.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        column: One of its columns.
        labels: Of all its rows.
        label: The class whose shares to give, one of the labels' classes; None gives none.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    grouped = groups_of(workspace, dataset, column)
    counts = label_counts(grouped, labels)
    rows, labelled = counts.sum(axis=1), counts[:, 1:].sum(axis=1)
    hits = counts[:, labels.classes.index(label) + 1] if label else np.zeros_like(rows)
    groups, order = _ordered(column, grouped, rows)
    table = column_table(groups, rows[order], labelled[order], hits[order])
    return ColumnStats(column, label, groups, table, grouped.unit, grouped.figures)


def column_table(
    groups: Sequence[Group],
    rows: NDArray[np.int64],
    labelled: NDArray[np.int64],
    hits: NDArray[np.int64],
) -> pd.DataFrame:
    """`ColumnStats.table` of groups and their counts."""
    share, low, high = share_interval(hits, labelled)
    names = [group.name for group in groups]
    found = {ROWS: rows, LABELLED: labelled, HITS: hits, SHARE: share, LOW: low, HIGH: high}
    return pd.DataFrame({VALUE: pd.Series(names, dtype=object), **found})


def default_label(dataset: Dataset) -> str | None:
    """The class whose shares tell most: the positive one, of many the second commonest.

    None where there are no two classes.
    """
    if dataset.positive is not None or len(dataset.classes) < 2:
        return dataset.positive
    commonest = sorted(dataset.classes, key=lambda name: -dataset.class_counts[name])
    return commonest[1]


def figure_written(value: float) -> str:
    """A figure for people, in as many digits as they read."""
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if 1_000 <= abs(value) < 1e15 else f"{value:.4g}"


def shown_groups(stats: ColumnStats, most: int = MOST_SHOWN) -> ColumnStats:
    """The same with the values beyond the commonest `most` in one group."""
    values = [group for group in stats.groups if group.kind is GroupKind.VALUE]
    if stats.column.kind is not ColumnKind.CATEGORY or len(values) <= most + 1:
        return stats
    rest = slice(most, len(values))
    shown = tuple(value for group in values[:most] for value in group.values)
    joined = Group(f"{len(values) - most:,} other values", GroupKind.OTHERS, shown)
    groups = (*stats.groups[:most], joined, *stats.groups[len(values) :])
    counts = [_joined(stats.table[name].to_numpy(), rest) for name in (ROWS, LABELLED, HITS)]
    return replace(stats, groups=groups, table=column_table(groups, *counts))


def _joined(counts: NDArray[np.int64], rest: slice) -> NDArray[np.int64]:
    return np.concatenate([counts[: rest.start], [counts[rest].sum()], counts[rest.stop :]])


def _ordered(
    column: Column, grouped: Grouped, rows: NDArray[np.int64]
) -> tuple[tuple[Group, ...], NDArray[np.int64]]:
    """The groups in the order they are shown in, and the places of their counts."""
    others = Group("other ids", GroupKind.OTHERS, tuple(group.name for group in grouped.groups))
    everything = [others, Group("missing", GroupKind.MISSING), *grouped.groups]
    places = np.arange(2, len(everything))
    if column.kind in (ColumnKind.CATEGORY, ColumnKind.ID):
        by_rows = sorted(places, key=lambda place: (-rows[place], everything[place].name))
        places = np.array(by_rows, np.int64)
    order = np.array([*places, *compress((0, 1), rows[:2] > 0)], np.int64)
    return tuple(everything[place] for place in order), order
