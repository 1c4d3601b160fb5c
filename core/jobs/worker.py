"""The worker's frame around any job, and the training worker itself.

`python -m core.jobs.worker RUN` works on one run, then ends. It holds the run's lock from
start to end and is the only writer of the run's files.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import filelock

from core.errors import SincerelyError
from core.jobs.process import StopFlag
from core.runs.run import Run, find_run
from core.runs.status import JobState, StatusWriter
from core.workspace import JobPaths, Workspace

_POLL_S = 0.5
_MAX_REASON_CHARS = 300


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
        with filelock.FileLock(paths.lock, timeout=0):
            return _run_locked(StatusWriter(paths), body)
    except filelock.Timeout:
        print(f"another worker has the job {paths.folder.name}", file=sys.stderr)
        return 1


def train(workspace: Workspace, run_id: str) -> int:
    """Train one run; returns the process's exit code."""
    run = find_run(workspace, run_id)
    stop = StopFlag(workspace.run(run.id).stop_request)
    stop.install()
    return run_job(workspace.run(run.id), lambda status: _train(workspace, run, status, stop))


def _train(workspace: Workspace, run: Run, status: StatusWriter, stop: StopFlag) -> str | None:
    with _device(workspace, status, stop) as is_ours:
        if not is_ours:
            return "Stopped before it started."
        status.change(JobState.STARTING, "Loading TensorFlow")
        # Imported here, so that a run that waits does not hold TensorFlow in memory.
        from core.jobs.training_run import train_run
        from core.model.devices import find_device

        if train_run(workspace, run, status, stop, find_device()):
            return None
    return "Stopped on request; the best model so far is kept."


def _run_locked(status: StatusWriter, body: Callable[[StatusWriter], str | None]) -> int:
    try:
        reason = body(status)
        if reason is None:
            status.change(JobState.FINISHED, seconds_left=0.0)
        else:
            status.change(JobState.STOPPED, reason, seconds_left=None)
        return 0
    except Exception as error:
        traceback.print_exc()
        try:
            status.change(JobState.FAILED, _reason(error), seconds_left=None)
        except OSError:
            # The disk may be full for the status as well; the next look finds the worker gone.
            traceback.print_exc()
        return 1


def _reason(error: Exception) -> str:
    """What a failed job says to the person; the trace goes to the log."""
    if isinstance(error, SincerelyError):
        return str(error)
    # By name, because TensorFlow is loaded late or never.
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "Memory ran out: choose a smaller batch or a shorter length."
    if isinstance(error, OSError):
        return f"The system refused to read or write: {error}."
    return f"Unexpected error, see the log: {error!r}"[:_MAX_REASON_CHARS]


@contextmanager
def _device(workspace: Workspace, status: StatusWriter, stop: StopFlag) -> Iterator[bool]:
    """Wait for the device; yields False if asked to stop while waiting."""
    path = workspace.device_lock
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path)
    waiting = False
    while not stop.is_set:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            if not waiting:
                status.change(JobState.QUEUED, "Waiting for another run to leave the device")
            waiting = True
            time.sleep(_POLL_S)
            continue
        try:
            yield True
        finally:
            lock.release()
        return
    yield False


if __name__ == "__main__":
    sys.exit(train(Workspace.from_environment(), sys.argv[1]))
