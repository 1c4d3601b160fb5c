"""Runs whose curves are made up, in real run folders: to look at without training for minutes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import numpy as np

from core.data.dataset import Dataset
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process
from core.jobs.status import JobState, JobStatus, write_status
from core.runs.config import TrainConfig
from core.runs.metrics import RESOURCES, STEP, VALIDATION, MetricsLog
from core.runs.result import RunResult
from core.runs.run import Run, create_run
from core.workspace import RunPaths, Workspace, slug

STEP_S = 0.25
_WORKER = """
import sys, time
from pathlib import Path
import filelock
lock, metrics, every_s = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
lines = sys.stdin.read().splitlines()
with filelock.FileLock(lock):
    print("held", flush=True)
    if every_s:
        for line in lines:
            with metrics.open("a") as log:
                log.write(line + "\\n")
            time.sleep(every_s)
    time.sleep(600)
"""


def make_run(
    workspace: Workspace,
    dataset: Dataset,
    name: str,
    *,
    points: int = 400,
    state: JobState = JobState.FINISHED,
    message: str = "",
    skill: float = 0.6,
    config: TrainConfig | None = None,
) -> Run:
    """A run with curves as a BERT's on an imbalanced set: `points` logged steps, four validations.

    Args:
        workspace: Where it goes.
        dataset: What it is drawn from.
        name: Its name.
        points: Logged steps, ten training steps each.
        state: Where it is; an active one needs `held`.
        message: Why.
        skill: The PR-AUC it reaches.
        config: Its settings.
    """
    run = create_run(workspace, dataset, config or TrainConfig(), name=name)
    paths = workspace.run(run.id)
    with MetricsLog(paths.metrics) as log:
        for line in lines(0, points, skill=skill, seed=len(name)):
            log.append(**line)
    total = 10 * (points if not state.active else 2 * points)
    status = JobStatus(
        JobState.QUEUED, epoch=2, epochs=2, done=10 * points, total=total,
        rows_per_s=412.0, seconds_left=points * STEP_S if state.active else None, device="CPU",
    )  # fmt: skip
    write_status(paths, JobStatus(**{**asdict(status), "state": state, "message": message}))
    if state in (JobState.FINISHED, JobState.STOPPED):
        validation = {
            "loss": 0.21 - 0.15 * skill, "accuracy": 0.94 + 0.02 * skill,
            "majority": run.majority_share, "mcc": skill - 0.05, "f1": skill - 0.01,
            "precision": skill - 0.03, "recall": skill + 0.02, "pr_auc": skill, "roc_auc": 0.9,
        }  # fmt: skip
        lower = {key: value - 0.004 for key, value in validation.items()}
        test = lower | {"majority": run.majority_share} if run.config.test_size else {}
        result = RunResult(
            10 * points, 2.0, 0.31, validation, test, 405.2 + len(name), points * STEP_S, "CPU"
        )
        paths.result.write_text(result.to_json(), "utf-8")
    return run


def copy_run(workspace: Workspace, run: Run, count: int) -> list[Run]:
    """So many runs that have all that `run` has, each newer than the one before.

    Their names are the run's with a number from 1 on.
    """
    source, made = workspace.run(run.id).folder, []
    begun = datetime.fromisoformat(run.created)
    for number in range(1, count + 1):
        name, created = f"{run.name} {number}", begun + timedelta(seconds=number)
        copy = replace(run, id=slug(name), name=name, created=created.isoformat())
        shutil.copytree(source, workspace.run(copy.id).folder, copy_function=os.link)
        workspace.run(copy.id).description.unlink()
        workspace.run(copy.id).description.write_text(copy.to_json(), "utf-8")
        made.append(copy)
    return made


def lines(start: int, stop: int, *, skill: float = 0.6, seed: int = 0) -> list[dict[str, object]]:
    """What a worker logs from one point to another."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(scale=0.03, size=stop)
    made: list[dict[str, object]] = []
    for point in range(start, stop):
        done = (point + 1) / 400
        seconds, step = round(STEP_S * (point + 1), 2), 10 * (point + 1)
        loss = 0.1 + (0.6 - skill) * 0.2 + 0.5 * np.exp(-20 * done) + 0.07 * np.exp(-2 * done)
        made.append({
            "kind": STEP, "step": step, "epoch": 2 * done, "loss": round(loss + noise[point], 5),
            "accuracy": round(min(0.999, 0.96 - 0.4 * np.exp(-20 * done) + noise[point] / 3), 5),
            "rows_per_s": round(400 + 300 * noise[point], 2), "seconds": seconds,
            "learning_rate": 5e-5 * max(0.0, min(done * 10, 1 - done / 10)), "input_wait": 0.02,
        })  # fmt: skip
        if point % 20 == 19:
            made.append({
                "kind": RESOURCES, "seconds": seconds, "cpu": round(0.95 + noise[point], 3),
                "memory_bytes": 1.6e9 + 2e7 * done, "gpu": 0.0, "gpu_memory_bytes": 0,
            })  # fmt: skip
        if point % 100 == 99:
            score = skill * (1 - 0.3 * np.exp(-4 * done))
            made.append({
                "kind": VALIDATION, "step": step, "epoch": 2 * done, "seconds": seconds + 1,
                "loss": loss + 0.02, "accuracy": 0.95, "accuracy_at_half": 0.952, "f1": score,
                "pr_auc": score, "roc_auc": 0.9, "mcc": score - 0.05, "majority": 0.94,
                "threshold": 0.31, "precision": score, "recall": score,
            })  # fmt: skip
    return made


@contextmanager
def held(
    paths: RunPaths, *, points: tuple[int, int] = (0, 0), every_s: float = 0.0
) -> Iterator[int]:
    """A real process that holds an active run's lock, as a worker does; yields its pid.

    With `every_s` it also logs the points from one to another, one each `every_s` seconds.
    """
    arguments = [str(paths.lock), str(paths.metrics), str(every_s)]
    process = subprocess.Popen(
        [sys.executable, "-c", _WORKER, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join(json.dumps(line) for line in lines(*points)))
        process.stdin.close()
        assert process.stdout.readline() == "held\n"
        record_process(paths, WorkerRecord(ProcessIdentity.of(process.pid)))
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
