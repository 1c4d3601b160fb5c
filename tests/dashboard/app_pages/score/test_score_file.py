from pathlib import Path

import pytest

from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.text_recipe import TextRecipe
from core.jobs.launcher import stop_job
from core.runs.run import Run
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.scoring_job import list_scorings
from core.workspace import Workspace
from dashboard.app_pages.score.score_file import score_file_form
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, field, said
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


def test_the_likeliest_column_is_proposed_among_those_whose_name_occurs_once(
    draw: Draw, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,n,comment,n\n1,2,a longer text here,3\n", "utf-8")

    app = with_path(draw, run, path)

    column = field(app.multiselect, "Text columns")
    assert (column.value, column.options) == (["comment"], ["id", "comment"])
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


@pytest.fixture
def news_run(workspace: Workspace, tmp_path: Path) -> Run:
    """A run that learned from titles and bodies."""
    rows = [(*text.split(" ", 1), label) for text, label in toy.make_rows(60)]
    path = toy.write_csv(tmp_path / "news.csv", rows, ("title", "body", "label"))
    columns = Columns(TextRecipe(("title", "body"), ": "), "label")
    return answered_run(workspace, import_file(workspace, path, columns).dataset)


def test_the_columns_that_the_run_learned_from_are_preselected(
    draw: Draw, workspace: Workspace, news_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("text,body,title\na long text of another column,b,*t*\n", "utf-8")

    app = with_path(draw, news_run, path)

    assert field(app.multiselect, "Text columns").value == ["title", "body"]
    assert field(app.selectbox, "Joined by").value == ": "
    assert said(app, "The first text: *t*: b")
    assert not app.warning
    button(app, "Score the file").click().run()
    assert not app.exception
    (scoring,) = list_scorings(workspace)
    assert scoring.text_recipe == TextRecipe(("title", "body"), ": ")
    stop_job(workspace.scoring(scoring.id), at_once=True)


def test_a_column_that_the_run_learned_from_and_the_file_lacks_is_said(
    draw: Draw, news_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text("title,comment\nt,a longer comment\n", "utf-8")

    app = with_path(draw, news_run, path)

    (doubt,) = app.warning
    assert "no column called 'body': the text is read from 'comment'" in unescaped(doubt.value)
    assert field(app.multiselect, "Text columns").value == ["comment"]
    field(app.multiselect, "Text columns").set_value([]).run()
    assert not [each for each in app.button if each.label == "Score the file"]
