"""Rows to be judged by whose author, thread or template has rows to learn from, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.columns import column_codes
from core.data.dataset import Dataset
from core.data.splits.part_notes import column_to_split_by
from core.data.splits.split import TRAIN, Split
from core.workspace import Workspace


@dataclass(frozen=True)
class GroupLeak:
    """How many rows of each part but train have a group that train has, too.

    Attributes:
        column: The name of the column whose values are the groups.
        rows: Such rows by part; parts without rows are left out.
        sizes: All rows by part.
    """

    column: str
    rows: dict[str, int]
    sizes: dict[str, int]

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return any(self.rows.values())

    def shares(self) -> str:
        """Shares by part in words, such as `83.1% of validation and 82.7% of test`."""
        parts = [f"{rows / self.sizes[part]:.1%} of {part}" for part, rows in self.rows.items()]
        return " and ".join(parts)


def group_leak(workspace: Workspace, dataset: Dataset, split: Split, column: str) -> GroupLeak:
    """Look where the values of a column stand; a row without one shares nothing.

    Raises:
        BadInput: there is no such column.
        DamagedFile: the file of the columns is missing or damaged.
    """
    codes, values = column_codes(workspace, dataset, column_to_split_by(dataset, column))
    in_train = np.zeros(len(values) + 1, bool)
    in_train[codes[split.train]] = True
    in_train[-1] = False  # The place of -1.
    parts = {part: rows for part, rows in split.parts().items() if part != TRAIN and len(rows)}
    shared = {part: int(np.count_nonzero(in_train[codes[rows]])) for part, rows in parts.items()}
    return GroupLeak(column, shared, {part: len(rows) for part, rows in parts.items()})
