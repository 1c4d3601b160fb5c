"""Long work beside training as background tasks: imports, downloads, token counts, maps, encoders.

A task is a folder with its request (`job.json`), status, log and result. What its worker is doing
is asked of `core.jobs.launcher.current_status(workspace.task(task.id))`, and `stop_job` stops it.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Generic, TypeVar

from core.errors import JobError, NotFound, disk_errors
from core.files import damage_said, read_text
from core.jobs.cancellation import StopFlag
from core.jobs.launcher import current_status, start_job
from core.jobs.leftovers import remove_leftovers
from core.jobs.registry import JobKind, find_job
from core.jobs.status import JobState, JobStatus, write_status
from core.locks import held
from core.records import from_json, read_records, to_json
from core.workspace import JobPaths, TaskPaths, Workspace

_KEPT = timedelta(days=7)

Report = Callable[[str, int, int], None]
"""Told (stage, done, in all) as work goes on; in all is 0 where nobody knows. May raise to stop."""


Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass(frozen=True)
class TaskJob(Generic[Request, Result]):
    """A kind of task: what it is asked, the work, and what it gives.

    Attributes:
        kind: Its name in the registry.
        request: A dataclass that says what to do.
        result: A dataclass that says what was made.
        work: Does it. `report` is told the stage, done and in all, and raises to stop.
        unit: What done and in all count.
        stopped: What somebody who stops it is told.
    """

    kind: JobKind
    request: type[Request]
    result: type[Result]
    work: Callable[[Workspace, Request, Report], Result]
    unit: str = ""
    stopped: str = "Stopped on request; nothing was kept."

    def paths(self, workspace: Workspace, job_id: str) -> TaskPaths:
        """Where the task of this id keeps its files."""
        return workspace.task(job_id)

    def run(self, workspace: Workspace, job_id: str, stop: StopFlag) -> int:
        """Work on the task of this id in this process; returns its exit code."""
        from core.jobs.task_worker import run_task

        return run_task(workspace, self, find_task(workspace, job_id), stop)

    def resume_hint(self, paths: JobPaths) -> str:
        """Nothing: a task that ended early starts anew."""
        return ""


@dataclass(frozen=True)
class Task:
    """What a task was asked to do; `title` says it to people.

    `arguments` are the request of its `TaskJob` as JSON holds it.
    """

    id: str
    kind: JobKind
    title: str
    arguments: Mapping[str, object]
    created: str

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task that `to_json` wrote.

        Raises:
            ValueError: it is no such text.
        """
        return from_json(cls, text)


def start_task(
    workspace: Workspace,
    job: TaskJob[Request, Result],
    request: Request,
    *,
    title: str,
    task_id: str | None = None,
) -> Task:
    """Start a worker process on a new task; it goes on without this process.

    Args:
        workspace: Where the task's folder goes.
        job: What kind of work.
        request: What to do.
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
        with held(workspace.tasks / ".lock", "the list of tasks"):
            _remove_old(workspace, now)
            if task_id is not None:
                known = _known(workspace, task_id)
                if known is not None:
                    return known
            task = Task(
                id=task_id or f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
                kind=job.kind,
                title=title,
                arguments=json.loads(to_json(request)),
                created=now.isoformat(timespec="milliseconds"),
            )
            _publish(workspace, task)
            paths = workspace.task(task.id)
            start_job(workspace, paths, task.kind, task.id)
    return task


def list_tasks(workspace: Workspace, kind: JobKind | None = None) -> list[Task]:
    """All tasks of the workspace, or those of one kind, newest first."""
    found = read_records(workspace.tasks, "job.json", Task.from_json)
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


def latest_task(workspace: Workspace, kind: JobKind, **arguments: object) -> Task | None:
    """The newest task of a kind with these arguments, unless it has finished."""
    for task in list_tasks(workspace, kind):
        if arguments.items() <= task.arguments.items():
            state = current_status(workspace.task(task.id)).state
            return None if state is JobState.FINISHED else task
    return None


def task_result(workspace: Workspace, task: Task) -> Any:
    """What the task gave, of its `TaskJob`'s result type; None until it has finished.

    Raises:
        DamagedFile: its result is damaged.
    """
    path = workspace.task(task.id).result
    with damage_said(f"the result of {task.title!r}", path, "dismiss the task and start it again"):
        kept = _kept_result(workspace, task)
        return None if kept is None else from_json(_job_of(task).result, kept)


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
    try:
        task = find_task(workspace, task_id)
    except NotFound:  # Its description cannot be read.
        _remove(workspace, paths)
        return None
    state = current_status(paths).state
    if state.active or (state is JobState.FINISHED and _is_there(workspace, task)):
        return task
    _remove(workspace, paths)
    return None


def _job_of(task: Task) -> TaskJob[Any, Any]:
    job = find_job(task.kind)
    assert isinstance(job, TaskJob), task.kind
    return job


@dataclass(frozen=True)
class _Made:
    """What any result may name; the rest of it needs its feature's module."""

    dataset_id: str | None = None
    path: str = ""


def _kept_result(workspace: Workspace, task: Task) -> str | None:
    """The result as JSON; None until the task has finished."""
    try:
        return read_text(workspace.task(task.id).result)
    except FileNotFoundError:
        return None


def _is_there(workspace: Workspace, task: Task) -> bool:
    """Whether what a finished task made still exists."""
    try:
        made = from_json(_Made, _kept_result(workspace, task) or b"{}")
    except ValueError:  # Damaged: it has to be made again.
        return False
    if made.dataset_id is not None:
        return workspace.dataset(made.dataset_id).description.exists()
    return Path(made.path).is_file()


def _publish(workspace: Workspace, task: Task) -> None:
    with workspace.staging() as folder:
        staged = TaskPaths(folder)
        staged.description.write_text(to_json(task), "utf-8")
        write_status(staged, JobStatus(JobState.QUEUED))
        os.rename(folder, workspace.task(task.id).folder)


def _remove(workspace: Workspace, paths: TaskPaths) -> None:
    """Take a task's folder away in one step, so that readers see all of it or nothing."""
    with workspace.staging() as folder, contextlib.suppress(FileNotFoundError):
        os.rename(paths.folder, folder / paths.folder.name)


def _ended(paths: TaskPaths, status: JobStatus) -> datetime:
    """When a task that has ended was last heard of."""
    with contextlib.suppress(ValueError):  # A status that was lost has no time.
        written = datetime.fromisoformat(status.updated)
        if written.tzinfo is not None:
            return written
    return datetime.fromtimestamp(paths.folder.stat().st_mtime, timezone.utc)


def _remove_old(workspace: Workspace, now: datetime) -> None:
    """Forget tasks that ended long ago, and what dead workers left unfinished."""
    for task in list_tasks(workspace):
        paths = workspace.task(task.id)
        with contextlib.suppress(FileNotFoundError):  # Deleted by another process.
            status = current_status(paths)
            if not status.state.active and now - _ended(paths, status) > _KEPT:
                _remove(workspace, paths)
    remove_leftovers(workspace.root / "staging", now)
