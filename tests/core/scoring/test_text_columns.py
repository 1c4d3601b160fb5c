from dataclasses import replace

import pytest

from core.data.text_recipe import TextRecipe
from core.runs.run import Run, create_run
from core.scoring.text_columns import likely_recipe
from core.workspace import Workspace
from tests import toy
from tests.core.data.importing.previews import preview_of_rows

NEWS = TextRecipe(("title", "body"), ": ")
ROWS = [("t", "a body of several words", "x")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    workspace = Workspace(tmp_path_factory.mktemp("ws"))
    dataset = toy.import_rows(workspace, toy.make_rows(40))
    return create_run(workspace, replace(dataset, text_recipe=NEWS), toy.recipe("minilm"))


def test_a_file_with_the_runs_columns_is_read_by_them(run: Run) -> None:
    preview = preview_of_rows(("title", "body", "more"), ROWS)

    assert likely_recipe(run, preview) == (NEWS, None)


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        (("title", "words", "more"), "no column called 'body'"),
        (("title", "body", "body"), "several columns called 'body'"),
        (("Title", "words", "x"), "no columns called 'title' and 'body'"),
    ],
)
def test_a_file_without_one_of_them_is_read_by_its_likeliest_column_which_is_said(
    run: Run, header: tuple[str, ...], lacking: str
) -> None:
    preview = preview_of_rows(header, ROWS)

    recipe, doubt = likely_recipe(run, preview)

    assert recipe == TextRecipe((header[1],))
    assert doubt == (
        f"The run learned from texts in 'title' and 'body', but this file has {lacking}: the text"
        f" is read from {header[1]!r}, unless you choose otherwise."
    )


def test_a_run_of_no_file_reads_the_likeliest_column(run: Run) -> None:
    preview = preview_of_rows(("title", "body", "more"), ROWS)

    assert likely_recipe(replace(run, text_recipe=None), preview) == (TextRecipe(("body",)), None)
