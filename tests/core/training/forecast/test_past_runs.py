from dataclasses import replace

import pytest

from core.jobs.status import JobState, read_status, write_status
from core.runs.result import read_result
from core.training.forecast.past_runs import WorkRecord, keep_work, past_runs
from core.training.forecast.rates import DeviceKind, find_device
from core.training.forecast.work import Work
from core.workspace import Workspace
from tests import toy
from tests.conftest import ToyTraining
from tests.made_runs import make_run

WORK = Work(
    steps=80,
    rows=16,
    layers=2,
    multiply_adds=1e6,
    elements=1e5,
    updated=1e4,
    measured=200,
    measured_multiply_adds=1e5,
    measured_elements=1e4,
    saved_bytes=1e6,
)


@pytest.fixture
def here() -> DeviceKind:
    return find_device("auto")


def test_a_real_run_is_known_with_its_work_and_its_time(
    toy_training: ToyTraining, here: DeviceKind
) -> None:
    workspace, run = toy_training.workspace, toy_training.run

    (found,) = past_runs(workspace, here)

    result, status = read_result(workspace, run), read_status(workspace.run(run.id))
    assert found.seconds == result.seconds
    assert found.work.steps == status.total
    assert found.work.rows == run.config.batch_size
    assert found.start_s > 0
    assert found.crowding >= 1


def test_only_runs_of_such_a_device_count(toy_training: ToyTraining, here: DeviceKind) -> None:
    assert past_runs(toy_training.workspace, replace(here, label="GPU: another")) == []
    assert past_runs(toy_training.workspace, replace(here, count=2)) == []


def made(workspace: Workspace, state: JobState = JobState.FINISHED, **status: object):
    """A run whose result says CPU, with its work."""
    dataset = toy.import_rows(workspace, toy.make_rows(80))
    run = make_run(workspace, dataset, "Made", points=8, state=state)
    keep_work(workspace, run, WorkRecord(WORK, 12.0, 1.5))
    paths = workspace.run(run.id)
    write_status(paths, replace(read_status(paths), **status))
    return run


CPU = DeviceKind("CPU", "", 1, find_device("cpu").rates)


def test_a_run_that_ended_early_did_a_part_of_its_work(workspace: Workspace) -> None:
    made(workspace, done=20, total=80)

    (found,) = past_runs(workspace, CPU)

    assert found.work == WORK.share(0.25)
    assert (found.start_s, found.crowding) == (12.0, 1.5)


@pytest.mark.parametrize("state", [JobState.STOPPED, JobState.RUNNING, JobState.FAILED])
def test_runs_that_did_not_finish_do_not_count(workspace: Workspace, state: JobState) -> None:
    made(workspace, state)

    assert past_runs(workspace, CPU) == []


@pytest.mark.parametrize("text", [None, "", "{}", '{"work": {}, "start_s": 1, "crowding": 1}'])
def test_a_run_without_its_work_is_left_out(workspace: Workspace, text: str | None) -> None:
    run = made(workspace)
    path = workspace.run(run.id).work
    path.unlink() if text is None else path.write_text(text, "utf-8")

    assert past_runs(workspace, CPU) == []
