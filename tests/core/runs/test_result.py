import math
from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.errors import DamagedFile, NotFound
from core.jobs.status import JobState, JobStatus
from core.runs.config import TrainConfig
from core.runs.result import RunResult, kept_result, read_result, visible_damage
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests.messages import assert_one_sentence

RESULT = RunResult(7, 1.5, 0.25, {"f1": 0.5, "roc_auc": math.inf}, {}, 10.0, 2.5, "CPU: x")


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return create_run(workspace, dataset, TrainConfig())


def keep(workspace: Workspace, run: Run, text: str = RESULT.to_json()) -> None:
    workspace.run(run.id).result.write_text(text, "utf-8")


def damage(workspace: Workspace, run: Run, state: JobState) -> str:
    return visible_damage(workspace, run, JobStatus(state), read_result(workspace, run))


def test_a_result_is_read_as_it_was_written(workspace: Workspace, run: Run) -> None:
    keep(workspace, run)

    assert read_result(workspace, run) == kept_result(workspace, run) == RESULT


def test_a_metric_that_could_not_be_measured_stays_no_number() -> None:
    found = RunResult.from_json(replace(RESULT, test={"pr_auc": math.nan}).to_json())

    assert math.isnan(found.test["pr_auc"])


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_that_calibrates_nothing_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="a temperature of"):
        RunResult.from_json(replace(RESULT, temperature=temperature).to_json())


def test_a_result_from_before_calibration_changes_no_score() -> None:
    text = RESULT.to_json().replace(',\n  "temperature": 1.0', "")

    assert "temperature" not in text
    assert RunResult.from_json(text).temperature == 1.0


def test_before_a_model_is_kept_there_is_no_result_and_who_needs_one_is_told(
    workspace: Workspace, run: Run
) -> None:
    assert read_result(workspace, run) is None
    with pytest.raises(NotFound, match=r"none in 'toy-1' yet: wait for its first val") as caught:
        kept_result(workspace, run)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("content", ["", "null", "{}", RESULT.to_json()[:40], "[1]"])
def test_a_damaged_result_is_none_and_said(workspace: Workspace, run: Run, content: str) -> None:
    keep(workspace, run, content)

    assert read_result(workspace, run) is None
    with pytest.raises(DamagedFile, match="delete the run and train it again") as caught:
        kept_result(workspace, run)
    assert_one_sentence(caught.value)
    assert "the run's result" in damage(workspace, run, JobState.RUNNING)


def test_only_a_run_at_its_end_needs_a_result_and_predictions(
    workspace: Workspace, run: Run
) -> None:
    paths = workspace.run(run.id)
    assert damage(workspace, run, JobState.RUNNING) == damage(workspace, run, JobState.DIED) == ""
    assert "result.json" in damage(workspace, run, JobState.FINISHED)

    keep(workspace, run)
    assert paths.predictions.name in damage(workspace, run, JobState.FINISHED)
    paths.predictions.touch()
    assert damage(workspace, run, JobState.FINISHED) == ""


def test_a_run_without_its_examples_is_damaged_unless_it_is_being_deleted(
    workspace: Workspace, run: Run
) -> None:
    paths = workspace.run(run.id)
    paths.examples.unlink()
    assert paths.examples.name in damage(workspace, run, JobState.QUEUED)

    paths.description.unlink()
    assert damage(workspace, run, JobState.QUEUED) == ""
