"""Where the worker of a job runs.

Nothing above this module knows how a process is started: another implementation can put workers
elsewhere without a change to the features.
"""

from __future__ import annotations

from typing import Protocol

from core.errors import DiskError, disk_errors
from core.jobs.causes import cause_of_death
from core.jobs.memory import oom_kills
from core.jobs.process import (
    WorkerRecord,
    kill,
    record_process,
    recorded_process,
    start_detached,
)
from core.jobs.registry import JobKind
from core.workspace import JobPaths, Workspace


class Placement(Protocol):
    """Starts the workers of jobs, looks after them and ends them.

    What it must know of a worker to find it again, it keeps in the job's folder, so that every
    process of the dashboard and of the command line can ask.
    """

    def start(self, workspace: Workspace, paths: JobPaths, kind: JobKind, job_id: str) -> None:
        """Start the worker of a queued job, which goes on without this process.

        Raises:
            JobError: no worker could be had.
            DiskError: it could not be recorded, and has been ended again.
        """

    def alive(self, paths: JobPaths) -> bool | None:
        """Whether the job's worker is at work or will be; None where none was recorded."""

    def kill(self, paths: JobPaths) -> bool:
        """End the job's worker at once; False where none was recorded."""

    def cause(self, paths: JobPaths) -> str:
        """Why the worker of a job that should be active is gone, and what to do."""


class ThisMachine:
    """Workers as processes of this machine, in sessions of their own."""

    def start(self, workspace: Workspace, paths: JobPaths, kind: JobKind, job_id: str) -> None:
        """As `Placement.start`: a process that outlives this one."""
        log_offset = paths.log.stat().st_size if paths.log.exists() else 0
        arguments = ["-m", "core.jobs.worker", kind.value, job_id]
        process = start_detached(workspace, arguments, paths.log)
        try:
            with disk_errors("the job"):
                record_process(paths, WorkerRecord(process, log_offset, oom_kills(process.pid)))
        except (DiskError, OSError):
            kill(process)  # Nobody could find it again.
            raise

    def alive(self, paths: JobPaths) -> bool | None:
        """As `Placement.alive`: whether the recorded process is there."""
        process = recorded_process(paths)
        return None if process is None else process.alive()

    def kill(self, paths: JobPaths) -> bool:
        """As `Placement.kill`."""
        process = recorded_process(paths)
        if process is None:
            return False
        kill(process)
        return True

    def cause(self, paths: JobPaths) -> str:
        """As `Placement.cause`: from the log and what the system has killed."""
        return cause_of_death(paths)


_THIS_MACHINE = ThisMachine()


def placement_of(paths: JobPaths) -> Placement:
    """Who looks after a job's worker."""
    return _THIS_MACHINE
