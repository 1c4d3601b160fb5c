import json
from pathlib import Path

import filelock
import pytest

from core.errors import JobError, NotFound
from core.jobs.launcher import current_status
from core.jobs.process import ProcessIdentity, WorkerRecord, kill, record_process, start_detached
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import list_tasks
from core.maintenance.deletion import delete_run, delete_scoring, what_is_lost
from core.records import to_json
from core.runs.config import TrainConfig
from core.runs.notes import write_notes
from core.runs.run import Run, create_run, list_runs, read_examples
from core.serving.scorer_process import Service, running_scorer, stop_scorer
from core.workspace import JobPaths, Workspace
from tests import toy
from tests.messages import assert_one_sentence


@pytest.fixture
def run(jobs: Workspace) -> Run:
    """A run that has ended."""
    dataset = toy.import_rows(jobs, toy.make_rows(60))
    run = create_run(jobs, dataset, TrainConfig(), name="Mine")
    write_status(jobs.run(run.id), JobStatus(JobState.FINISHED))
    return run


def test_what_is_lost_is_said_in_one_sentence(jobs: Workspace, run: Run) -> None:
    assert what_is_lost(jobs, run).startswith(
        "Deleting 'Mine' loses its settings and its copy of the rows: "
    )
    paths = jobs.run(run.id)
    for folder in (paths.model(7), paths.checkpoints / "step-7", paths.checkpoints / "step-9"):
        folder.mkdir(parents=True)
    (paths.model(7) / "model.keras").write_bytes(bytes(90_000_000))
    paths.predictions.touch()
    paths.metrics.touch()
    write_notes(jobs, run, "Keep.")

    assert what_is_lost(jobs, run) == (
        "Deleting 'Mine' loses its model, 2 checkpoints, its predictions, its curves, its notes"
        " and its settings and its copy of the rows: 90 MB."
    )


def test_a_deleted_run_is_gone_and_its_name_is_free(jobs: Workspace, run: Run) -> None:
    other = create_run(jobs, toy.import_rows(jobs, toy.make_rows(60)), TrainConfig(), name="Other")

    delete_run(jobs, run)

    assert list_runs(jobs) == [other]
    assert [path.name for path in jobs.runs.iterdir()] == ["other"]
    assert list((jobs.root / "staging").iterdir()) == []
    assert len(read_examples(jobs, other, "train").rows) == 48
    with pytest.raises(NotFound):
        delete_run(jobs, run)
    dataset = toy.import_rows(jobs, toy.make_rows(60))
    assert create_run(jobs, dataset, TrainConfig(), name="Mine").id == run.id


@pytest.mark.parametrize("state", [state for state in JobState if state.active])
def test_an_active_run_is_not_deleted(jobs: Workspace, run: Run, state: JobState) -> None:
    write_status(jobs.run(run.id), JobStatus(state))

    with filelock.FileLock(jobs.run(run.id).lock), pytest.raises(JobError) as refusal:
        delete_run(jobs, run)

    assert_one_sentence(refusal.value)
    assert list_runs(jobs) == [run]


@pytest.fixture
def sleeper(jobs: Workspace, tmp_path: Path) -> ProcessIdentity:
    process = start_detached(jobs, ["-c", "import time; time.sleep(60)"], tmp_path / "log.txt")
    yield process
    kill(process)


def test_its_scorer_ends_first(jobs: Workspace, run: Run, sleeper: ProcessIdentity) -> None:
    paths = jobs.service(run.id)
    at_work(paths, {}, sleeper)
    paths.address.write_text(to_json(Service(1)), "utf-8")
    assert running_scorer(jobs, run) == Service(1)

    # The sleeper hears no request to stop, so it is ended.
    stop_scorer(jobs, run, timeout_s=0.2)
    delete_run(jobs, run)

    assert not sleeper.alive()
    assert not paths.folder.exists()
    assert list_runs(jobs) == []


def at_work(paths: JobPaths, description: dict[str, object], worker: ProcessIdentity) -> None:
    paths.folder.mkdir(parents=True)
    paths.description.write_text(json.dumps(description))
    write_status(paths, JobStatus(JobState.RUNNING))
    record_process(paths, WorkerRecord(worker))


def test_a_run_that_is_scoring_a_file_or_drawing_a_map_is_not_deleted(
    jobs: Workspace, run: Run, sleeper: ProcessIdentity
) -> None:
    task = {
        "id": "a-map", "kind": JobKind.MAP.value, "title": "Map", "created": "2026-01-01",
        "arguments": {"run": run.id},
    }  # fmt: skip
    at_work(jobs.scoring("a-scoring"), {"run_id": run.id}, sleeper)
    at_work(jobs.scoring("another"), {"run_id": "other"}, sleeper)
    for _ in range(2):
        with pytest.raises(JobError, match="a scoring or map at work with 'Mine'") as refusal:
            delete_run(jobs, run)
        assert_one_sentence(refusal.value)
        write_status(jobs.scoring("a-scoring"), JobStatus(JobState.FINISHED))
        if not list_tasks(jobs):
            at_work(jobs.task("a-map"), task, sleeper)
    write_status(jobs.task("a-map"), JobStatus(JobState.STOPPED))

    delete_run(jobs, run)

    assert list_runs(jobs) == []
    assert current_status(jobs.scoring("another")).state is JobState.RUNNING


def test_a_scored_file_is_deleted_once_it_has_ended_and_twice_does_no_harm(
    jobs: Workspace, run: Run, sleeper: ProcessIdentity
) -> None:
    paths = jobs.scoring("a-scoring")
    at_work(paths, {"run_id": run.id}, sleeper)
    with pytest.raises(JobError, match="a scoring that has ended, but found that it is running"):
        delete_scoring(jobs, "a-scoring")
    assert paths.folder.exists()

    write_status(paths, JobStatus(JobState.FINISHED))
    for _ in range(2):
        delete_scoring(jobs, "a-scoring")
        assert not paths.folder.exists()
    assert list((jobs.root / "staging").iterdir()) == []
