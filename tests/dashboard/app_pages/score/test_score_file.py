from pathlib import Path

import pytest

from core.runs.run import Run
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.scoring_job import list_scorings
from core.workspace import Workspace
from dashboard.app_pages.score.score_file import score_file_form
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, field
from tests.made_answers import answered_run


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(60)))


def with_path(draw: Draw, run: Run, path: Path):
    app = draw(score_file_form, run)
    app.segmented_control[0].set_value("Path on this machine").run()
    app.text_input[0].set_value(str(path)).run()
    assert not app.exception
    return app


def test_the_likeliest_column_is_proposed_and_each_name_once(
    draw: Draw, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,n,comment,n\n1,2,a longer text here,3\n", "utf-8")

    app = with_path(draw, run, path)

    column = field(app.selectbox, "Text column")
    assert (column.value, column.options) == ("comment", ["id", "n", "comment"])
    assert field(app.selectbox, "Written as").options == [kind.label for kind in SCORED_KINDS]
    assert not button(app, "Score the file").disabled


@pytest.mark.parametrize(("content", "words"), [(None, "nothing at"), (b"", "an empty file")])
def test_a_file_that_cannot_be_read_is_one_sentence(
    draw: Draw, workspace: Workspace, run: Run, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "some.csv"
    if content is not None:
        path.write_bytes(content)

    app = with_path(draw, run, path)

    assert [words in unescaped(each.value) for each in app.error] == [True]
    assert not app.button
    assert list_scorings(workspace) == []


def test_a_path_to_write_must_be_named_first_and_end_as_a_kind_that_is_written(
    draw: Draw, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text\na cat\n", "utf-8")
    app = with_path(draw, run, path)
    field(app.segmented_control, "Scored rows").set_value("Write to a path").run()
    assert button(app, "Score the file").disabled

    field(app.text_input, "Path to write").set_value("/tmp/out.xlsx").run()

    assert "a file to write that ends in .csv" in unescaped(app.error[0].value)
    assert not [each for each in app.button if each.label == "Score the file"]


def test_a_target_inside_the_workspace_is_refused_and_nothing_is_kept(
    draw: Draw, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text\na cat\n", "utf-8")
    app = with_path(draw, run, path)
    field(app.segmented_control, "Scored rows").set_value("Write to a path").run()
    target = workspace.root / "out.csv"
    field(app.text_input, "Path to write").set_value(str(target)).run()

    button(app, "Score the file").click().run()

    assert not app.exception
    assert "a path outside the workspace" in unescaped(app.error[0].value)
    assert list_scorings(workspace) == []
