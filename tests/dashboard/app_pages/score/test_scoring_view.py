import os
from pathlib import Path

import pytest

from core.data.output.output_kind import OutputKind
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process
from core.jobs.status import JobState, JobStatus, write_status
from core.scoring.scoring_job import list_scorings, output_path
from core.workspace import Workspace
from dashboard.app_pages.score.scoring_view import scoring_view
from tests.dashboard.app_pages.score.made_scorings import ROWS, made_scoring
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, deltas, metrics, press, said


def downloads(app) -> list[str]:
    return [each.label for each in app.get("download_button")]


def test_what_came_out_is_counted_the_positive_label_first(
    draw: Draw, workspace: Workspace
) -> None:
    app = draw(scoring_view, made_scoring(workspace))

    assert said(app, "Finished")
    assert said(app, "Scored by *The* run, column text")
    assert list(metrics(app).items()) == [
        ("Rows", "6"), ("Different texts", "4"), ("Labelled “1”", "2"), ("Labelled “0”", "3"),
    ]  # fmt: skip
    assert deltas(app)["Labelled “1”"] == "40.0%"
    assert said(app, "Took 2 s, 2 different texts a second.")
    assert said(app, "Rows without a score, as their error column says: 1 with no text.")
    assert downloads(app) == ["Download the scored CSV"]


def test_of_many_classes_the_two_commonest_labels_are_told(
    draw: Draw, workspace: Workspace
) -> None:
    rows = [(n, f"text {n}", 0.6, "abbccc"[n % 6]) for n in range(12)]

    app = draw(scoring_view, made_scoring(workspace, rows=rows, classes=("a", "b", "c")))

    assert list(metrics(app).items())[2:] == [("Labelled “c”", "6"), ("Labelled “b”", "4")]
    assert not said(app, "Rows without a score")


def test_a_label_that_no_row_got_is_counted_as_none(draw: Draw, workspace: Workspace) -> None:
    app = draw(scoring_view, made_scoring(workspace, rows=ROWS[1:2]))

    assert metrics(app)["Labelled “1”"] == "0"
    assert deltas(app)["Labelled “1”"] == "0.0%"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"read": 0}, "Took 2 s."),
        ({"read": 3}, "Before a break 1 texts had been scored."),
        ({"short": 1_234}, "Rows with fewer cells than the header, filled up: 1,234."),
        ({"guarded": 7}, "stand behind an apostrophe: 7."),
        ({"replaced": 5}, "Bytes or characters that no file could take were replaced: 5."),
        (
            {"unscored": {"empty": 2, "bytes": 1}},
            "as their error column says: 2 with no text, 1 with ",
        ),
        ({"seconds": 0.0, "read": 4}, "Took 0 s, 4,000,000 different texts a second."),
    ],
)
def test_what_a_reader_of_the_file_must_know_is_said(
    draw: Draw, workspace: Workspace, changes: dict, words: str
) -> None:
    assert said(draw(scoring_view, made_scoring(workspace, **changes)), words)


@pytest.mark.parametrize("absent", ["fewer cells", "apostrophe", "replaced", "Before a break"])
def test_what_did_not_happen_is_not_said(draw: Draw, workspace: Workspace, absent: str) -> None:
    assert not said(draw(scoring_view, made_scoring(workspace)), absent)


@pytest.mark.parametrize(
    ("kind", "name"), [(OutputKind.CSV, "CSV"), (OutputKind.PARQUET, "Parquet")]
)
def test_the_file_is_offered_as_what_it_is(
    draw: Draw, workspace: Workspace, kind: OutputKind, name: str
) -> None:
    app = draw(scoring_view, made_scoring(workspace, kind=kind))

    assert downloads(app) == [f"Download the scored {name}"]


def test_a_file_written_elsewhere_is_named_and_stays_when_the_scores_are_deleted(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    target = tmp_path / "out *here*.csv"
    target.write_text("score\n", "utf-8")
    made_scoring(workspace, target=str(target))
    app = draw(lambda: [scoring_view(one) for one in list_scorings(workspace)] and None)
    assert said(app, f"The scored rows are at {target}.")
    assert said(app, f"This removes the scores from the workspace. The file at {target} stays.")
    assert downloads(app) == []

    press(app, "Delete for good")

    assert list_scorings(workspace) == []
    assert target.exists()
    assert app.session_state["notice"] == "Deleted the scores of file 1.csv."


def test_a_file_that_is_gone_is_said(draw: Draw, workspace: Workspace) -> None:
    scoring = made_scoring(workspace)
    output_path(workspace, scoring).unlink()

    app = draw(scoring_view, scoring)

    said_so = [unescaped(each.value) for each in app.warning]
    assert said_so == [f"The scored rows are no longer at {output_path(workspace, scoring)}."]
    assert downloads(app) == []


def test_damaged_figures_leave_the_file_to_be_had(draw: Draw, workspace: Workspace) -> None:
    scoring = made_scoring(workspace)
    workspace.scoring(scoring.id).result.write_text("{", "utf-8")

    app = draw(scoring_view, scoring)

    assert said(app, "Its figures are damaged; score the file again.")
    assert downloads(app) == ["Download the scored CSV"]
    assert not app.metric


def test_without_its_scores_only_the_figures_are_shown(draw: Draw, workspace: Workspace) -> None:
    scoring = made_scoring(workspace)
    workspace.scoring(scoring.id).scores.unlink()

    app = draw(scoring_view, scoring)

    assert metrics(app)["Rows"] == "6"
    assert not app.segmented_control


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({}, "Starting"),
        ({"done": 500, "total": 2_000}, "500 of 2,000 rows"),
        (
            {"done": 500, "total": 2_000, "rows_per_s": 1_250.0, "seconds_left": 75.0},
            "500 of 2,000 rows, 1,250 rows/s, 75 s left",
        ),
        (
            {"done": 500, "total": 2_000, "rows_per_s": 10.0, "seconds_left": 150.0},
            "500 of 2,000 rows, 10 rows/s, 2 min left",
        ),
    ],
)
def test_one_at_work_says_how_far_it_is(
    draw: Draw, workspace: Workspace, numbers: dict, words: str
) -> None:
    scoring = made_scoring(workspace, state=JobState.QUEUED)
    write_status(workspace.scoring(scoring.id), JobStatus(JobState.RUNNING, **numbers))

    app = draw(scoring_view, scoring)

    assert app.get("progress")[0].proto.text == words
    assert "Cancel" in buttons(app)
    assert app.get("popover")[0].proto.popover.disabled
    assert not app.metric


def test_cancel_asks_it_to_stop_and_then_offers_to_end_it(draw: Draw, workspace: Workspace) -> None:
    scoring = made_scoring(workspace, state=JobState.QUEUED)
    worker = WorkerRecord(ProcessIdentity.of(os.getpid()))
    record_process(workspace.scoring(scoring.id), worker)
    app = draw(scoring_view, scoring)

    app.get_by_key(f"cancel_{scoring.id}").click().run()

    assert not app.exception
    assert workspace.scoring(scoring.id).stop_request.exists()
    assert app.get_by_key(f"end_{scoring.id}").label == "End at once"


@pytest.mark.parametrize("state", [JobState.STOPPED, JobState.FAILED, JobState.DIED])
def test_one_that_ended_early_says_why_and_can_be_resumed(
    draw: Draw, workspace: Workspace, state: JobState
) -> None:
    app = draw(scoring_view, made_scoring(workspace, state=state, message="No *room*."))

    assert said(app, state.value.capitalize())
    assert said(app, "No *room*.")
    assert "Resume" in buttons(app)
    assert not app.metric


def test_one_whose_rows_are_gone_cannot_be_resumed_and_says_so(
    draw: Draw, workspace: Workspace
) -> None:
    scoring = made_scoring(workspace, state=JobState.STOPPED)
    workspace.scoring(scoring.id).input.unlink()
    app = draw(scoring_view, scoring)

    press(app, "Resume")

    assert "score the file again" in unescaped(app.error[0].value)
    assert "Resume" in buttons(app)
