import csv
from pathlib import Path

import pytest

from core.errors import BadInput, NotFound
from core.jobs.launcher import start_worker, stop_job, wait_for_end
from core.runs.run import Run
from core.runs.status import JobState, read_status
from core.scoring.scoring import (
    Scoring,
    create_scoring,
    find_scoring,
    list_scorings,
    read_scoring_result,
)
from core.workspace import Workspace


def created(
    workspace: Workspace, run: Run, folder: Path, rows: int, text_column: str = "text"
) -> Scoring:
    source = folder / "in.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text"], *[[f"a cat {n}"] for n in range(rows)]])
    return create_scoring(workspace, run, source, file_name="My file.csv", text_column=text_column)


def test_a_scoring_is_queued_with_a_copy_of_its_file(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    scoring = created(toy_workspace, toy_run, tmp_path, 2)
    paths = toy_workspace.scoring(scoring.id)
    assert read_status(paths).state is JobState.QUEUED
    assert paths.input.read_bytes() == (tmp_path / "in.csv").read_bytes()
    assert find_scoring(toy_workspace, scoring.id) == scoring == list_scorings(toy_workspace)[0]
    assert read_scoring_result(toy_workspace, scoring) is None


def test_a_worker_scores_it_and_another_can_be_stopped(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    small = created(toy_workspace, toy_run, tmp_path, 50)
    large = created(toy_workspace, toy_run, tmp_path, 400_000)
    for scoring in (small, large):
        paths = toy_workspace.scoring(scoring.id)
        start_worker(toy_workspace, paths, ["-m", "core", "score", "--job", scoring.id])
    done = toy_workspace.scoring(small.id)
    assert wait_for_end(done, timeout_s=120).state is JobState.FINISHED
    assert read_scoring_result(toy_workspace, small).rows == 50
    assert done.output.read_text("utf-8").splitlines()[0] == "text,score,label"

    stopped = toy_workspace.scoring(large.id)
    stop_job(stopped)
    assert wait_for_end(stopped, timeout_s=120).state is JobState.STOPPED
    assert not stopped.output.exists()
    assert not list(stopped.folder.glob("*.part"))
    assert read_scoring_result(toy_workspace, large) is None


def test_a_column_that_is_not_there_leaves_nothing(
    toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    before = list_scorings(toy_workspace)
    with pytest.raises(BadInput, match="choose one of these"):
        created(toy_workspace, toy_run, tmp_path, 2, text_column="body")
    assert list_scorings(toy_workspace) == before


def test_an_unknown_id_is_said(toy_workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        find_scoring(toy_workspace, "nothing")
