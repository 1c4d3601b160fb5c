"""Crashes by the dozen, minutes long: `make test-crash` runs them, `make test` does not.

Each run that was killed, ran out of disk or lost a checkpoint is resumed and held against the same
run without an accident.
"""

import random
import signal
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import Dataset
from core.jobs.launcher import current_status, log_tail, stop_job, wait_for_end
from core.jobs.process import recorded_process
from core.jobs.status import JobState, read_status
from core.runs.checkpoints import newest_checkpoint, newest_step
from core.runs.config import TrainConfig
from core.runs.metrics import STEP, VALIDATION, MetricsReader
from core.runs.result import RunResult, read_result
from core.runs.run import Run
from core.training.launch import resume_training, start_training
from core.workspace import RunPaths, Workspace
from tests import toy
from tests.core.small_disk import python_on_full_disk
from tests.toy import wait_until

KILLS = 20
KILLED_EARLY = 0.3
"""Share of the kills while the worker still starts; the others come while it trains."""
WAIT_S = 900.0
TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}


@dataclass(frozen=True)
class Course:
    """What a run was from its first to its last step."""

    steps: pd.DataFrame
    validations: pd.DataFrame
    result: RunResult


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("crash") / "workspace")


@pytest.fixture(scope="module")
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(2000))


@pytest.fixture(scope="module")
def config(toy_encoder: Path) -> TrainConfig:
    """A minute or two of training, with a checkpoint every second."""
    return toy.recipe(
        toy_encoder, epochs=80, learning_rate=1e-3, validations_per_epoch=1, checkpoint_every_s=1
    )


@pytest.fixture(scope="module")
def undisturbed(workspace: Workspace, dataset: Dataset, config: TrainConfig) -> Course:
    run = start_training(workspace, dataset, config, name="Undisturbed")
    return course_of(workspace, run)


def course_of(workspace: Workspace, run: Run) -> Course:
    """The run once it has finished."""
    paths = workspace.run(run.id)
    status = wait_for_end(paths, timeout_s=WAIT_S)
    assert status.state is JobState.FINISHED, f"{status}\n{log_tail(paths)}"
    measured = MetricsReader(paths.metrics).read().columns
    result = read_result(workspace, run)
    assert result is not None
    return Course(pd.DataFrame(measured[STEP]), pd.DataFrame(measured[VALIDATION]), result)


def assert_same(course: Course, other: Course) -> None:
    """The same curves and the same result, whatever happened on the way."""
    for mine, theirs in (
        (course.steps, other.steps),
        (course.validations, other.validations),
    ):
        assert mine["step"].tolist() == theirs["step"].tolist()
        assert mine["seconds"].is_monotonic_increasing
        for name in ("loss", "accuracy"):
            np.testing.assert_allclose(mine[name], theirs[name], err_msg=name, **TOLERANCE)
    for mine, theirs in (
        (course.result.validation, other.result.validation),
        (course.result.test, other.result.test),
    ):
        assert mine.keys() == theirs.keys()
        for name, value in mine.items():
            assert value == pytest.approx(theirs[name], rel=1e-3, abs=1e-3), name


def largest_difference(course: Course, other: Course) -> float:
    return float(np.abs(course.steps["loss"] - other.steps["loss"]).max())


def has_gone_on(paths: RunPaths, step: int) -> bool:
    """Whether there is a checkpoint of a later step; a run that has ended fails the test."""
    assert current_status(paths).state.active, f"{current_status(paths)}\n{log_tail(paths)}"
    return (newest_step(paths) or 0) > step


def kill_at_once(paths: RunPaths) -> None:
    worker = recorded_process(paths)
    assert worker is not None
    worker.signal_group(signal.SIGKILL)
    wait_until(lambda: not worker.alive())


def test_a_run_killed_twenty_times_ends_with_the_numbers_of_one_left_alone(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, undisturbed: Course
) -> None:
    rng = random.Random(20)
    run = start_training(workspace, dataset, config, name="Killed")
    paths = workspace.run(run.id)
    seen: list[tuple[str, int]] = []
    while len(seen) < KILLS:
        before = newest_step(paths) or 0
        if rng.random() > KILLED_EARLY:
            wait_until(partial(has_gone_on, paths, before), timeout_s=120)
            time.sleep(rng.uniform(0.0, 2.0))
        else:
            time.sleep(rng.uniform(0.0, 8.0))
        state = read_status(paths).state
        assert state.active, f"ended before it was killed {KILLS} times: {current_status(paths)}"
        kill_at_once(paths)
        wait_until(lambda: not current_status(paths).state.active)
        status = current_status(paths)
        assert status.state is JobState.DIED
        assert status.message.startswith("Its process was ended from outside (SIGKILL). Resume ")
        seen.append((state.value, newest_step(paths) or 0))
        resume_training(workspace, run)

    course = course_of(workspace, run)

    print(f"\nkilled in {seen}, largest difference {largest_difference(course, undisturbed):.2g}")
    assert len({step for _, step in seen}) >= KILLS // 2
    assert_same(course, undisturbed)
    assert not list(paths.folder.glob("*.new"))


def test_a_damaged_newest_checkpoint_gives_way_to_the_one_before(
    workspace: Workspace, dataset: Dataset, config: TrainConfig, undisturbed: Course
) -> None:
    run = start_training(workspace, dataset, config, name="Damaged")
    paths = workspace.run(run.id)
    wait_until(lambda: len(list(paths.checkpoints.glob("step-*"))) == 2, timeout_s=120)
    stop_job(paths)
    status = wait_for_end(paths, timeout_s=120)
    assert status.state is JobState.STOPPED
    older, newer = sorted(
        int(path.name.removeprefix("step-")) for path in paths.checkpoints.glob("step-*")
    )
    assert f"Resume continues from step {newer:,}." in status.message
    for path in (paths.checkpoints / f"step-{newer}").iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    assert newest_checkpoint(paths).step == older

    resume_training(workspace, run)

    course = course_of(workspace, run)
    print(f"\nlargest difference {largest_difference(course, undisturbed):.2g}")
    assert_same(course, undisturbed)
    assert f"passed over the damaged checkpoint step-{newer}" in paths.log.read_text()


FULL = """
import sys
from pathlib import Path
from core.jobs.launcher import current_status, log_tail
from core.training.launch import resume_training, start_training
from core.jobs.launcher import stop_job, wait_for_end
from core.runs.checkpoints import newest_checkpoint
from core.runs.result import read_result
from core.workspace import Workspace
from tests import toy

disk, encoder = Path(sys.argv[1]), Path(sys.argv[2])
workspace = Workspace(disk / "workspace")
dataset = toy.import_rows(workspace, toy.make_rows(400))
run = start_training(
    workspace, dataset, toy.recipe(encoder, epochs=20, checkpoint_every_s=1), name="Mine"
)
paths = workspace.run(run.id)
toy.wait_until(lambda: list(paths.checkpoints.glob("step-*")), timeout_s=120)
with open(disk / "ballast", "wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
status = wait_for_end(paths, timeout_s=120)
print(status.state.value, status.message)
good = newest_checkpoint(paths)
print("kept", good.step > 0, f"{good.step:,}" in status.message)
(disk / "ballast").unlink()
resume_training(workspace, run)
status = wait_for_end(paths, timeout_s=300)
print(status.state.value, status.message or "-", read_result(workspace, run) is not None)
if status.state.value != "finished":
    print(log_tail(paths))
"""


def test_a_run_that_fills_its_disk_ends_in_a_true_state_and_goes_on_once_there_is_room(
    toy_encoder: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(
        FULL, disk, str(disk), str(toy_encoder), kilobytes=20_000, timeout_s=600
    )

    assert done.returncode == 0, done.stderr
    print("\n" + done.stdout)
    first, kept, last = done.stdout.splitlines()[:3]
    assert first.startswith("failed Expected room to write the run, but found a full disk: ")
    assert "Resume continues from step " in first
    assert kept == "kept True True"
    assert last == "finished - True"
