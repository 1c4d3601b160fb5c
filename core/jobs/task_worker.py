"""The inside of a task's worker: progress and the request to stop, around the task's work."""

from __future__ import annotations

import time
from typing import Any

from core.errors import Cancelled
from core.files import write_atomically
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, StatusWriter
from core.jobs.tasks import Task, TaskJob
from core.jobs.worker import run_job
from core.records import from_plain, to_json
from core.workspace import Workspace

_MEASURED_S = 0.5
"""After this much of a stage its speed says something."""


def run_task(workspace: Workspace, job: TaskJob[Any, Any], task: Task, stop: StopFlag) -> int:
    """Work on one task; returns the process's exit code."""
    paths = workspace.task(task.id)

    def body(status: StatusWriter) -> str | None:
        try:
            request = from_plain(job.request, task.arguments)
            result = job.work(workspace, request, _Reporter(status, stop, job.unit))
        except Cancelled:
            return job.stopped
        write_atomically(paths.result, to_json(result))
        return None

    return run_job(paths, body)


class _Reporter:
    """Puts a stage and its numbers into the task's status, and hears the request to stop."""

    def __init__(self, status: StatusWriter, stop: StopFlag, unit: str) -> None:
        self._status = status
        self._stop = stop
        self._unit = unit
        self._stage = ""
        self._start_s = 0.0
        self._first = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._stop.check(stage)
        if stage != self._stage:
            self._stage, self._start_s, self._first = stage, time.monotonic(), done
            numbers = {"done": done, "total": total, "unit": self._unit, "seconds_left": None}
            self._status.change(JobState.RUNNING, stage, **numbers)
        else:
            left = self._seconds_left(done, total)
            self._status.progress(done=done, total=total, seconds_left=left)

    def _seconds_left(self, done: int, total: int) -> float | None:
        elapsed_s = time.monotonic() - self._start_s
        if not self._first < done <= total or elapsed_s < _MEASURED_S:
            return None
        return elapsed_s * (total - done) / (done - self._first)
