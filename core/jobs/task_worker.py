"""The worker process of a task: `python -m core.jobs.task_worker ID`.

It holds the task's lock from start to end and is the only writer of its status and result.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from core.data.dataset import find_dataset
from core.data.download import download
from core.data.importing.import_job import run_import
from core.errors import Cancelled
from core.explore.map import make_map
from core.explore.token_counts_job import count_tokens
from core.files import write_atomically
from core.jobs.process import StopFlag
from core.jobs.status import JobState, StatusWriter
from core.jobs.tasks import Report, Task, TaskKind, find_task
from core.jobs.worker import run_job
from core.runs.run import find_run
from core.training.encoder_job import get_encoder
from core.workspace import Workspace

_UNITS = {
    TaskKind.IMPORT: "%",
    TaskKind.DOWNLOAD: "bytes",
    TaskKind.TOKENS: "rows",
    TaskKind.MAP: "rows",
    TaskKind.ENCODER: "bytes",
    TaskKind.LADDER: "rows",
    TaskKind.CURVE: "fits",
    TaskKind.SUSPECTS: "",
    TaskKind.QUICK: "rows",
}
_MEASURED_S = 0.5
"""After this much of a stage its speed says something."""


def work(workspace: Workspace, task_id: str) -> int:
    """Work on one task; returns the process's exit code."""
    task = find_task(workspace, task_id)
    paths = workspace.task(task.id)
    stop = StopFlag(paths.stop_request)
    stop.install()
    return run_job(paths, lambda status: _work(workspace, task, status, stop))


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
        if self._stop.is_set:
            raise Cancelled(stage)
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


def _work(workspace: Workspace, task: Task, status: StatusWriter, stop: StopFlag) -> str | None:
    try:
        report = _Reporter(status, stop, _UNITS[task.kind])
        result = _BODIES[task.kind](workspace, task.arguments, report)
    except Cancelled:
        if task.kind is TaskKind.DOWNLOAD:
            return "Stopped on request; what has arrived is kept."
        return "Stopped on request; nothing was kept."
    write_atomically(workspace.task(task.id).result, json.dumps(result, ensure_ascii=False))
    return None


def _download(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report("Connecting", 0, 0)
    url = asked["url"]
    path = download(workspace, url, url.rsplit("/", 1)[-1], progress=partial(report, "Downloading"))
    return {"path": str(path), "name": path.name}


def _tokens(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report("Loading TensorFlow", 0, 0)
    dataset = find_dataset(workspace, asked["dataset_id"])
    progress = partial(report, "Counting tokens")
    path = count_tokens(workspace, dataset, asked["encoder"], progress=progress)
    return {"path": str(path), "rows": dataset.rows}


def _map(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    dataset = find_dataset(workspace, asked["dataset_id"])
    run = find_run(workspace, asked["run"]) if asked.get("run") else None
    sample, seed, encoder = asked["sample"], asked["seed"], asked["encoder"]
    path = make_map(
        workspace, dataset, sample=sample, seed=seed, run=run, encoder=encoder, report=report
    )
    return {"map_id": path.stem, "path": str(path), "rows": min(sample, dataset.rows)}


# The four below need scikit-learn, for which an import need not wait a second.


def _ladder(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    from core.evaluation.baselines.ladder import fill_ladder

    return fill_ladder(workspace, asked, report)


def _curve(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    from core.evaluation.baselines.learning_curve_job import make_learning_curve

    return make_learning_curve(workspace, asked, report)


def _suspects(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    from core.labels.suspects.suspects_job import run_suspects

    return run_suspects(workspace, asked, report)


def _quick(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    from core.labels.quick_model.quick_model_job import run_quick_model

    return run_quick_model(workspace, asked, report)


_BODIES: dict[TaskKind, Callable[[Workspace, dict[str, Any], Report], dict[str, Any]]] = {
    TaskKind.IMPORT: run_import,
    TaskKind.DOWNLOAD: _download,
    TaskKind.TOKENS: _tokens,
    TaskKind.MAP: _map,
    TaskKind.ENCODER: get_encoder,
    TaskKind.LADDER: _ladder,
    TaskKind.CURVE: _curve,
    TaskKind.SUSPECTS: _suspects,
    TaskKind.QUICK: _quick,
}

if __name__ == "__main__":
    sys.exit(work(Workspace.from_environment(), sys.argv[1]))
