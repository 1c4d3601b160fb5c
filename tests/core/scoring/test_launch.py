import csv
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import JobError, NotFound
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.scoring.launch import resume_scoring, start_scoring
from core.scoring.scoring_job import Scoring, create_scoring, read_scoring_result
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence
from tests.trained_copies import copied_run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return toy.write_csv(tmp_path / "in.csv", [(f"a cat {n}",) for n in range(20)], ("text",))


@pytest.fixture
def scoring(jobs: Workspace, source: Path) -> Scoring:
    """A scoring by a run that has no model."""
    dataset: Dataset = toy.import_rows(jobs, toy.make_rows(60))
    run = create_run(jobs, dataset, TrainConfig())
    return create_scoring(jobs, run, source, file_name="in.csv")


def put(workspace: Workspace, scoring: Scoring, state: JobState) -> None:
    write_status(workspace.scoring(scoring.id), JobStatus(state))


def test_a_file_is_scored_by_a_worker_of_its_own(
    toy_workspace: Workspace, toy_run: Run, jobs: Workspace, source: Path
) -> None:
    run = copied_run(toy_workspace, toy_run, jobs)
    scoring = create_scoring(jobs, run, source, file_name="in.csv")

    start_scoring(jobs, scoring.id)

    status = wait_for_end(jobs.scoring(scoring.id), timeout_s=120)
    assert status.state is JobState.FINISHED
    result = read_scoring_result(jobs, scoring)
    assert (result.rows, result.texts) == (20, 20)
    with jobs.scoring(scoring.id).output(".csv").open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 21
    with pytest.raises(JobError, match="is finished: score the file again") as caught:
        resume_scoring(jobs, scoring.id)
    assert_one_sentence(caught.value)


def test_what_cannot_be_done_fails_with_a_sentence_and_may_be_tried_again(
    jobs: Workspace, scoring: Scoring
) -> None:
    for again in (start_scoring, resume_scoring):
        again(jobs, scoring.id)
        status = wait_for_end(jobs.scoring(scoring.id), timeout_s=120)

        assert status.state is JobState.FAILED
        assert status.message.startswith("Expected ")


def test_a_scoring_that_nobody_made_cannot_be_resumed(jobs: Workspace) -> None:
    with pytest.raises(NotFound, match="the id of a scoring, but found 'none'") as caught:
        resume_scoring(jobs, "none")
    assert_one_sentence(caught.value)


def test_a_scoring_that_waits_is_not_started_twice(jobs: Workspace, scoring: Scoring) -> None:
    with pytest.raises(JobError, match="is queued: wait for its end or stop it first"):
        resume_scoring(jobs, scoring.id)


def test_without_its_copy_of_the_file_there_is_nothing_to_resume(
    jobs: Workspace, scoring: Scoring
) -> None:
    put(jobs, scoring, JobState.STOPPED)
    jobs.scoring(scoring.id).input.unlink()

    with pytest.raises(NotFound, match="the scoring's own copy of the file") as caught:
        resume_scoring(jobs, scoring.id)

    assert_one_sentence(caught.value)
    assert replace(read_status(jobs.scoring(scoring.id)), updated="", since="") == JobStatus(
        JobState.STOPPED
    )
