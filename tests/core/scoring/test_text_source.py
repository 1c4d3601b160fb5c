from dataclasses import replace
from pathlib import Path

import pytest

from core.data.text_recipe import TextRecipe
from core.errors import BadInput, Cancelled
from core.runs.run import Run, create_run
from core.scoring.text_source import TextSource, open_source
from core.workspace import Workspace
from tests import toy

CSV = b"title,body\na title,words\nalone,\n,\n"
NEWS = TextRecipe(("title", "body"), ": ")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    workspace = Workspace(tmp_path_factory.mktemp("ws"))
    dataset = toy.import_rows(workspace, toy.make_rows(40))
    return create_run(workspace, replace(dataset, text_recipe=NEWS), toy.recipe("minilm"))


def opened(
    folder: Path, run: Run, recipe: TextRecipe | None = None, *, stopped: bool = False
) -> TextSource:
    path = folder / "in.csv"
    path.write_bytes(CSV)
    return open_source(
        path, run, folder, text_recipe=recipe, format=None, should_stop=lambda: stopped
    )


def texts(source: TextSource) -> list[str | None]:
    return [text for rows in source.rows() for text in rows.texts.to_pylist()]


def test_texts_are_joined_as_the_run_learned_them_unless_said_otherwise(
    tmp_path: Path, run: Run
) -> None:
    found = opened(tmp_path, run)

    assert (texts(found), found.total) == (["a title: words", "alone", None], 3)
    body_first = TextRecipe(("body", "title"), " | ")
    assert texts(opened(tmp_path, run, body_first)) == ["words | a title", "alone", None]
    assert texts(opened(tmp_path, run, TextRecipe(("body",)))) == ["words", None, None]


def test_it_stops_when_asked_and_refuses_columns_that_are_not_there(
    tmp_path: Path, run: Run
) -> None:
    with pytest.raises(Cancelled):
        opened(tmp_path, run, stopped=True)
    with pytest.raises(BadInput, match="'teaser'"):
        opened(tmp_path, run, TextRecipe(("title", "teaser")))
