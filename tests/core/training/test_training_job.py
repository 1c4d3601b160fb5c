from pathlib import Path

import numpy as np
import pytest

from core.errors import NotFound
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, read_status
from core.runs.checkpoints import Checkpoint, newest_step, write_checkpoint
from core.runs.result import read_result
from core.runs.run import Run, create_run
from core.training.training_job import TRAINING, run_training
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def run(workspace: Workspace, toy_encoder: Path) -> Run:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    return create_run(workspace, dataset, toy.recipe(toy_encoder, epochs=1, devices="cpu"))


def test_a_job_is_the_run_of_its_id(workspace: Workspace, run: Run) -> None:
    assert TRAINING.paths(workspace, run.id) == workspace.run(run.id)
    with pytest.raises(NotFound):
        TRAINING.run(workspace, "none", StopFlag())


def test_a_run_without_a_checkpoint_starts_again(workspace: Workspace, run: Run) -> None:
    hint = TRAINING.resume_hint(workspace.run(run.id))

    assert hint == "Resume starts again from the first step."


def test_a_run_with_checkpoints_goes_on_from_the_newest(workspace: Workspace, run: Run) -> None:
    paths = workspace.run(run.id)
    for step in (900, 1_200):
        write_checkpoint(paths, Checkpoint(step, {"a": np.zeros(1)}, {}))

    assert TRAINING.resume_hint(paths) == "Resume continues from step 1,200."


def test_a_training_that_is_stopped_before_its_device_is_free_has_begun_nothing(
    workspace: Workspace, run: Run
) -> None:
    paths = workspace.run(run.id)
    paths.stop_request.touch()

    assert run_training(workspace, run, StopFlag(paths.stop_request)) == 0

    status = read_status(paths)
    assert status.state is JobState.STOPPED
    assert status.message.startswith("Stopped before it started. Resume starts again")
    assert read_result(workspace, run) is None


def test_a_training_to_its_end_keeps_a_model_and_no_checkpoints(
    workspace: Workspace, run: Run
) -> None:
    paths = workspace.run(run.id)

    assert TRAINING.run(workspace, run.id, StopFlag(paths.stop_request)) == 0

    assert read_status(paths).state is JobState.FINISHED
    assert newest_step(paths) is None
    result = read_result(workspace, run)
    assert (paths.model(result.best_step) / "model.keras").is_file()
