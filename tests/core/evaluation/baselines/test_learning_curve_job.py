from pathlib import Path

import pytest

from core.errors import Cancelled
from core.evaluation.baselines.comparison import baselines_key
from core.evaluation.baselines.learning_curve_job import (
    LearningCurveRequest,
    find_learning_curve,
    make_learning_curve,
    start_learning_curve,
)
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def run(workspace: Workspace, shallow_encoder: Path) -> Run:
    dataset = toy.import_rows(workspace, toy.make_rows(300))
    return create_run(workspace, dataset, toy.recipe(shallow_encoder))


@pytest.mark.slow
def test_a_worker_draws_the_curve_once_for_the_rows(workspace: Workspace, run: Run) -> None:
    assert find_learning_curve(workspace, baselines_key(workspace, run)) is None

    task = start_learning_curve(workspace, run)

    assert wait_for_end(workspace.task(task.id), timeout_s=120).state is JobState.FINISHED
    found = find_learning_curve(workspace, baselines_key(workspace, run))
    assert found is not None
    assert found["rows"].iloc[-1] == 180
    assert start_learning_curve(workspace, run).id == task.id


def test_a_curve_that_is_cancelled_leaves_nothing(workspace: Workspace, run: Run) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Fitting linear heads" and done == 1:
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        make_learning_curve(workspace, LearningCurveRequest(run.id), stop)

    assert find_learning_curve(workspace, baselines_key(workspace, run)) is None
