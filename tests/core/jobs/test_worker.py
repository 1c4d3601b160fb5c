from collections.abc import Callable
from functools import partial
from pathlib import Path

import filelock
import pytest
import tensorflow as tf

from core.datasets.dataset import Dataset
from core.errors import DiskError, EncoderError
from core.jobs.launcher import log_tail, start_training, stop_job, wait_for_end
from core.jobs.worker import run_job
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.runs.status import JobState, StatusWriter, read_status
from core.workspace import ENVIRONMENT_VARIABLE, JobPaths, Workspace
from tests import toy
from tests.core.small_disk import python
from tests.toy import wait_until

Body = Callable[[StatusWriter], str | None]


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(120))


@pytest.fixture
def run(jobs: Workspace, dataset: Dataset) -> Run:
    """A run that no worker has been started for."""
    return create_run(jobs, dataset, TrainConfig(), name="Waiting")


@pytest.fixture
def paths(jobs: Workspace, run: Run) -> JobPaths:
    return jobs.run(run.id)


def test_a_job_that_ends_by_itself_is_finished(paths: JobPaths) -> None:
    def body(status: StatusWriter) -> None:
        status.change(JobState.RUNNING, "Working", total=3)
        status.progress(done=3)
        assert read_status(paths).state is JobState.RUNNING

    assert run_job(paths, body) == 0

    status = read_status(paths)
    assert (status.state, status.message, status.done) == (JobState.FINISHED, "", 3)


def test_a_job_that_ends_early_is_stopped_and_says_why(paths: JobPaths) -> None:
    assert run_job(paths, lambda status: "Somebody asked.") == 0

    status = read_status(paths)
    assert (status.state, status.message) == (JobState.STOPPED, "Somebody asked.")


def failure(error: BaseException) -> Body:
    def body(status: StatusWriter) -> None:
        status.change(JobState.RUNNING, seconds_left=9.0)
        raise error

    return body


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (EncoderError("a", "b", "do c"), "Expected a, but found b: do c."),
        (DiskError("room", "none", "buy some"), "Expected room, but found none: buy some."),
        (MemoryError(), "Memory ran out: choose a smaller batch or a shorter length."),
        (OSError(5, "Input/output error"), "The system refused to read or write: [Errno 5]"),
        (ZeroDivisionError("by zero"), "Unexpected error, see the log: ZeroDivisionError('by"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_job_that_fails_says_why_to_the_person_and_how_to_the_log(
    paths: JobPaths, capsys: pytest.CaptureFixture[str], error: Exception, message: str
) -> None:
    assert run_job(paths, failure(error)) == 1

    status = read_status(paths)
    assert (status.state, status.seconds_left) == (JobState.FAILED, None)
    assert status.message.startswith(message)
    assert "Traceback" in capsys.readouterr().err


def test_a_device_without_memory_left_is_no_bug(paths: JobPaths) -> None:
    def body(status: StatusWriter) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    assert run_job(paths, body) == 1

    assert read_status(paths).message.startswith("Memory ran out: choose a smaller batch")


def test_a_bug_with_a_long_message_is_cut_short(paths: JobPaths) -> None:
    run_job(paths, failure(ValueError("x" * 10_000)))

    assert len(read_status(paths).message) == 300


def test_a_job_holds_its_lock_from_start_to_end_and_not_longer(paths: JobPaths) -> None:
    def body(status: StatusWriter) -> None:
        with pytest.raises(filelock.Timeout), filelock.FileLock(paths.lock, timeout=0):
            pass

    assert run_job(paths, body) == 0
    assert run_job(paths, failure(ValueError())) == 1

    with filelock.FileLock(paths.lock, timeout=0):
        pass


def test_a_second_worker_leaves_the_job_to_the_first(jobs: Workspace, run: Run) -> None:
    paths = jobs.run(run.id)
    before = paths.status.read_bytes()

    with filelock.FileLock(paths.lock):
        done = python(
            ["-m", "core.jobs.worker", run.id], env={ENVIRONMENT_VARIABLE: str(jobs.root)}
        )

    assert done.returncode == 1
    assert done.stderr == "another worker has the job waiting\n"
    assert paths.status.read_bytes() == before


def is_waiting(paths: JobPaths) -> bool:
    return read_status(paths).message == "Waiting for another run to leave the device"


def test_a_worker_waits_for_the_device_and_can_be_stopped_or_go_on(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    config = toy.recipe(toy_encoder, epochs=1, validations_per_epoch=1)
    lock = jobs.device_lock
    lock.parent.mkdir(parents=True)
    with filelock.FileLock(lock):
        runs = [start_training(jobs, dataset, config, name=name) for name in ("a", "b")]
        stopped, patient = (jobs.run(run.id) for run in runs)
        for paths in (stopped, patient):
            wait_until(partial(is_waiting, paths))
            assert read_status(paths).state is JobState.QUEUED

        stop_job(stopped)
        status = wait_for_end(stopped, timeout_s=30)

        assert (status.state, status.message) == (JobState.STOPPED, "Stopped before it started.")
        assert read_status(patient).state is JobState.QUEUED

    assert wait_for_end(patient, timeout_s=60).state is JobState.FINISHED, log_tail(patient)
    assert not list(stopped.folder.glob("model-*"))
    assert len(list(patient.folder.glob("model-*"))) == 1
