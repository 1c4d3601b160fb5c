from collections.abc import Callable
from functools import partial
from pathlib import Path

import filelock
import pytest
import tensorflow as tf

from core.data.dataset import Dataset
from core.errors import DiskError, EncoderError, TrainingDiverged
from core.jobs.launcher import log_tail, stop_job, wait_for_end
from core.jobs.status import JobState, JobStatus, StatusWriter, read_status, write_status
from core.jobs.worker import run_job
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.training.launch import start_training
from core.workspace import ENVIRONMENT_VARIABLE, JobPaths, RunPaths, Workspace
from tests import toy
from tests.core.small_disk import python, python_on_full_disk
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
    assert status.state is JobState.STOPPED
    assert status.message == "Somebody asked. Resume starts again from the first step."


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

    assert read_status(paths).message.startswith("Unexpected error, see the log: ValueError('xx")
    assert len(read_status(paths).message) < 360


def test_a_job_holds_its_lock_from_start_to_end_and_not_longer(paths: JobPaths) -> None:
    def body(status: StatusWriter) -> None:
        with pytest.raises(filelock.Timeout), filelock.FileLock(paths.lock, timeout=0):
            pass

        status.change(JobState.RUNNING)

    assert run_job(paths, body) == 0

    with filelock.FileLock(paths.lock, timeout=0):
        pass


def test_a_job_that_failed_holds_its_lock_no_longer_and_keeps_no_room(paths: JobPaths) -> None:
    assert run_job(paths, failure(ValueError())) == 1

    assert not paths.reserve.exists()
    with filelock.FileLock(paths.lock, timeout=0):
        pass


def test_a_second_worker_leaves_the_job_to_the_first(jobs: Workspace, run: Run) -> None:
    paths = jobs.run(run.id)
    before = paths.status.read_bytes()

    with filelock.FileLock(paths.lock):
        done = python(
            ["-m", "core.jobs.worker", "train", run.id], env={ENVIRONMENT_VARIABLE: str(jobs.root)}
        )

    assert done.returncode == 1
    assert done.stderr == "another worker has the job waiting\n"
    assert paths.status.read_bytes() == before


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.QUEUED])
def test_a_worker_takes_only_a_job_that_is_queued(
    paths: JobPaths, capsys: pytest.CaptureFixture[str], state: JobState
) -> None:
    status = write_status(paths, JobStatus(state))

    assert run_job(paths, lambda status: pytest.fail("worked")) == 1

    assert read_status(paths) == status
    assert capsys.readouterr().err == f"the job waiting is {state.value}, not queued\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (DiskError("room", "none", "buy some"), "buy some. Resume continues from step 1,200."),
        (MemoryError(), "a shorter length. Resume continues from step 1,200."),
        (KeyError("x"), "see the log: KeyError('x'). Resume continues from step 1,200."),
        (TrainingDiverged("a", "b", "do c"), "Expected a, but found b: do c."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_run_that_fails_with_a_checkpoint_says_from_where_it_goes_on(
    paths: RunPaths, error: Exception, message: str
) -> None:
    for step in (900, 1200):
        (paths.checkpoints / f"step-{step}").mkdir(parents=True)

    run_job(paths, failure(error))

    assert read_status(paths).message.endswith(message)


ON_A_FULL_DISK = """
import sys
from pathlib import Path
from core.errors import disk_errors
from core.jobs.worker import run_job
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.workspace import JobPaths

disk = Path(sys.argv[1])
paths = JobPaths(disk / "job")
paths.folder.mkdir()
write_status(paths, JobStatus(JobState.QUEUED))

def body(status):
    status.change(JobState.RUNNING)
    with disk_errors("the run"), open(disk / "ballast", "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))

assert run_job(paths, body) == 1
found = read_status(paths)
print(found.state.value, found.message)
try:
    (disk / "more").write_bytes(bytes(64 << 10))
except OSError:
    print("still full")
"""


def test_a_job_that_fills_the_disk_ends_in_a_status_that_says_so(tmp_path: Path) -> None:
    done = python_on_full_disk(ON_A_FULL_DISK, tmp_path / "disk", str(tmp_path / "disk"),
                               kilobytes=200)  # fmt: skip

    assert done.returncode == 0, done.stderr
    said, full = done.stdout.splitlines()
    assert said.startswith("failed Expected room to write the run, but found a full disk:")
    assert full == "still full"


def is_waiting(paths: JobPaths) -> bool:
    return read_status(paths).message.startswith("Waiting for another process to leave the CPU")


@pytest.mark.slow
def test_a_worker_waits_for_the_device_and_can_be_stopped_or_go_on(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    config = toy.recipe(toy_encoder, epochs=1, validations_per_epoch=1)
    lock = jobs.device_lock("cpu")
    lock.parent.mkdir(parents=True)
    with filelock.FileLock(lock):
        runs = [start_training(jobs, dataset, config, name=name) for name in ("a", "b")]
        stopped, patient = (jobs.run(run.id) for run in runs)
        for paths in (stopped, patient):
            wait_until(partial(is_waiting, paths))
            assert read_status(paths).state is JobState.QUEUED

        stop_job(stopped)
        status = wait_for_end(stopped, timeout_s=30)

        assert status.state is JobState.STOPPED
        assert status.message.startswith("Stopped before it started.")
        assert read_status(patient).state is JobState.QUEUED

    assert wait_for_end(patient, timeout_s=60).state is JobState.FINISHED, log_tail(patient)
    assert not list(stopped.folder.glob("model-*"))
    assert len(list(patient.folder.glob("model-*"))) == 1
