import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import filelock
import pytest

from core.data.dataset import Dataset
from core.errors import AlreadyExists, EncoderError, JobError, SincerelyError
from core.jobs.launcher import current_status, log_tail, start_job, stop_job, wait_for_end
from core.jobs.moment import Moment
from core.jobs.process import (
    ProcessIdentity,
    WorkerRecord,
    boot_id,
    record_process,
    recorded_process,
    start_detached,
)
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.runs.config import TrainConfig
from core.runs.metrics import STEP, VALIDATION, MetricsReader
from core.runs.result import read_result
from core.runs.run import Run, create_run, list_runs
from core.training.launch import start_training
from core.workspace import JobPaths, Workspace
from tests import toy
from tests.conftest import ToyTraining
from tests.toy import wait_until

# No system has such a pid.
LONG_GONE = WorkerRecord(ProcessIdentity(2**22 + 1, boot_id(), 1_000.0))


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(400))


@pytest.fixture
def run(jobs: Workspace, dataset: Dataset) -> Run:
    """A run that no worker has been started for."""
    return create_run(jobs, dataset, TrainConfig())


@pytest.fixture
def paths(jobs: Workspace, run: Run) -> JobPaths:
    return jobs.run(run.id)


def test_a_training_goes_through_its_states_to_the_end(toy_training: ToyTraining) -> None:
    assert toy_training.states == [
        JobState.QUEUED, JobState.STARTING, JobState.RUNNING, JobState.FINISHED,
    ]  # fmt: skip


def test_a_finished_training_says_so_and_leaves_nothing_open(toy_training: ToyTraining) -> None:
    workspace, run = toy_training.workspace, toy_training.run
    paths = workspace.run(run.id)

    status = current_status(paths)

    assert (status.state, status.message, status.seconds_left) == (JobState.FINISHED, "", 0.0)
    assert (status.epoch, status.epochs, status.done, status.total) == (4, 4, 60, 60)
    assert status.rows_per_s > 0
    assert status.device == read_result(workspace, run).device
    wait_until(lambda: not recorded_process(paths).alive())
    with filelock.FileLock(paths.lock, timeout=0):
        assert stop_job(paths) == status
    with filelock.FileLock(workspace.device_lock("cpu"), timeout=0):
        pass
    kept = {path.name for path in paths.folder.iterdir()}
    # A test that asked the run for similar train rows may have come before.
    vectors = paths.train_vectors(read_result(workspace, run).best_step).name
    assert kept - {"job.lock", vectors} == {
        "job.json", "status.json", "process.json", "log.txt", "examples.parquet",
        "metrics.jsonl", "result.json", "predictions.parquet", "events", "work.json",
        f"model-{read_result(workspace, run).best_step}",
    }  # fmt: skip


@pytest.mark.slow
def test_a_training_that_is_stopped_keeps_a_model_that_scores(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    from core.scoring.scorer import load_scorer

    run = start_training(jobs, dataset, toy.recipe(toy_encoder, epochs=1000))
    paths = jobs.run(run.id)
    measured = MetricsReader(paths.metrics)
    wait_until(lambda: measured.read().count(VALIDATION))

    stop_job(paths)
    status = wait_for_end(paths, timeout_s=60)

    assert status.state is JobState.STOPPED
    assert status.message.startswith("Stopped on request; the best model so far is kept. Resume ")
    assert status.seconds_left is None
    assert 0 < status.done < status.total == 15_000
    assert read_result(jobs, run).best_step <= measured.read().last(STEP, "step")
    assert read_result(jobs, run).test == {}
    assert len(load_scorer(jobs, run).score(["the cat is horrible", "lovely"]).labels) == 2


@pytest.mark.slow
def test_a_stop_at_once_ends_the_worker_and_a_second_mere_request_does_not(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    run = start_training(jobs, dataset, toy.recipe(toy_encoder, epochs=1000))
    paths = jobs.run(run.id)
    wait_until(lambda: MetricsReader(paths.metrics).read().columns)
    # A worker held still is one in a long step: it hears no request.
    recorded_process(paths).signal_group(signal.SIGSTOP)
    assert stop_job(paths).state is JobState.STOPPING
    assert stop_job(paths).state is JobState.STOPPING
    assert recorded_process(paths).alive()

    status = stop_job(paths, at_once=True)

    assert not recorded_process(paths).alive()
    assert status == current_status(paths) == read_status(paths)
    assert status.state is JobState.STOPPED
    assert status.message.startswith("Ended on request; what it had kept before stays. Resume ")


def test_a_request_to_stop_right_after_the_start_is_not_lost(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    run = start_training(jobs, dataset, toy.recipe(toy_encoder, epochs=1000))

    stop_job(jobs.run(run.id))

    assert wait_for_end(jobs.run(run.id), timeout_s=60).state is JobState.STOPPED
    assert read_result(jobs, run) is None


def test_a_worker_that_is_killed_is_said_to_have_died_and_why(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    run = start_training(jobs, dataset, toy.recipe(toy_encoder, epochs=1000))
    paths = jobs.run(run.id)
    wait_until(lambda: read_status(paths).state is JobState.STARTING)

    os.kill(recorded_process(paths).pid, signal.SIGKILL)
    # The kernel may still be closing the dead worker's files, its lock among them.
    wait_until(lambda: not current_status(paths).state.active)
    status = current_status(paths)

    assert status.state is JobState.DIED
    assert status.message == (
        "Its process was ended from outside (SIGKILL). Resume starts again from the first step."
    )
    assert status == read_status(paths) == current_status(paths)
    with filelock.FileLock(paths.lock, timeout=0):
        pass


def test_of_two_that_start_a_training_of_one_name_one_wins(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    def start(_: int) -> Run | SincerelyError:
        try:
            return start_training(jobs, dataset, toy.recipe(toy_encoder), name="Mine")
        except SincerelyError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(start, range(2)))

    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyExists", "Run"]
    assert [run.name for run in list_runs(jobs)] == ["Mine"]
    assert recorded_process(jobs.run("mine")).alive()


def test_a_second_training_of_the_same_name_is_refused_and_the_first_goes_on(
    toy_training: ToyTraining, toy_dataset: Dataset
) -> None:
    workspace, run = toy_training.workspace, toy_training.run
    before = read_status(workspace.run(run.id))

    with pytest.raises(AlreadyExists, match="a run called 'Toy run' already"):
        start_training(workspace, toy_dataset, run.config, name=run.name)

    assert read_status(workspace.run(run.id)) == before
    assert list_runs(workspace) == [run]


def test_a_training_without_its_encoder_makes_no_run(jobs: Workspace, dataset: Dataset) -> None:
    with pytest.raises(EncoderError, match="none of these at '/no/such/encoder'"):
        start_training(jobs, dataset, TrainConfig(encoder="/no/such/encoder"))

    assert list_runs(jobs) == []


def test_a_worker_that_the_system_refuses_fails_its_job(jobs: Workspace, paths: JobPaths) -> None:
    with pytest.raises(JobError, match="Argument list too long"):
        start_job(jobs, paths, JobKind.TRAIN, "x" * (20 << 20))

    assert read_status(paths).state is JobState.FAILED
    assert "Argument list too long" in read_status(paths).message


def test_a_job_without_a_worker_has_a_moment_to_get_one(paths: JobPaths) -> None:
    written = read_status(paths).moment

    later = [replace(written, seconds=written.seconds + seconds) for seconds in (25, 35)]
    assert current_status(paths, now=later[0]).state is JobState.QUEUED
    assert current_status(paths, now=later[1]).state is JobState.DIED


def test_a_clock_that_is_set_back_keeps_no_job_waiting(paths: JobPaths) -> None:
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    queued = replace(read_status(paths), updated=tomorrow.isoformat(), since=tomorrow.isoformat())
    long_ago = replace(queued.moment, seconds=queued.moment.seconds - 60)
    paths.status.write_text(replace(queued, moment=long_ago).to_json(), "utf-8")

    assert current_status(paths).state is JobState.DIED


def test_a_job_from_before_the_machine_started_has_no_worker_to_wait_for(paths: JobPaths) -> None:
    queued = replace(read_status(paths), moment=Moment("another boot", 1e9))
    paths.status.write_text(queued.to_json(), "utf-8")

    assert current_status(paths).state is JobState.DIED


def test_a_job_whose_worker_nobody_recorded_can_be_stopped_at_any_time(paths: JobPaths) -> None:
    assert stop_job(paths).state is JobState.STOPPED
    assert current_status(paths).state is JobState.STOPPED


@pytest.mark.parametrize("content", ["", "null", "{}", '{"state": "runn', '{"state": "runnimg"}'])
def test_a_job_whose_status_is_lost_has_died_and_says_what_to_do(
    paths: JobPaths, content: str
) -> None:
    paths.status.write_text(content, "utf-8")

    status = current_status(paths)
    assert status.state is JobState.DIED
    assert "status.json is damaged: resume it" in status.message


@pytest.mark.parametrize("state", [state for state in JobState if not state.active])
def test_a_state_at_the_end_is_not_corrected(paths: JobPaths, state: JobState) -> None:
    status = write_status(paths, JobStatus(state, "As it was."))
    record_process(paths, LONG_GONE)

    assert current_status(paths) == status
    assert stop_job(paths) == status


@pytest.mark.parametrize("state", [state for state in JobState if state.active])
def test_an_active_job_whose_worker_is_gone_died(paths: JobPaths, state: JobState) -> None:
    write_status(paths, JobStatus(state, done=7, seconds_left=30.0))
    record_process(paths, LONG_GONE)

    status = current_status(paths)

    assert (status.state, status.done, status.seconds_left) == (JobState.DIED, 7, None)


def test_a_job_whose_lock_is_held_lives_whatever_its_process_record_says(paths: JobPaths) -> None:
    status = write_status(paths, JobStatus(JobState.RUNNING))
    record_process(paths, LONG_GONE)

    with filelock.FileLock(paths.lock):
        assert current_status(paths) == status
    assert current_status(paths).state is JobState.DIED


def test_a_stranger_with_the_workers_pid_is_not_taken_for_it_and_never_signalled(
    jobs: Workspace, paths: JobPaths, tmp_path: Path
) -> None:
    stranger = start_detached(
        jobs, ["-c", "import time; time.sleep(60)"], tmp_path / "stranger.txt"
    )
    former = replace(stranger, start=stranger.start - 86_400)
    record_process(paths, WorkerRecord(former))
    write_status(paths, JobStatus(JobState.RUNNING))

    stop_job(paths)
    write_status(paths, JobStatus(JobState.STOPPING))
    stop_job(paths, at_once=True)

    assert not current_status(paths).state.active
    assert stranger.alive()
    stranger.signal_group(signal.SIGKILL)


def test_a_worker_that_ended_with_a_trace_died_of_its_last_line(paths: JobPaths) -> None:
    write_status(paths, JobStatus(JobState.RUNNING))
    record_process(paths, LONG_GONE)
    paths.log.write_text("Traceback (most recent call last):\n  …\nOSError: [Errno 28] full\n\n")

    assert current_status(paths).message == (
        "The worker ended with an error: OSError: [Errno 28] full."
        " Resume starts again from the first step."
    )


def test_waiting_for_the_end_ends_when_the_time_is_up(paths: JobPaths) -> None:
    assert wait_for_end(paths, timeout_s=0.3).state is JobState.QUEUED


def test_the_tail_of_a_log_is_its_last_lines_however_long_it_is(paths: JobPaths) -> None:
    assert log_tail(paths) == ""
    paths.log.write_bytes(b"first\n" * 100_000 + b"caf\xe9\nlast \xf0\x9f\x98\x80\n")

    assert log_tail(paths, lines=2) == "caf\ufffd\nlast 😀"
    assert len(log_tail(paths).splitlines()) == 30
