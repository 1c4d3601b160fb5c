"""Delete a data set: say what hangs on it, and what becomes of the labels that people gave."""

from __future__ import annotations

from collections.abc import Iterable

from core.data.dataset import Dataset, delete_dataset
from core.data.filters.slices import list_slices
from core.data.names import named
from core.data.splits.saved_split import list_splits
from core.errors import SincerelyError
from core.jobs.launcher import current_status
from core.jobs.tasks import Task, list_tasks
from core.labels.left_behind import LeftBehind, left_behind
from core.labels.store.erasure import erase_labels
from core.labels.store.store import open_labels
from core.runs.run import runs_on
from core.workspace import Workspace

_NOTHING = "Nothing uses it: no runs, slices, saved splits or labels by people."


def uses_of(workspace: Workspace, dataset: Dataset) -> list[str]:
    """What hangs on a data set, one sentence each; that it is nothing, else."""
    said = []
    if runs := [run.name for run in runs_on(workspace, dataset)]:
        said.append(
            f"Trained on it: {named(runs)}. These runs keep their own copy of the rows they need"
            " and stay usable."
        )
    if slices := [one.name for one in list_slices(workspace, dataset)]:
        said.append(f"Slices that go with it: {named(slices)}.")
    if splits := [split.name for split in list_splits(workspace, dataset)]:
        said.append(f"Saved splits that go with it: {named(splits)}.")
    if tasks := [task.title for task in _at_work(workspace, dataset)]:
        said.append(f"At work with it now, which will fail: {named(tasks)}.")
    try:
        if labels := left_behind(open_labels(workspace), dataset):
            said.append(_kept(labels))
    except SincerelyError as error:
        said.append(f"What people have labelled cannot be told. {error}")
    return said or [_NOTHING]


def delete_with_labels(workspace: Workspace, dataset: Dataset) -> int:
    """Delete a data set and all that people did with its rows; `delete_dataset` keeps that.

    The data set goes last, in the same step: a label store that cannot be written keeps both.

    Returns:
        How many label events there were.

    Raises:
        SincerelyError: as `delete_dataset` and `LabelStore.writing`.
    """
    return erase_labels(
        open_labels(workspace),
        dataset.fingerprint,
        once=lambda: delete_dataset(workspace, dataset),
    )


def _kept(labels: LeftBehind) -> str:
    return (
        f"{labels.describe()}. Unless it is deleted, too, this is kept in the label store and is"
        " there again when the same content is imported."
    )


def _at_work(workspace: Workspace, dataset: Dataset) -> Iterable[Task]:
    for task in list_tasks(workspace):
        if task.arguments.get("dataset_id") == dataset.id and _is_active(workspace, task):
            yield task


def _is_active(workspace: Workspace, task: Task) -> bool:
    try:
        return current_status(workspace.task(task.id)).state.active
    except FileNotFoundError:  # Gone in the meantime.
        return False
