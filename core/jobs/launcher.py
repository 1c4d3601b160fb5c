"""Start, stop and reconcile background jobs from any process; nothing lives in memory here.

Ours: task queues (Celery, RQ, procrastinate) want a broker or a worker that is always up, and none
tells a killed process from one that waits.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import filelock

from core.errors import JobError, disk_errors
from core.jobs.causes import what_to_do
from core.jobs.moment import Moment
from core.jobs.placement import placement_of
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.workspace import JobPaths, Workspace

_START_GRACE_S = 30.0
_KILL_TIMEOUT_S = 5.0
_POLL_S = 0.1
_LOG_TAIL_BYTES = 8192


def start_job(workspace: Workspace, paths: JobPaths, kind: JobKind, job_id: str) -> None:
    """Start the worker of a job whose folder is there, in state queued.

    Raises:
        JobError: no worker could be had; the job's status says so.
        DiskError: it could not be recorded; the job stays queued without a worker.
    """
    try:
        placement_of(paths).start(workspace, paths, kind, job_id)
    except JobError as error:
        _write_if_possible(paths, read_status(paths).to(JobState.FAILED, str(error)))
        raise


def queue_again(paths: JobPaths, *, what: str, name: str, otherwise: str) -> None:
    """Make a job that ended early one that waits for its worker.

    Args:
        paths: The job's files.
        what: The kind of job, for people: "run".
        name: Which one, for people.
        otherwise: What to do with one that has finished.

    Raises:
        JobError: it is active or has finished.
    """
    status = current_status(paths)
    if not status.state.resumable:
        action = "wait for its end or stop it first" if status.state.active else otherwise
        raise JobError(
            f"a {what} that was stopped, failed or died",
            f"that {name} is {status.state.value}",
            action,
        )
    # In this order: whoever is ended in between leaves a job that can be resumed.
    paths.process.unlink(missing_ok=True)
    paths.stop_request.unlink(missing_ok=True)
    write_status(paths, status.to(JobState.QUEUED, seconds_left=None, rows_per_s=0.0))


def current_status(paths: JobPaths, *, now: Moment | None = None) -> JobStatus:
    """The job's status, corrected if its worker is gone.

    A worker holds the job's lock from start to end. So a job that should be active, whose lock
    is free and whose process is not alive, died.

    Args:
        paths: The job's files.
        now: The present moment; None asks the clock.

    Raises:
        FileNotFoundError: the job has been deleted.
    """
    status = read_status(paths)
    if not status.updated and placement_of(paths).alive(paths):  # Its worker will write it anew.
        return _as_asked(paths, replace(status, state=JobState.RUNNING, message=""))
    if not status.state.active:
        return status
    if _worker_alive(paths, status, now):
        return _as_asked(paths, status)
    try:
        with filelock.FileLock(paths.lock, timeout=0):
            status = read_status(paths)
            if not status.state.active or _worker_alive(paths, status, now):
                return status
            return _write_if_possible(paths, _end(paths, status))
    except filelock.Timeout:
        return status


def stop_job(paths: JobPaths, *, at_once: bool = False) -> JobStatus:
    """Ask a job to stop at its next step, or end its process at once.

    Raises:
        DiskError: the request cannot be written.
    """
    status = current_status(paths)
    if not status.state.active:
        return status
    with disk_errors("the request to stop"):
        paths.stop_request.touch()
    if at_once and placement_of(paths).kill(paths):
        return wait_for_end(paths, timeout_s=_KILL_TIMEOUT_S)
    if placement_of(paths).alive(paths) is None:
        _end_unrecorded(paths)
    return current_status(paths)


def _end_unrecorded(paths: JobPaths) -> None:
    """End a job that waits for a worker which nobody has recorded, and which may never come."""
    with suppress(filelock.Timeout), filelock.FileLock(paths.lock, timeout=0):
        status = read_status(paths)
        if status.state.active and placement_of(paths).alive(paths) is None:
            _write_if_possible(paths, _end(paths, status))


def wait_for_end(paths: JobPaths, *, timeout_s: float) -> JobStatus:
    """Wait until the job is no longer active, or the time is up; returns the last status."""
    deadline = time.monotonic() + timeout_s
    while (status := current_status(paths)).state.active and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return status


def log_tail(paths: JobPaths, lines: int = 30) -> str:
    """The last lines of the worker's log."""
    if not paths.log.exists():
        return ""
    with paths.log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def _worker_alive(paths: JobPaths, status: JobStatus, now: Moment | None) -> bool:
    alive = placement_of(paths).alive(paths)
    if alive is not None:
        return alive
    # Between the job's creation and the record of its process there is a moment without one.
    return status.moment.age_s(now or Moment.now()) < _START_GRACE_S


def _as_asked(paths: JobPaths, status: JobStatus) -> JobStatus:
    """The status of a living job, which is stopping from the moment it is asked to."""
    if status.state is JobState.STOPPING or not paths.stop_request.exists():
        return status
    return status.to(JobState.STOPPING, "Asked to stop at the next step")


def _write_if_possible(paths: JobPaths, status: JobStatus) -> JobStatus:
    """Write a status, or only return it where the disk does not allow it."""
    try:
        return write_status(paths, status)
    except OSError:
        return status


def _end(paths: JobPaths, status: JobStatus) -> JobStatus:
    """The true last status of a job whose worker is gone."""
    if paths.stop_request.exists():
        ended = f"Ended on request; what it had kept before stays. {what_to_do(paths)}".strip()
        return status.to(JobState.STOPPED, ended, seconds_left=None)
    return status.to(JobState.DIED, placement_of(paths).cause(paths), seconds_left=None)
