import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from core.data.dataset import Dataset
from core.errors import JobError, NotFound
from core.jobs.launcher import current_status, stop_job, wait_for_end
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process, recorded_process
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.runs.run import Run, create_run, list_runs, rename_run
from core.scoring.launch import resume_scoring
from core.scoring.scoring_job import create_scoring
from core.training.launch import resume_training, start_training
from core.workspace import RunPaths, ScoringPaths, Workspace
from tests import toy
from tests.core.small_disk import PROJECT
from tests.messages import assert_one_sentence
from tests.toy import wait_until

RACE = """
import sys
from dataclasses import replace
from pathlib import Path
from core.data.dataset import list_datasets
from core.errors import SincerelyError
from core.training.launch import resume_training, start_training
from core.scoring.launch import resume_scoring
from core.runs.run import find_run
from core.workspace import Workspace
from tests import toy

workspace = Workspace(Path(sys.argv[1]))
resume = lambda: resume_training(workspace, find_run(workspace, "mine"))
start = lambda: start_training(
    workspace, list_datasets(workspace)[0], toy.recipe(Path(sys.argv[2])), name="Mine"
)
what = {"resume": resume, "start": start}.get(
    sys.argv[3], lambda: resume_scoring(workspace, sys.argv[3])
)
print("ready", flush=True)
sys.stdin.readline()
try:
    print("started", getattr(what(), "id", None))
except SincerelyError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def dataset(jobs: Workspace) -> Dataset:
    return toy.import_rows(jobs, toy.make_rows(120))


@pytest.fixture
def run(jobs: Workspace, dataset: Dataset, toy_encoder: Path) -> Run:
    """A run that was stopped before it began."""
    run = create_run(jobs, dataset, toy.recipe(toy_encoder), name="Mine")
    paths = jobs.run(run.id)
    paths.stop_request.touch()
    write_status(paths, JobStatus(JobState.STOPPED, "Stopped.", epochs=2, seconds_left=3.0))
    return run


@pytest.fixture
def paths(jobs: Workspace, run: Run) -> RunPaths:
    return jobs.run(run.id)


@pytest.fixture
def busy(jobs: Workspace) -> filelock.FileLock:
    """Holds the CPU, so that workers wait and load no TensorFlow."""
    lock = filelock.FileLock(jobs.device_lock("cpu"))
    jobs.device_lock("cpu").parent.mkdir(parents=True, exist_ok=True)
    with lock:
        yield lock


def race(workspace: Workspace, encoder: Path, what: str) -> list[str]:
    """What two processes say that start or resume a run at the same time."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(workspace.root), str(encoder), what],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        )
        for _ in range(2)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return sorted(racer.communicate(timeout=60)[0] for racer in racers)


@pytest.mark.usefixtures("busy", "run")
def test_of_two_processes_that_resume_one_run_one_wins_and_the_other_is_told(
    jobs: Workspace, paths: RunPaths, toy_encoder: Path
) -> None:
    loser, winner = race(jobs, toy_encoder, "resume")

    assert winner == "started mine\n"
    assert loser.startswith("JobError Expected a run that was stopped, failed or died, but found ")
    assert "that 'Mine' is queued: wait for its end or stop it first.\n" in loser
    worker = recorded_process(paths)
    wait_until(lambda: read_status(paths).message.startswith("Waiting for "))
    assert recorded_process(paths) == worker
    assert worker.alive()
    assert not paths.stop_request.exists()


@pytest.mark.usefixtures("busy")
def test_of_two_processes_that_start_a_run_of_one_name_one_wins_and_nothing_of_the_other_stays(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    loser, winner = race(jobs, toy_encoder, "start")

    assert winner == "started mine\n"
    assert loser.startswith("AlreadyExists Expected a run name that is free, but found a run")
    assert [run.id for run in list_runs(jobs)] == ["mine"]
    assert [path.name for path in jobs.runs.iterdir()] == ["mine"]
    assert list((jobs.root / "staging").iterdir()) == []
    assert recorded_process(jobs.run("mine")).alive()


@pytest.mark.usefixtures("busy")
def test_a_double_click_starts_one_training(
    jobs: Workspace, dataset: Dataset, toy_encoder: Path
) -> None:
    config = toy.recipe(toy_encoder)
    first, again = (start_training(jobs, dataset, config, request="form-1") for _ in range(2))
    other = start_training(jobs, dataset, config, request="form-2")

    assert first == again != other
    assert {run.id for run in list_runs(jobs)} == {first.id, other.id}


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("state", [JobState.STOPPED, JobState.FAILED, JobState.DIED])
def test_a_run_that_ended_early_is_taken_up_again_and_again(
    jobs: Workspace, run: Run, paths: RunPaths, state: JobState
) -> None:
    write_status(paths, JobStatus(state, "Ended.", epochs=2, done=7, seconds_left=3.0))
    renamed = rename_run(jobs, run, "Other")

    assert resume_training(jobs, run) == renamed

    status = current_status(paths)
    assert (status.state, status.done, status.epochs) == (JobState.QUEUED, 7, 2)
    assert status.seconds_left is None
    stop_job(paths)
    assert wait_for_end(paths, timeout_s=30).state is JobState.STOPPED


@pytest.mark.usefixtures("busy")
def test_a_run_whose_worker_was_killed_is_resumed_without_another_look_at_it_before(
    jobs: Workspace, run: Run, paths: RunPaths
) -> None:
    resume_training(jobs, run)
    wait_until(lambda: read_status(paths).message.startswith("Waiting for "))
    worker = recorded_process(paths)
    worker.signal_group(signal.SIGKILL)
    wait_until(lambda: not worker.alive())
    assert read_status(paths).state is JobState.QUEUED

    wait_until(lambda: not current_status(paths).state.active)
    resume_training(jobs, run)

    assert recorded_process(paths).alive()
    assert recorded_process(paths) != worker


@pytest.mark.usefixtures("busy")
def test_a_run_of_before_the_machines_restart_says_so_and_is_resumed(
    jobs: Workspace, run: Run, paths: RunPaths
) -> None:
    write_status(paths, JobStatus(JobState.RUNNING, done=7))
    # Its pid is in use again.
    own = ProcessIdentity.of(os.getpid())
    record_process(paths, WorkerRecord(replace(own, boot="11111111-2222-3333-4444-555555555555")))
    paths.stop_request.unlink()

    assert current_status(paths).message == (
        "The machine restarted while it was at work. Resume starts again from the first step."
    )
    resume_training(jobs, run)

    assert current_status(paths).state is JobState.QUEUED
    assert recorded_process(paths).alive()


def test_a_run_that_has_finished_is_not_resumed(jobs: Workspace, run: Run, paths: RunPaths) -> None:
    status = write_status(paths, JobStatus(JobState.FINISHED))

    with pytest.raises(JobError, match="is finished: start a new training") as refusal:
        resume_training(jobs, run)

    assert_one_sentence(refusal.value)
    assert read_status(paths) == status


@pytest.mark.parametrize("state", [state for state in JobState if state.active])
def test_a_run_that_is_active_is_not_resumed(
    jobs: Workspace, run: Run, paths: RunPaths, state: JobState
) -> None:
    write_status(paths, JobStatus(state))

    with filelock.FileLock(paths.lock), pytest.raises(JobError, match="stop it first") as refusal:
        resume_training(jobs, run)

    assert_one_sentence(refusal.value)


def test_a_run_that_was_deleted_is_not_resumed(
    jobs: Workspace, run: Run, paths: RunPaths, tmp_path: Path
) -> None:
    paths.folder.rename(tmp_path / "gone")

    with pytest.raises(NotFound):
        resume_training(jobs, run)

    assert list(jobs.runs.iterdir()) == []


@pytest.fixture
def scoring(jobs: Workspace, run: Run) -> ScoringPaths:
    """A scoring by a run that has kept no model: its worker ends at once."""
    source = toy.write_csv(jobs.root / "in.csv", [("a cat",)], ("text",))
    made = create_scoring(jobs, run, source, file_name="in.csv")
    return jobs.scoring(made.id)


def test_a_scoring_that_ended_early_is_taken_up_again(
    jobs: Workspace, scoring: ScoringPaths
) -> None:
    status = JobStatus(JobState.STOPPED, "Ended.", done=7, seconds_left=3.0, rows_per_s=2.0)
    write_status(scoring, status)
    scoring.stop_request.touch()

    resume_scoring(jobs, scoring.folder.name)

    assert recorded_process(scoring) is not None
    assert not scoring.stop_request.exists()
    ended = wait_for_end(scoring, timeout_s=60)
    assert (ended.state, ended.done, ended.seconds_left) == (JobState.FAILED, 7, None)
    assert ended.message.startswith("Expected a run with a trained model, but found none in 'Mine'")


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.FINISHED])
def test_a_scoring_that_is_active_or_has_finished_is_not_resumed(
    jobs: Workspace, scoring: ScoringPaths, state: JobState
) -> None:
    before = write_status(scoring, JobStatus(state))
    with pytest.raises(JobError, match=f"that this one is {state.value}") as caught:
        resume_scoring(jobs, scoring.folder.name)
    assert_one_sentence(caught.value)
    assert read_status(scoring) == before
    assert recorded_process(scoring) is None


def test_a_scoring_without_its_file_or_that_is_none_is_said(
    jobs: Workspace, scoring: ScoringPaths
) -> None:
    before = write_status(scoring, JobStatus(JobState.DIED))
    scoring.input.unlink()
    for name in (scoring.folder.name, "nothing"):
        with pytest.raises(NotFound, match="score the file again") as caught:
            resume_scoring(jobs, name)
        assert_one_sentence(caught.value)
    assert read_status(scoring) == before
    assert not jobs.scoring("nothing").folder.exists()


def test_of_two_processes_that_resume_one_scoring_one_wins_and_the_other_is_told(
    jobs: Workspace, scoring: ScoringPaths, toy_encoder: Path
) -> None:
    write_status(scoring, JobStatus(JobState.DIED))
    # Nobody ends the one that wins before the other has looked.
    with filelock.FileLock(scoring.lock):
        loser, winner = race(jobs, toy_encoder, scoring.folder.name)
    assert winner == "started None\n"
    assert loser.startswith("JobError Expected a scoring that was stopped, failed or died, but ")
