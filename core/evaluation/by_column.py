"""What a run reaches on parts of its rows that a column of its data set tells apart."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import pandas as pd

from core.data.column import Column, ColumnKind, column_called
from core.data.dataset import Dataset
from core.errors import BadInput
from core.evaluation.column_slices import (
    ColumnSlices,
    column_slices,
    dataset_with_columns,
    named_slices,
    sliced_columns,
)
from core.evaluation.groups import Groups, compare_groups
from core.evaluation.predictions import Predictions, read_predictions
from core.evaluation.slice_metrics import slice_table
from core.runs.run import Run
from core.workspace import Workspace

GROUPED = (ColumnKind.CATEGORY, ColumnKind.YES_NO)


@dataclass(frozen=True, eq=False)
class ByColumn:
    """A part of a run's rows by one column.

    Attributes:
        column: The column.
        part: The part.
        threshold: What the figures are of.
        slices: The columns of `slice_table`.
        groups: None for columns that make no groups, and for runs of more than two classes.
    """

    column: Column
    part: str
    threshold: float
    slices: pd.DataFrame
    groups: Groups | None


def evaluate_by(workspace: Workspace, run: Run, part: str, threshold: float, name: str) -> ByColumn:
    """Measure a run by a column; a sensitive one is asked for by its name.

    Args:
        workspace: Where it is.
        run: What to measure.
        part: Which of its rows.
        threshold: For two classes.
        name: Of the column.

    Raises:
        NotFound: the data set is gone, or the run has no such part.
        BadInput: there is no such column, or no rows can be told apart by it.
        DamagedFile: a file is missing or damaged.
    """
    dataset = dataset_with_columns(workspace, run)
    column = _column(dataset, name)
    predictions = read_predictions(workspace, run, part)
    sliced = column_slices(workspace, dataset, column, predictions.rows)
    table = slice_table(predictions, threshold, named_slices([sliced]))
    return ByColumn(column, part, threshold, table, groups_by(predictions, threshold, sliced))


def groups_by(predictions: Predictions, threshold: float, sliced: ColumnSlices) -> Groups | None:
    """The values of a column as groups; None where it makes none, or with more than two classes."""
    if not predictions.binary or sliced.column.kind not in GROUPED:
        return None
    masks = dict(sliced.masks())
    if sliced.others >= 0:
        masks.pop(sliced.values[sliced.others], None)
    return compare_groups(predictions, threshold, masks.items())


def groups_table(groups: Groups) -> pd.DataFrame:
    """A line for each group: group, rows, positives, then for each figure its value, low, high,
    chance and said."""
    return pd.DataFrame(
        [
            {"group": group.name, "rows": group.rows, "positives": group.positives}
            | {
                f"{name}{end}": value
                for name, figure in group.figures.items()
                for end, value in (
                    ("", figure.estimate.value),
                    ("_low", figure.estimate.low),
                    ("_high", figure.estimate.high),
                    ("_chance", figure.chance),
                    ("_said", figure.said),
                )
            }
            for group in groups.groups
        ]
    )


def as_values(found: ByColumn) -> dict[str, object]:
    """All numbers by name, for JSON; a value that is not known is None."""
    return {
        "by": found.column.name,
        "kind": found.column.kind.value,
        "part": found.part,
        "threshold": found.threshold,
        "slices": _plain(found.slices.to_dict("records")),
        "groups": None if found.groups is None else _groups_values(found.groups),
    }


def _groups_values(groups: Groups) -> dict[str, object]:
    """The figures of every group, each with its estimate's value, low and high beside the rest."""
    return {
        "verdict": groups.verdict,
        "auc": _plain(asdict(groups.auc)),
        "groups": [
            {
                "group": group.name,
                "rows": group.rows,
                "positives": group.positives,
                "worse": group.worse,
                "figures": {
                    name: _plain(
                        {
                            **asdict(figure.estimate),
                            "base": figure.base,
                            "chance": figure.chance,
                            "worse": figure.worse,
                            "said": figure.said,
                        }
                    )
                    for name, figure in group.figures.items()
                },
            }
            for group in groups.groups
        ],
    }


def _column(dataset: Dataset, name: str) -> Column:
    columns = sliced_columns(dataset)
    column = column_called(columns, name)
    if column is None:
        other = column_called(dataset.columns, name)
        names = ", ".join(repr(each.name) for each in columns if not each.sensitive) or "none here"
        raise BadInput(
            f"a column of categories, numbers, times or yes and no ({names})",
            f"{name!r} of {other.kind.value}s" if other else repr(name),
            "choose another column" if columns else "import the file with such columns",
        )
    return column


def _plain(value: Any) -> Any:
    """The same without numbers that are none."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and isnan(value) else value
