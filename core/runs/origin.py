"""The data set that a run was drawn from, where it is still here."""

from __future__ import annotations

from core.data.dataset import Dataset, list_datasets
from core.runs.run import Run
from core.workspace import Workspace


def dataset_of(workspace: Workspace, run: Run) -> Dataset | None:
    """The data set whose rows the run's row numbers mean: that with the content it was drawn from.

    None where it is gone; no two have the same content.
    """
    same = (each for each in list_datasets(workspace) if each.fingerprint == run.fingerprint)
    return next(same, None)
