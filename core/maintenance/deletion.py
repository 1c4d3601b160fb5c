"""Delete a run or a scored file: make sure that nobody is at work on it, take it away."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from core.errors import JobError, disk_errors
from core.files import read_text
from core.jobs.launcher import current_status
from core.jobs.tasks import list_tasks
from core.records import Unreadable, parse_json
from core.runs.run import Run, changing_runs, find_run, run_size_bytes
from core.serving.scorer_process import stop_scorer
from core.workspace import JobPaths, Workspace


def what_is_lost(workspace: Workspace, run: Run) -> str:
    """In one sentence what goes with a run when it is deleted, and how much room it gives."""
    paths = workspace.run(run.id)
    checkpoints = len(list(paths.checkpoints.glob("step-*")))
    parts = [
        "its model" if list(paths.folder.glob("model-*")) else "",
        f"{checkpoints} checkpoint{'s' if checkpoints > 1 else ''}" if checkpoints else "",
        "its predictions" if paths.predictions.exists() else "",
        "its curves" if paths.metrics.exists() else "",
        "its notes" if paths.notes.exists() else "",
        "its settings and its copy of the rows",
    ]
    named = [part for part in parts if part]
    listed = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    return f"Deleting {run.name!r} loses {listed}: {_size(run_size_bytes(workspace, run))}."


def delete_run(workspace: Workspace, run: Run) -> None:
    """Delete a run with all that `what_is_lost` names; its data set and scored files stay.

    It leaves the list in one step. A scorer that serves it is stopped first.

    Raises:
        JobError: it is active, or a scoring or map is at work with it.
        NotFound: it has been deleted before.
        DiskError: the disk is closed to this user.
    """
    run = find_run(workspace, run.id)
    _refuse_in_use(workspace, run)
    stop_scorer(workspace, run)
    with disk_errors("the workspace"), workspace.staging() as folder:
        with changing_runs(workspace):
            # Asked again: it may have been resumed, or be at work elsewhere, by now.
            run = find_run(workspace, run.id)
            _refuse_in_use(workspace, run)
            os.rename(workspace.run(run.id).folder, folder / run.id)
        with contextlib.suppress(FileNotFoundError):  # It has never had a scorer.
            os.rename(workspace.service(run.id).folder, folder / "service")


def delete_scoring(workspace: Workspace, scoring_id: str) -> None:
    """Delete a scored file with its copy of the rows; one written elsewhere stays there.

    It leaves the list in one step.

    Raises:
        JobError: it is being scored.
        DiskError: the disk is closed to this user.
    """
    paths = workspace.scoring(scoring_id)
    with (
        disk_errors("the workspace"),
        workspace.staging() as folder,
        changing_runs(workspace),
    ):
        if not paths.folder.exists():  # Deleted before.
            return
        state = current_status(paths).state
        if state.active:
            raise JobError("a scoring that has ended", f"that it is {state.value}", "stop it first")
        os.rename(paths.folder, folder / scoring_id)


def delete_unreadable(workspace: Workspace, found: Unreadable) -> None:
    """Delete a data set, run, scored file or task whose record is damaged, with all its files.

    Raises:
        JobError: its worker is still at work.
        DiskError: the disk is closed to this user.
    """
    with disk_errors("the workspace"), workspace.staging() as folder, changing_runs(workspace):
        if _at_work(JobPaths(found.folder)):
            raise JobError("one that has ended", "one still at work", "stop it first")
        with contextlib.suppress(FileNotFoundError):  # Deleted before.
            os.rename(found.folder, folder / found.folder.name)


def _refuse_in_use(workspace: Workspace, run: Run) -> None:
    state = current_status(workspace.run(run.id)).state
    if state.active:
        raise JobError(
            "a run that has ended", f"that {run.name!r} is {state.value}", "stop it first"
        )
    users = [path.parent for path in workspace.scorings.glob("*/job.json") if _scores(path, run)]
    users += [
        workspace.task(task.id).folder
        for task in list_tasks(workspace)
        if task.arguments.get("run") == run.id
    ]
    if any(_at_work(JobPaths(folder)) for folder in users):
        raise JobError(
            "a run that nobody uses",
            f"a scoring or map at work with {run.name!r}",
            "wait for its end or stop it first",
        )


def _at_work(paths: JobPaths) -> bool:
    try:
        return current_status(paths).state.active
    except FileNotFoundError:  # Gone in the meantime.
        return False


def _scores(description: Path, run: Run) -> bool:
    try:
        return bool(parse_json(read_text(description)).get("run_id") == run.id)
    except (OSError, ValueError, AttributeError):
        return False


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:,.0f} kB"
    return f"{size_bytes / 1e6:,.0f} MB"
