from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.importer import import_file
from core.labels.exchange.dataset_export import ExportChoice
from core.workspace import Workspace
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.rows_view import rows_view
from dashboard.reads import rows_of_filter
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, field, said

HEADER = ("text", "label", "country", "score", "**bold** column", "gender")
ROWS = [
    (f"text number {n}", str(n % 2), ("US", "CA", "GB")[n % 3], f"{n / 10}", f"{n}!", "fm"[n % 2])
    for n in range(60)
]


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    path = toy.write_csv(tmp_path / "columned.csv", ROWS, HEADER)
    choices = ColumnChoices(sensitive=("gender",))
    return import_file(workspace, path, choices=choices).dataset


def drawn(draw: Draw, dataset: Dataset, where: str = "") -> AppTest:
    return draw(rows_view, dataset, session={"row_filter": RowFilter(where=where)})


def typed(app: AppTest, where: str) -> AppTest:
    field(app.text_input, "Where").set_value(where).run()
    assert not app.exception
    return app


def errors(app: AppTest) -> list[str]:
    return [unescaped(each.value) for each in app.error]


def test_rows_that_meet_an_expression_are_shown(draw: Draw, dataset: Dataset) -> None:
    app = typed(drawn(draw, dataset), " country = 'US' and score >= 5 ")

    assert said(app, "3 of 60 rows")
    assert app.session_state["row_filter"] == RowFilter(where="country = 'US' and score >= 5")


def test_a_slice_or_link_brings_its_expression_along(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset, "country = 'US'")

    assert field(app.text_input, "Where").value == "country = 'US'"
    assert said(app, "20 of 60 rows")


@pytest.mark.parametrize(
    ("where", "error", "offered"),
    [
        ("country = US", "write texts in single quotes: 'US'", None),
        ("cou", "=, !=, <, <=, >, >=, in, between", "Go on with: country"),
        ("score ", "after “score”", "Go on with: = · != · < · <= · > · >= · in · not in"),
        ("countri = 'US'", "write “country” if that is meant", None),
        ("(score > 1 ", "the ) for the ( at character 1", "Go on with: and · or · )"),
        ("score > 1 or " * 200, "at most 2,000 characters", None),
        ("label = 1", "search for the label by its own field", None),
    ],
)
def test_what_cannot_be_asked_is_explained_under_it_and_not_searched_for(
    draw: Draw, dataset: Dataset, where: str, error: str, offered: str | None
) -> None:
    app = typed(drawn(draw, dataset), where)

    (shown,) = errors(app)
    assert error in shown
    assert said(app, "Go on with") is (offered is not None)
    assert offered is None or said(app, offered)
    assert said(app, "Nothing to show")
    assert button(app, "Clear").disabled is False
    assert app.session_state["row_filter"] == RowFilter()


def test_a_column_that_is_gone_is_explained_and_can_be_cleared(
    draw: Draw, workspace: Workspace
) -> None:
    plain = toy.import_rows(workspace, [(f"text {n}", str(n % 2)) for n in range(20)])
    app = drawn(draw, plain, "country = 'US'")

    (shown,) = errors(app)
    assert "Expected a data set with further columns" in shown
    typed(app, "")
    assert not app.error
    assert said(app, "All 20 rows")
    assert "Where" not in [each.label for each in app.run().text_input]


def test_columns_and_their_kinds_are_named_but_for_sensitive_ones(
    draw: Draw, dataset: Dataset
) -> None:
    app = drawn(draw, dataset)

    box = field(app.text_input, "Where")
    lines = unescaped(box.help).split("\n\n")[1:]
    assert "Categories: country" in lines
    assert "Numbers: score" in lines
    assert any('"**bold** column"' in line for line in lines)
    assert "**" not in box.help
    assert not any("gender" in line for line in lines)
    assert "gender" not in box.placeholder
    assert "score > 0" in box.placeholder


def test_sensitive_columns_can_be_asked_about(draw: Draw, dataset: Dataset) -> None:
    assert said(typed(drawn(draw, dataset), "gender = 'f'"), "30 of 60 rows")


def test_rows_found_by_it_are_taken_to_label_and_downloaded(
    workspace: Workspace, dataset: Dataset
) -> None:
    row_filter = RowFilter(where="score between 1 and 1.2")

    assert rows_of_filter(workspace, dataset, row_filter).tolist() == [10, 11, 12]
    lines = (
        reads.exported_rows(workspace, dataset, row_filter, ExportChoice()).decode().splitlines()
    )
    assert [line.split(",")[0] for line in lines[1:]] == ["10", "11", "12"]


def test_the_example_can_be_typed(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset)

    assert not errors(typed(app, field(app.text_input, "Where").placeholder))
