"""What a run's parts share of the groups that people chose for its data set."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq

from core.data.dataset import ROW, dataset_by_id
from core.data.splits.group_leaks import GroupLeak, group_leak
from core.data.splits.saved_split import list_splits
from core.data.splits.split import PART, PARTS, Split, SplitRule
from core.errors import SincerelyError
from core.files import damage_said
from core.runs.result import TRAIN_AGAIN
from core.runs.run import Run
from core.workspace import Workspace


def chosen_groups(workspace: Workspace, run: Run) -> GroupLeak | None:
    """The run's rows by the groups of the data set's newest split by groups.

    None where nobody saved such a split, or the data set is not there to be asked.

    Raises:
        FileNotFoundError: the run has been deleted.
        DamagedFile: its rows are missing or damaged.
    """
    column = groups_column(workspace, run)
    if not column:
        return None
    split = _split_of(workspace, run)
    try:
        dataset = dataset_by_id(workspace, run.dataset_id)
        return group_leak(workspace, dataset, split, column)
    except SincerelyError:
        return None  # Damaged columns are said elsewhere.


def groups_column(workspace: Workspace, run: Run) -> str:
    """The column of the newest split by groups of a run's data set; empty without one."""
    try:
        dataset = dataset_by_id(workspace, run.dataset_id)
        plans = [split.plan for split in list_splits(workspace, dataset)]
    except SincerelyError:
        return ""
    columns = [plan.column for plan in plans if plan.rule is SplitRule.GROUP]
    return columns[-1] if columns and dataset.fingerprint == run.fingerprint else ""


def _split_of(workspace: Workspace, run: Run) -> Split:
    """The rows of each part that the run has frozen."""
    path = workspace.run(run.id).examples
    with damage_said(f"the rows of run {run.name!r}", path, TRAIN_AGAIN):
        table = pq.read_table(path, columns=[ROW, PART])
    rows, parts = table[ROW].to_numpy().astype(np.int64), table[PART].to_numpy()
    return Split(*(rows[parts == part] for part in PARTS))
