"""The learning curve of a run's rows as a background task, kept in cache."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from core.artifacts import new_artifact, removed_if_damaged
from core.evaluation.baselines.comparison import baselines_key, encoded_parts
from core.evaluation.baselines.learning_curve import learning_curve
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.runs.run import Run, find_run
from core.workspace import Workspace


def find_learning_curve(workspace: Workspace, key: str) -> pd.DataFrame | None:
    """The curve as `learning_curve` gives it, if it is known for this `baselines_key` of a run."""
    path = workspace.learning_curve(key)
    if path.is_file():
        with removed_if_damaged(path):
            return pd.read_parquet(path)
    return None


@dataclass(frozen=True)
class LearningCurveRequest:
    """Whose rows: a run's id."""

    run: str


@dataclass(frozen=True)
class LearningCurveFile:
    """The curve's file, and how many points it has."""

    path: str
    points: int


def start_learning_curve(workspace: Workspace, run: Run) -> Task:
    """Start working it out in the background, or give the task that is at it.

    Raises:
        NotFound: the run has been deleted.
        JobError: the system refused a process.
    """
    return start_task(
        workspace,
        LEARNING_CURVE,
        LearningCurveRequest(run.id),
        title=f"Learning curve for {run.name}",
        task_id=f"curve-{baselines_key(workspace, run)}",
    )


def make_learning_curve(
    workspace: Workspace, request: LearningCurveRequest, report: Report
) -> LearningCurveFile:
    """Work it out and keep it.

    Raises:
        NotFound: the run has been deleted.
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    run = find_run(workspace, request.run)
    parts = encoded_parts(workspace, run, report)
    table = learning_curve(parts, run.classes, on_progress=partial(report, "Fitting linear heads"))
    target = workspace.learning_curve(baselines_key(workspace, run))
    with new_artifact(workspace, target, "the learning curve") as path:
        table.to_parquet(path)
    return LearningCurveFile(str(target), len(table))


LEARNING_CURVE = TaskJob(
    JobKind.LEARNING_CURVE,
    LearningCurveRequest,
    LearningCurveFile,
    make_learning_curve,
    unit="fits",
)
