"""The worker process of every job: `python -m core.jobs.worker KIND ID`.

It holds the job's lock from start to end and is the only writer of the job's files.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable

import filelock

from core.errors import DiskError, SincerelyError, disk_errors
from core.jobs.cancellation import StopFlag
from core.jobs.causes import what_to_do
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process, worker_record
from core.jobs.registry import JobKind, find_job
from core.jobs.status import JobState, StatusWriter
from core.workspace import JobPaths, Workspace

_LOCK_TIMEOUT_S = 1.0
"""Whoever looks after a job may hold its lock for a moment."""
_RESERVE_BYTES = 16 << 10
_LOST_MACHINE = {"UnavailableError", "AbortedError", "InternalError", "DeadlineExceededError"}
_MAX_REASON_CHARS = 300


def work(workspace: Workspace, kind: JobKind, job_id: str) -> int:
    """Work on one job; returns the process's exit code."""
    job = find_job(kind)
    stop = StopFlag(job.paths(workspace, job_id).stop_request)
    stop.install()
    return job.run(workspace, job_id, stop)


def run_job(paths: JobPaths, body: Callable[[StatusWriter], str | None]) -> int:
    """Run a job's work under its lock and end in a true state whatever happens.

    Args:
        paths: The job's files.
        body: The work; returns None if it ran to its end, else why it stopped early.

    Returns:
        The process's exit code: 0 if it finished or was stopped, 1 if it failed or another
        worker has the job.
    """
    try:
        with filelock.FileLock(paths.lock, timeout=_LOCK_TIMEOUT_S):
            _record_itself(paths)
            return _run_locked(paths, StatusWriter(paths), body)
    except filelock.Timeout:
        print(f"another worker has the job {paths.folder.name}", file=sys.stderr)
        return 1


def _record_itself(paths: JobPaths) -> None:
    """So that a worker can be found and ended whose starter died before it could record it."""
    if worker_record(paths) is None:
        with contextlib.suppress(OSError):
            record_process(paths, WorkerRecord(ProcessIdentity.of(os.getpid())))


def _run_locked(
    paths: JobPaths, status: StatusWriter, body: Callable[[StatusWriter], str | None]
) -> int:
    if status.state is not JobState.QUEUED:
        print(f"the job {paths.folder.name} is {status.state.value}, not queued", file=sys.stderr)
        return 1
    try:
        with disk_errors("the job"):
            paths.reserve.write_bytes(bytes(_RESERVE_BYTES))
        reason = body(status)
        if reason is None:
            _end(paths, status, JobState.FINISHED, "", seconds_left=0.0)
        else:
            ended = f"{reason} {what_to_do(paths)}".strip()
            _end(paths, status, JobState.STOPPED, ended, seconds_left=None)
        return 0
    except Exception as error:
        with contextlib.suppress(OSError):  # The log may be on the full disk, too.
            traceback.print_exc()
        _end(paths, status, JobState.FAILED, _reason(paths, error), seconds_left=None)
        return 1
    finally:
        paths.reserve.unlink(missing_ok=True)


def _end(
    paths: JobPaths, status: StatusWriter, state: JobState, message: str, **values: object
) -> None:
    """Write the last status, on a full disk into the room that was kept for it."""
    try:
        status.change(state, message, **values)
    except OSError:
        paths.reserve.unlink(missing_ok=True)
        status.change(state, message, **values)


def _reason(paths: JobPaths, error: Exception) -> str:
    """What a failed job says to the person; the trace goes to the log."""
    if isinstance(error, SincerelyError) and not isinstance(error, DiskError):
        return str(error)
    return f"{_cause(error)} {what_to_do(paths)}".strip()


def _cause(error: Exception) -> str:
    if isinstance(error, DiskError):
        return str(error)
    # By name, because TensorFlow is loaded late or never. It calls full disks so, too.
    exhausted = type(error).__name__ == "ResourceExhaustedError"
    if exhausted and "No space left" in str(error):
        return "The disk is full: free some space."
    if exhausted or isinstance(error, MemoryError):
        return "Memory ran out: choose a smaller batch or a shorter length."
    if type(error).__name__ in _LOST_MACHINE and os.environ.get("TF_CONFIG"):
        return "Another machine of this training is gone or cannot be reached."
    if isinstance(error, OSError):
        return f"The system refused to read or write: {error}."
    return f"Unexpected error, see the log: {error!r}"[: _MAX_REASON_CHARS - 1] + "."


if __name__ == "__main__":
    sys.exit(work(Workspace.from_environment(), JobKind(sys.argv[1]), sys.argv[2]))
