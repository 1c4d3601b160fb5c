"""How much further columns tell of the label: Cramér's V, corrected for its bias.

Cramér (1946), Mathematical methods of statistics, corrected as by Bergsma (2013), A bias-correction
for Cramér's V and Tschuprow's T: without it, chance alone gives a column of many values some
association. 0 is none, 1 says that each value has one label. Ours: scipy's `association` has no
correction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.labelled import RowLabels
from core.explore.columns.counts import label_counts
from core.explore.columns.groups import levels_of
from core.workspace import Workspace

GIVES_AWAY = 0.95
"""From here on a column is likely to have been written after the label, or for it."""
_ROWS_A_VALUE = 5
_LITTLE = 0.05
_NAMED = 3
_NOT_COMPARED = {
    ColumnKind.TEXT: "texts are not compared with labels",
    ColumnKind.ID: "ids are not compared with labels",
}


@dataclass(frozen=True)
class Association:
    """How much a column tells of the label.

    Attributes:
        column: The column.
        value: 0 to 1; None where it was not measured.
        reason: Why it was not; "" where it was.
    """

    column: Column
    value: float | None = None
    reason: str = ""

    @property
    def gives_away(self) -> bool:
        """Whether the label can all but be read from the column."""
        return self.value is not None and self.value >= GIVES_AWAY


def ranked_columns(
    workspace: Workspace, dataset: Dataset, columns: Iterable[Column], labels: RowLabels
) -> list[Association]:
    """The columns, those that tell most of the label first, those not compared last.

    Numbers and times are compared in bins of as many rows each, finer at both ends, so that a
    column is found that is high for a rare class alone. Rows without a value are a value, too.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        columns: Which of its columns.
        labels: Of all its rows.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    found = [_association(workspace, dataset, column, labels) for column in columns]
    return sorted(found, key=lambda one: -1.0 if one.value is None else one.value, reverse=True)


def verdict(ranking: Sequence[Association]) -> str:
    """What a ranking says, in a sentence or two."""
    given = [one for one in ranking if one.gives_away]
    if given:
        names = _joined([_named(one) for one in given])
        verb, they, them = ("gives", "it was", "it")
        if len(given) > 1:
            verb, they, them = ("give", "they were", "them")
        return (
            f"{names} {verb} the label away: {they} probably written after the label, or because"
            f" of it. A model that learns from {them} will fail on texts that have no label yet."
        )
    if not ranking or ranking[0].value is None:
        reasons = sorted({one.reason for one in ranking})
        return f"No column can be compared with labels: {'; '.join(reasons)}."
    if ranking[0].value < _LITTLE:
        return f"No column says much about the label; {_named(ranking[0])} says the most."
    second = ranking[1] if len(ranking) > 1 else None
    said = f"{_named(ranking[0])} says the most about the label"
    if second is not None and second.value is not None and second.value >= _LITTLE:
        said += f", then {_named(second)}"
    return f"{said}. 0 is nothing, 1 all of it."


def _joined(names: Sequence[str]) -> str:
    """Names in a row, of many the first."""
    if len(names) > _NAMED:
        names = [*names[:_NAMED], f"{len(names) - _NAMED:,} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _named(one: Association) -> str:
    return f"“{one.column.name}” ({one.value:.2f})"


def cramers_v(counts: NDArray[np.integer]) -> float:
    """Cramér's V with Bergsma's correction; NaN without two values and two labels.

    Args:
        counts: Rows of each value with each label, shape (values, labels).
    """
    table = counts[counts.any(axis=1)][:, counts.any(axis=0)].astype(np.float64)
    rows, (values, labels) = table.sum(), table.shape
    if min(values, labels) < 2:
        return math.nan
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / rows
    phi2 = float(((table - expected) ** 2 / expected).sum() / rows)
    phi2 = max(0.0, phi2 - (values - 1) * (labels - 1) / (rows - 1))
    smaller = min(size - (size - 1) ** 2 / (rows - 1) for size in (values, labels)) - 1
    return min(math.sqrt(phi2 / smaller), 1.0) if smaller > 0 else math.nan


def _association(
    workspace: Workspace, dataset: Dataset, column: Column, labels: RowLabels
) -> Association:
    if column.missing == dataset.rows:
        return Association(column, None, "no row has a value")
    if column.kind in _NOT_COMPARED:
        return Association(column, None, _NOT_COMPARED[column.kind])
    labelled = int(np.count_nonzero(labels.class_ids >= 0))
    if not labelled:
        return Association(column, None, "no row has a label")
    counts = label_counts(levels_of(workspace, dataset, column, labelled), labels)
    # Not those in no group, nor those without a label.
    table = counts[1:, 1:]
    values = np.count_nonzero(table.any(axis=1))
    if values * _ROWS_A_VALUE > labelled:
        return Association(
            column, None, f"too many values ({values:,} in {labelled:,} labelled rows)"
        )
    value = cramers_v(table)
    if math.isnan(value):
        one = "one value" if values < 2 else "one label"
        return Association(column, None, f"{one} in all labelled rows")
    return Association(column, value)
