import csv
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.output.output_kind import OutputKind
from core.data.reading.formats import FileFormat, FileKind
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, NotFound, never_stop
from core.jobs.launcher import current_status, log_tail, stop_job, wait_for_end
from core.jobs.process import recorded_process
from core.jobs.status import JobState, StatusWriter, read_status, write_status
from core.maintenance.deletion import delete_run
from core.runs.run import Run
from core.scoring.launch import resume_scoring, start_scoring
from core.scoring.prediction_cache import CACHED_PREDICTION
from core.scoring.scored_file import score_file
from core.scoring.scorer import load_scorer
from core.scoring.scoring_job import (
    Scoring,
    create_scoring,
    find_scoring,
    list_scorings,
    output_path,
    read_scoring_result,
    work_on_scoring,
)
from core.workspace import ScoringPaths, Workspace
from tests.core.scoring.scored import TEXT
from tests.messages import assert_one_sentence
from tests.toy import wait_until
from tests.trained_copies import copied_run

MARK = "0.123456"


def created(workspace: Workspace, run: Run, folder: Path, rows: int, **settings: object) -> Scoring:
    source = folder / "in.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text"], *[[f"a cat {n}"] for n in range(rows)]])
    settings.setdefault("text_recipe", TEXT)
    return create_scoring(workspace, run, source, file_name="My file.csv", **settings)


def finished(workspace: Workspace, scoring: Scoring) -> ScoringPaths:
    paths = workspace.scoring(scoring.id)
    status = wait_for_end(paths, timeout_s=120)
    assert status.state is JobState.FINISHED, f"{status}\n{log_tail(paths)}"
    return paths


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.fixture
def run(toy_workspace: Workspace, toy_run: Run, workspace: Workspace) -> Run:
    """The toy run in a workspace of this test's own."""
    return copied_run(toy_workspace, toy_run, workspace)


def test_a_scoring_is_queued_with_a_copy_of_its_file(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 2)
    paths = workspace.scoring(scoring.id)
    assert read_status(paths).state is JobState.QUEUED
    assert paths.input.read_bytes() == (tmp_path / "in.csv").read_bytes()
    assert find_scoring(workspace, scoring.id) == scoring == list_scorings(workspace)[0]
    assert read_scoring_result(workspace, scoring) is None
    assert (scoring.format.kind, scoring.format.encoding) == (FileKind.CSV, "utf-8")
    assert list((workspace.root / "staging").iterdir()) == []


@pytest.mark.slow
def test_a_worker_scores_it_and_leaves_only_what_is_needed(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 50)
    start_scoring(workspace, scoring.id)
    paths = finished(workspace, scoring)

    result = read_scoring_result(workspace, scoring)
    assert (result.rows, result.scored, result.texts) == (50, 50, 50)
    output = output_path(workspace, scoring)
    assert output == paths.output(".csv")
    assert rows_of(output)[0] == ["text", "score", "label", "calibrated", "error"]
    assert pq.read_table(paths.scores)["text"].to_pylist() == [f"a cat {n}" for n in range(50)]
    assert {path.name for path in paths.folder.iterdir()} - {"job.lock"} == {
        "job.json", "status.json", "process.json", "log.txt", "output.csv", "scores.parquet",
        "result.json",
    }  # fmt: skip
    status = read_status(paths)
    assert (status.done, status.total, status.seconds_left) == (50, 50, 0.0)


def kept_texts(paths: ScoringPaths) -> int:
    """How many predictions the worker has kept so far."""
    if not paths.prediction_cache.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{paths.prediction_cache}?mode=ro", uri=True)) as rows:
            return rows.execute("SELECT count(*) FROM predictions").fetchone()[0]
    except sqlite3.OperationalError:  # The worker is making it.
        return 0


@pytest.mark.slow
def test_a_worker_that_is_killed_died_of_it_and_goes_on_from_what_was_scored(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    undisturbed = created(workspace, run, tmp_path, 8_000)
    disturbed = created(workspace, run, tmp_path, 8_000, target=str(tmp_path / "there.csv"))
    start_scoring(workspace, disturbed.id)
    paths = workspace.scoring(disturbed.id)
    wait_until(lambda: kept_texts(paths), timeout_s=120)
    os.kill(recorded_process(paths).pid, signal.SIGKILL)
    wait_until(lambda: not current_status(paths).state.active)

    status = current_status(paths)
    assert (status.state, status.message) == (
        JobState.DIED,
        "Its process was ended from outside (SIGKILL). Resume goes on from what was scored.",
    )
    assert not (tmp_path / "there.csv").exists()
    kept = mark_what_is_kept(paths)
    assert 0 < kept < 8_000

    resume_scoring(workspace, disturbed.id)
    finished(workspace, disturbed)
    worked(workspace, undisturbed)
    wanted = rows_of(output_path(workspace, undisturbed))
    found = rows_of(tmp_path / "there.csv")
    assert [row[0] for row in found] == [row[0] for row in wanted]
    marked = [row[3] == MARK for row in found[1:]]
    assert sum(marked) == kept
    for row, same, is_marked in zip(found[1:], wanted[1:], marked, strict=True):
        assert float(row[1]) == pytest.approx(float(same[1]), abs=2e-5)
        assert is_marked or float(row[3]) == pytest.approx(float(same[3]), abs=2e-5)
    result = read_scoring_result(workspace, disturbed)
    assert (result.rows, result.scored, result.texts) == (8_000, 8_000, 8_000)
    assert [path.name for path in tmp_path.glob(".*")] == []
    assert not paths.prediction_cache.exists()
    assert list(paths.folder.glob(".*")) == []


def mark_what_is_kept(paths: ScoringPaths) -> int:
    """Give kept predictions a calibrated score that no model gives, to know them in the output."""
    with closing(sqlite3.connect(paths.prediction_cache)) as rows, rows:
        found = rows.execute("SELECT key, prediction FROM predictions").fetchall()
        for key, reading in found:
            changed = np.frombuffer(reading, CACHED_PREDICTION).copy()
            changed["calibrated"] = float(MARK)
            rows.execute(
                "UPDATE predictions SET prediction = ? WHERE key = ?", [changed.tobytes(), key]
            )
    return len(found)


@pytest.mark.slow
def test_one_that_is_stopped_keeps_what_it_has_scored_and_writes_nothing(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 100_000)
    start_scoring(workspace, scoring.id)
    paths = workspace.scoring(scoring.id)
    wait_until(lambda: kept_texts(paths), timeout_s=120)
    stop_job(paths)
    status = wait_for_end(paths, timeout_s=120)

    assert (status.state, status.message) == (
        JobState.STOPPED, "Stopped on request. Resume goes on from what was scored.",
    )  # fmt: skip
    assert kept_texts(paths) > 0
    assert not output_path(workspace, scoring).exists()
    assert not paths.scores.exists()
    assert list(paths.folder.glob(".*")) == []
    assert read_scoring_result(workspace, scoring) is None


def worked(workspace: Workspace, scoring: Scoring, *, stop: bool = False) -> str | None:
    """What the worker's function gives in this process."""
    status = StatusWriter(workspace.scoring(scoring.id))
    return work_on_scoring(workspace, scoring, status, (lambda: True) if stop else never_stop)


def test_rows_go_where_somebody_wants_them_in_the_kind_they_want(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / "there.parquet"
    scoring = created(workspace, run, tmp_path, 3, output=OutputKind.PARQUET, target=str(target))
    assert worked(workspace, scoring) is None
    assert output_path(workspace, scoring) == target
    assert pq.read_table(target).schema.names == ["text", "score", "label", "calibrated", "error"]
    assert not list(workspace.scoring(scoring.id).folder.glob("output*"))


def test_a_file_is_read_as_somebody_said(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_bytes(b"a cat|caf\xe9\na dog|b\n")
    format = FileFormat(FileKind.CSV, "cp1252", "|", has_header=False)
    scoring = create_scoring(
        workspace,
        run,
        source,
        file_name="in.txt",
        text_recipe=TextRecipe(("column 1",)),
        format=format,
    )
    assert find_scoring(workspace, scoring.id).format == format
    worked(workspace, scoring)
    lines = output_path(workspace, scoring).read_text("cp1252").splitlines()
    assert lines[0] == "column 1|column 2|score|label|calibrated|error"
    assert lines[1].startswith("a cat|café|0.")


def test_one_that_ended_just_before_it_could_say_so_has_finished(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 3)
    paths = workspace.scoring(scoring.id)
    source = paths.input.read_bytes()
    worked(workspace, scoring)
    before = output_path(workspace, scoring).stat()
    paths.input.write_bytes(source)
    paths.prediction_cache.write_bytes(b"left over")
    write_status(paths, replace(read_status(paths), state=JobState.QUEUED))

    assert worked(workspace, scoring) is None
    assert not paths.input.exists()
    assert not paths.prediction_cache.exists()
    assert output_path(workspace, scoring).stat() == before
    assert read_status(paths).state is JobState.RUNNING


def test_a_stop_before_the_first_row_says_so(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 3)
    assert worked(workspace, scoring, stop=True) == "Stopped on request."
    assert workspace.scoring(scoring.id).input.exists()


@pytest.mark.slow
def test_a_run_that_was_deleted_in_between_is_said_and_the_job_failed(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 3)
    paths = workspace.scoring(scoring.id)
    assert worked(workspace, scoring, stop=True)
    write_status(paths, replace(read_status(paths), state=JobState.STOPPED))
    delete_run(workspace, run)

    resume_scoring(workspace, scoring.id)
    status = wait_for_end(paths, timeout_s=60)
    assert status.state is JobState.FAILED
    assert status.message.startswith(f"Expected the run {run.name!r}, which was to score ")
    assert not output_path(workspace, scoring).exists()


def test_a_run_that_was_trained_further_in_between_scores_all_texts_anew(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 3)
    paths = workspace.scoring(scoring.id)
    run_paths = workspace.run(run.id)
    result = json.loads(run_paths.result.read_text("utf-8"))
    step = result["best_step"]
    score_file(
        load_scorer(workspace, run),
        paths.input,
        tmp_path / "first.csv",
        store=paths.prediction_cache,
    )
    assert mark_what_is_kept(paths) == 3
    shutil.copytree(run_paths.model(step), run_paths.model(step + 1))
    run_paths.result.write_text(json.dumps({**result, "best_step": step + 1}), "utf-8")

    worked(workspace, scoring)
    found = rows_of(output_path(workspace, scoring))
    assert found == rows_of(tmp_path / "first.csv")
    assert MARK not in [row[3] for row in found]


def test_a_column_that_is_not_there_leaves_nothing(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="choose one of these"):
        created(workspace, run, tmp_path, 2, text_recipe=TextRecipe(("body",)))
    assert list_scorings(workspace) == []


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (lambda folder: "out.csv", "'out.csv'"),
        (lambda folder: str(folder / "gone" / "out.csv"), "no such folder"),
        (str, "a folder of that name"),
        (lambda folder: str(folder / "in.csv"), "a name that is free .* a file at"),
        (lambda folder: str(folder / "." / ".." / folder.name / "in.csv"), "a file at"),
    ],
)
def test_a_place_that_will_not_do_is_said_at_once(
    workspace: Workspace, run: Run, tmp_path: Path, target: Callable[[Path], str], found: str
) -> None:
    with pytest.raises(BadInput, match=found) as caught:
        created(workspace, run, tmp_path, 2, target=target(tmp_path))
    assert_one_sentence(caught.value)
    assert list_scorings(workspace) == []


def test_no_file_of_the_workspace_can_be_the_place(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(workspace.root, target_is_directory=True)
    for target in (workspace.labels, tmp_path / "link" / "labels.sqlite"):
        with pytest.raises(BadInput, match="a path outside the workspace") as caught:
            created(workspace, run, tmp_path, 2, target=str(target))
        assert_one_sentence(caught.value)
    assert list_scorings(workspace) == []


def test_another_run_that_has_the_id_now_does_not_answer_in_its_place(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 2)
    description = workspace.run(run.id).description
    values = json.loads(description.read_text("utf-8"))
    description.write_text(json.dumps({**values, "created": "2030-01-01T00:00:00+00:00"}), "utf-8")

    with pytest.raises(NotFound, match="that it was deleted") as caught:
        worked(workspace, scoring)
    assert_one_sentence(caught.value)
    assert not output_path(workspace, scoring).exists()


def test_an_unknown_id_is_said(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        find_scoring(workspace, "nothing")


def test_one_of_an_earlier_version_is_left_out(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    scoring = created(workspace, run, tmp_path, 2)
    description = workspace.scoring(scoring.id).description
    values = json.loads(description.read_text("utf-8"))
    del values["format"]
    description.write_text(json.dumps({**values, "encoding": "utf-8"}), "utf-8")
    assert list_scorings(workspace) == []
