from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from core.encoders.encoders import EMBEDDED_SHAPE
from core.jobs.resources import ResourceUse
from core.jobs.status import JobState, JobStatus, StatusWriter, read_status, write_status
from core.model.meter import TrainingProgress
from core.runs.config import TrainConfig
from core.runs.metrics import KIND, RESOURCES, STEP, VALIDATION, MetricsLog, read_metrics
from core.training.best_model import Effort
from core.training.event_files import EventFiles
from core.training.forecast.rates import find_device
from core.training.forecast.remaining import seconds_left
from core.training.forecast.work import PartSizes, run_work
from core.training.progress import ProgressReporter, Records
from core.training.validator import Validation
from core.workspace import RunPaths, Workspace

RATES = find_device("cpu", "float32").rates
WORK = run_work(EMBEDDED_SHAPE, TrainConfig(epochs=2), np.array([12, 20]), PartSizes(320, 40, 40))
AT_STEP_5 = TrainingProgress(
    step=5,
    steps=20,
    epoch=0.5,
    loss=0.4,
    accuracy=0.75,
    rows_per_s=60.0,
    mean_rows_per_s=50.0,
    learning_rate=2e-5,
    input_wait=0.123456,
)
FOUND = Validation(5, 0.5, {"pr_auc": 0.7, "f1": 0.6}, 0.3, np.array([[0.2, 0.8]], np.float32))


class Clock:
    """A clock that a test sets."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def paths(workspace: Workspace) -> RunPaths:
    paths = workspace.run("a-run")
    paths.folder.mkdir(parents=True)
    write_status(paths, JobStatus(JobState.QUEUED))
    return paths


@pytest.fixture
def records(paths: RunPaths) -> Iterator[Records]:
    with MetricsLog(paths.metrics) as log, EventFiles(paths.events) as events:
        yield Records(log, events)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reporter(paths: RunPaths, records: Records, clock: Clock) -> ProgressReporter:
    status = StatusWriter(paths)
    status.change(JobState.RUNNING, total=20, epochs=2)
    earlier = Effort(seconds=10.0, rows_per_s=40.0)
    # The status is written at most every half second; its first progress is written at once.
    return ProgressReporter(
        TrainConfig(epochs=2),
        StatusWriter(paths),
        records,
        WORK,
        RATES,
        earlier=earlier,
        now_s=clock,
    )


def rows_of(paths: RunPaths, kind: str) -> list[dict[str, float]]:
    return [row for row in read_metrics(paths.metrics).rows if row[KIND] == kind]


def test_the_effort_includes_that_of_earlier_processes(
    reporter: ProgressReporter, clock: Clock
) -> None:
    clock.now_s += 2.5
    assert reporter.effort() == Effort(12.5, 40.0)

    reporter.on_progress(AT_STEP_5, 0)

    assert reporter.effort() == Effort(12.5, 50.0)
    assert reporter.last is AT_STEP_5


def test_a_step_is_recorded_with_the_time_since_the_beginning(
    reporter: ProgressReporter, paths: RunPaths, records: Records, clock: Clock
) -> None:
    clock.now_s += 1.0

    reporter.on_progress(AT_STEP_5, 0)

    (row,) = rows_of(paths, STEP)
    assert (row["step"], row["epoch"], row["seconds"]) == (5, 0.5, 11.0)
    assert (row["loss"], row["accuracy"], row["input_wait"]) == (0.4, 0.75, 0.1235)


def test_the_first_step_leaves_the_forecast_as_it_is(
    reporter: ProgressReporter, paths: RunPaths
) -> None:
    reporter.on_progress(AT_STEP_5, 360)

    status = read_status(paths)
    assert (status.done, status.epoch, status.rows_per_s) == (5, 1, 60.0)
    assert status.seconds_left is None


@pytest.mark.parametrize("row_s", [None, 0.04])
def test_from_the_second_on_the_time_left_is_that_of_the_steps_and_of_the_rows_to_measure(
    reporter: ProgressReporter, paths: RunPaths, row_s: float | None
) -> None:
    reporter.last = AT_STEP_5
    if row_s is not None:
        reporter.on_validation_took(200 * row_s, 200)

    reporter.on_progress(replace(AT_STEP_5, step=6), 360)

    expected = seconds_left(WORK, RATES, steps=14, step_s=WORK.rows / 60.0, rows=360, row_s=row_s)
    assert read_status(paths).seconds_left == pytest.approx(expected)


def test_the_last_epoch_is_never_passed(reporter: ProgressReporter, paths: RunPaths) -> None:
    reporter.on_progress(replace(AT_STEP_5, step=20, epoch=2.0), 0)

    assert read_status(paths).epoch == 2


def test_a_validation_is_recorded_with_its_threshold(
    reporter: ProgressReporter, paths: RunPaths, records: Records
) -> None:
    reporter.on_validated(FOUND, 0.9)

    (row,) = rows_of(paths, VALIDATION)
    assert (row["step"], row["threshold"], row["accuracy_at_half"]) == (5, 0.3, 0.9)
    assert (row["pr_auc"], row["f1"]) == (0.7, 0.6)
    assert list((paths.events / "validation").glob("events.out.tfevents.*"))


def test_the_use_of_the_machine_is_recorded(
    reporter: ProgressReporter, paths: RunPaths, records: Records
) -> None:
    use = ResourceUse(**dict.fromkeys(ResourceUse.__dataclass_fields__, 1.0))

    reporter.on_resources(use)

    (row,) = rows_of(paths, RESOURCES)
    assert row["seconds"] == 10.0


def test_the_test_part_is_said(reporter: ProgressReporter, paths: RunPaths) -> None:
    reporter.on_test()

    assert read_status(paths).message == "Measuring the kept model on the test part"
