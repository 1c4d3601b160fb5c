"""What Evaluate reads about a run's rows by the further columns of its data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.data.column import Column
from core.data.dataset import Dataset
from core.evaluation.by_column import ByColumn, groups_by
from core.evaluation.column_slices import (
    ColumnSlices,
    automatic_columns,
    column_slices,
    named_slices,
)
from core.evaluation.slice_metrics import Mask, slice_table
from core.runs.origin import dataset_of
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.reads import of_run, predictions
from dashboard.cache import FEW, cached


@cached(
    key=lambda workspace, run, part, dataset, columns: (
        of_run(workspace, run, part),
        dataset.id,
        dataset.created,
        tuple(column.place for column in columns),
    ),
    max_entries=FEW,
    spinner="Reading columns",
    shared=True,
)
def _sliced(
    workspace: Workspace, run: Run, part: str, dataset: Dataset, columns: Sequence[Column]
) -> list[ColumnSlices]:
    rows = predictions(workspace, run, part).rows
    return [column_slices(workspace, dataset, column, rows) for column in columns]


def column_masks(workspace: Workspace, run: Run, part: str) -> Mapping[str, Mask]:
    """Slices by all columns that are sliced unasked; none where the data set is gone.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    dataset = dataset_of(workspace, run)
    columns = automatic_columns(dataset) if dataset else []
    if dataset is None or not columns:
        return {}
    return named_slices(_sliced(workspace, run, part, dataset, columns))


@cached(
    key=lambda workspace, run, part, threshold, dataset: (
        of_run(workspace, run, part, threshold),
        dataset.id,
        dataset.created,
    ),
    max_entries=FEW,
    spinner="Measuring slices by column",
)
def column_table(
    workspace: Workspace, run: Run, part: str, threshold: float, dataset: Dataset
) -> pd.DataFrame:
    """Figures by slices of all columns that are sliced unasked; see `slice_table`."""
    masks = column_masks(workspace, run, part)
    return slice_table(predictions(workspace, run, part), threshold, masks)


@cached(
    key=lambda workspace, run, part, threshold, dataset, column: (
        of_run(workspace, run, part, threshold),
        dataset.id,
        dataset.created,
        column.place,
    ),
    max_entries=FEW,
    spinner="Measuring groups",
)
def by_column(
    workspace: Workspace, run: Run, part: str, threshold: float, dataset: Dataset, column: Column
) -> ByColumn:
    """A run's rows by one column; see `core.evaluation.by_column.evaluate_by`."""
    found = predictions(workspace, run, part)
    (sliced,) = _sliced(workspace, run, part, dataset, [column])
    table = slice_table(found, threshold, named_slices([sliced]))
    return ByColumn(column, part, threshold, table, groups_by(found, threshold, sliced))
