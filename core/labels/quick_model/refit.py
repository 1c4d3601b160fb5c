"""When the quick model is fitted again while people label."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import numpy as np

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.jobs.launcher import current_status
from core.jobs.registry import JobKind
from core.jobs.tasks import Task, latest_task
from core.labels.quick_model.quick_model import QuickModel
from core.labels.quick_model.quick_model_job import Scope, quick_model_path, start_quick_model
from core.labels.store.ledger import Ledger
from core.labels.store.store import open_labels
from core.workspace import Workspace

REFIT = 20
"""After so many new labels it is worth fitting again."""
REFIT_S = 30.0
"""Seconds that a model stands at least: a team gives twenty labels in no time."""


def refit_if_due(
    workspace: Workspace,
    dataset: Dataset,
    scope: Scope,
    ledger: Ledger,
    model: QuickModel | None,
    *,
    now_s: float | None = None,
) -> Task | None:
    """Start fitting after REFIT new labels, or the first model as soon as that can be.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        scope: Rows and labels.
        ledger: Of the data set, fresh.
        model: The model there is.
        now_s: Seconds since 1970; None takes the clock.

    Returns:
        The task that was started; None if it is not due, or was tried a moment ago.

    Raises:
        JobError: the system refused a process.
        DiskError: the disk is full or closed to this user.
    """
    now_s = time.time() if now_s is None else now_s
    if not _is_due(workspace, dataset, scope, ledger, model, now_s):
        return None
    task = latest_task(workspace, JobKind.QUICK_MODEL, dataset_id=dataset.id)
    # One that failed is not tried again at every label.
    if task is not None and _ended_for_s(workspace, task, now_s) <= REFIT_S:
        return None
    return start_quick_model(workspace, dataset, scope, ledger.last)


def _is_due(
    workspace: Workspace,
    dataset: Dataset,
    scope: Scope,
    ledger: Ledger,
    model: QuickModel | None,
    now_s: float,
) -> bool:
    if model is None:
        return _can_be_fitted(dataset, scope, ledger)
    # Events of all data sets have one row of numbers: few of them need no closer look.
    if ledger.last - model.last_event < REFIT:
        return False
    if 0 <= now_s - quick_model_path(workspace, dataset, scope).stat().st_mtime < REFIT_S:
        return False
    rows, _ = open_labels(workspace).touched(dataset.fingerprint, model.last_event)
    # None: it knows no label that is there, as after a fit on the file's alone.
    new = int(np.count_nonzero(ledger.answers)) if rows is None else len(rows)
    return new >= REFIT


def _can_be_fitted(dataset: Dataset, scope: Scope, ledger: Ledger) -> bool:
    """Whether there are labels of two classes to learn from."""
    if scope.source is LabelSource.CORRECTED and len(dataset.classes) > 1:
        return True
    by_people = ledger.class_ids[ledger.class_ids >= 0]
    return len(by_people) >= REFIT and len(np.unique(by_people)) > 1


def _ended_for_s(workspace: Workspace, task: Task, now_s: float) -> float:
    """Seconds since a task ended; 0 while it is at work."""
    status = current_status(workspace.task(task.id))
    if status.state.active:
        return 0.0
    ended = datetime.fromisoformat(status.updated).astimezone(timezone.utc)
    return now_s - ended.timestamp()
