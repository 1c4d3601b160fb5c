"""Long work beside training as background tasks: imports, downloads, token counts, maps, encoders.

A task is a folder with its request (`job.json`), status, log and result. What its worker is doing
is asked of `core.jobs.launcher.current_status(workspace.task(task.id))`, and `stop_job` stops it.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from pathlib import Path
from typing import Any

import filelock

from core.errors import JobError, NotFound, disk_errors
from core.files import read_all
from core.jobs.launcher import current_status, start_worker
from core.jobs.leftovers import remove_leftovers
from core.jobs.status import JobState, JobStatus, write_status
from core.workspace import TaskPaths, Workspace

_KEPT = timedelta(days=7)

Report = Callable[[str, int, int], None]
"""Told (stage, done, in all) as work goes on; in all is 0 where nobody knows. May raise to stop."""


class TaskKind(str, Enum):
    """What a task does, with its arguments and the result it leaves.

    IMPORT: path, and as wanted columns, format (both as `dataclasses.asdict` gives), name,
    source, on_problem, upload (delete the file after success)
    -> dataset_id, is_new, rows, skipped, problems.
    DOWNLOAD: url -> path, name.
    TOKENS: dataset_id, encoder -> path, rows.
    MAP: dataset_id, sample, seed, encoder, run (an id, or None) -> map_id, path, rows.
    ENCODER: name -> name, path.
    LADDER: run (an id) -> path, fitted (how many baselines).
    CURVE: run (an id) -> path, points.
    SUSPECTS: dataset_id, features, encoder -> path, rows (how many suspects).
    QUICK: dataset_id, scope (as `dataclasses.asdict` gives) -> path, labels.
    """

    IMPORT = "import"
    DOWNLOAD = "download"
    TOKENS = "tokens"
    MAP = "map"
    ENCODER = "encoder"
    LADDER = "ladder"
    CURVE = "curve"
    SUSPECTS = "suspects"
    QUICK = "quick"


@dataclass(frozen=True)
class Task:
    """What a task was asked to do; `title` says it to people."""

    id: str
    kind: TaskKind
    title: str
    arguments: dict[str, Any]
    created: str

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Task:
        values: dict[str, Any] = json.loads(text)
        values["kind"] = TaskKind(values["kind"])
        return cls(**values)


def start_task(
    workspace: Workspace,
    kind: TaskKind,
    arguments: dict[str, Any],
    *,
    title: str,
    task_id: str | None = None,
) -> Task:
    """Start a worker process on a new task; it goes on without this process.

    Args:
        workspace: Where the task's folder goes.
        kind: What to do.
        arguments: As `TaskKind` lists them; what JSON can hold.
        title: What people read of it, such as "Importing train.csv".
        task_id: Who asks twice under one id gets the task that is under way, or the finished one
            while what it made is still there. None makes a new id.

    Raises:
        JobError: the system refused a process; the task's status says so.
        DiskError: the disk is full or closed to this user.
    """
    now = datetime.now(timezone.utc)
    with disk_errors("the task"):
        workspace.tasks.mkdir(parents=True, exist_ok=True)
        # Of two who start one task, as with a double click, the second finds the first's.
        with filelock.FileLock(workspace.tasks / ".lock"):
            _remove_old(workspace, now)
            if task_id is not None:
                known = _known(workspace, task_id)
                if known is not None:
                    return known
            task = Task(
                id=task_id or f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
                kind=kind,
                title=title,
                arguments=arguments,
                created=now.isoformat(timespec="milliseconds"),
            )
            _publish(workspace, task)
            paths = workspace.task(task.id)
            start_worker(workspace, paths, ["-m", "core.jobs.task_worker", task.id])
    return task


def list_tasks(workspace: Workspace, kind: TaskKind | None = None) -> list[Task]:
    """All tasks of the workspace, or those of one kind, newest first."""
    found = read_all(workspace.tasks.glob("*/job.json"), Task.from_json)
    chosen = [task for task in found if kind in (None, task.kind)]
    return sorted(chosen, key=lambda task: (task.created, task.id), reverse=True)


def find_task(workspace: Workspace, task_id: str) -> Task:
    """The task with that id.

    Raises:
        NotFound: there is none.
    """
    for task in list_tasks(workspace):
        if task.id == task_id:
            return task
    raise NotFound("the id of a task", repr(task_id), "start it again")


def task_result(workspace: Workspace, task: Task) -> dict[str, Any] | None:
    """What the task gave, by the names that `TaskKind` lists; None until it has finished."""
    try:
        text = workspace.task(task.id).result.read_text("utf-8")
    except FileNotFoundError:
        return None
    result: dict[str, Any] = json.loads(text)
    return result


def delete_task(workspace: Workspace, task: Task) -> None:
    """Forget a task that has ended; what it made stays.

    Raises:
        JobError: it is still at work.
    """
    if current_status(workspace.task(task.id)).state.active:
        raise JobError("a task that has ended", "one that is still at work", "stop it first")
    with disk_errors("the workspace"):
        _remove(workspace, workspace.task(task.id))


def _known(workspace: Workspace, task_id: str) -> Task | None:
    """The task of that id if it need not be started again; one that ended otherwise goes."""
    paths = workspace.task(task_id)
    if not paths.description.exists():
        return None
    task = find_task(workspace, task_id)
    state = current_status(paths).state
    if state.active or (state is JobState.FINISHED and _is_there(workspace, task)):
        return task
    _remove(workspace, paths)
    return None


def _is_there(workspace: Workspace, task: Task) -> bool:
    """Whether what a finished task made still exists."""
    result = task_result(workspace, task) or {}
    if "dataset_id" in result:
        return workspace.dataset(result["dataset_id"]).description.exists()
    return Path(result.get("path", "")).is_file()


def _publish(workspace: Workspace, task: Task) -> None:
    with workspace.staging() as folder:
        staged = TaskPaths(folder)
        staged.description.write_text(task.to_json(), "utf-8")
        write_status(staged, JobStatus(JobState.QUEUED))
        os.rename(folder, workspace.task(task.id).folder)


def _remove(workspace: Workspace, paths: TaskPaths) -> None:
    """Take a task's folder away in one step, so that readers see all of it or nothing."""
    with workspace.staging() as folder, contextlib.suppress(FileNotFoundError):
        os.rename(paths.folder, folder / paths.folder.name)


def _remove_old(workspace: Workspace, now: datetime) -> None:
    """Forget tasks that ended long ago, and what dead workers left unfinished."""
    for task in list_tasks(workspace):
        paths = workspace.task(task.id)
        with contextlib.suppress(FileNotFoundError):  # Deleted by another process.
            status = current_status(paths)
            age = now - datetime.fromisoformat(status.updated)
            if not status.state.active and age > _KEPT:
                _remove(workspace, paths)
    remove_leftovers(workspace.root / "staging", now)
