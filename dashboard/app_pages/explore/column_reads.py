"""What Explore reads about further columns, by the labels that rows have now."""

from __future__ import annotations

from core.data.column import Column
from core.data.dataset import Dataset
from core.data.labelled import RowLabels, original_row_labels
from core.explore.columns import association, stats
from core.explore.columns.association import Association
from core.explore.columns.stats import ColumnStats
from core.workspace import Workspace
from dashboard.cache import FEW, cached
from dashboard.reads import given_labels_key, known_labels


def shown_columns(dataset: Dataset) -> tuple[Column, ...]:
    """Those that are not sensitive."""
    return tuple(column for column in dataset.columns if not column.sensitive)


@cached(
    key=lambda workspace, dataset: (workspace, dataset, given_labels_key(workspace, dataset)),
    max_entries=FEW,
    spinner="Comparing columns with labels",
)
def ranked_columns(workspace: Workspace, dataset: Dataset) -> list[Association]:
    """See `core.explore.columns.association.ranked_columns`; of the columns that are shown."""
    labels = _labels(workspace, dataset)
    columns = shown_columns(dataset)
    return association.ranked_columns(workspace, dataset, columns, labels)


@cached(
    key=lambda workspace, dataset, column, label: (
        workspace,
        dataset,
        column,
        label,
        given_labels_key(workspace, dataset),
    ),
    max_entries=FEW,
    spinner="Counting",
    shared=True,
)
def stats_of_column(
    workspace: Workspace, dataset: Dataset, column: Column, label: str | None
) -> ColumnStats:
    """See `core.explore.columns.stats.column_stats`; kept as it is, for all sessions."""
    labels = _labels(workspace, dataset)
    return stats.column_stats(workspace, dataset, column, labels, label)


def _labels(workspace: Workspace, dataset: Dataset) -> RowLabels:
    return known_labels(workspace, dataset) or original_row_labels(workspace, dataset)
