import pytest
from streamlit.util import AttributeDictionary

from core.data.dataset import Dataset
from core.workspace import Workspace
from dashboard.app_pages.explore.columns_view import _choose, columns_view
from tests.core.explore.wide import wide_dataset
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, table

ROWS = 120
LABELS = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]
COLUMNS = {
    "source": ["web", "app"] * 60,
    "<b>half</b> `x`": ["x" if n % 4 == 0 or n % 8 == 1 else "y" for n in range(ROWS)],
    "title": [f"title {n * 7919}" for n in range(ROWS)],
    "salary": ["low", "high"] * 60,
}


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return wide_dataset(workspace, COLUMNS, LABELS, sensitive=["salary"])


def test_columns_are_listed_by_what_they_tell_and_the_first_is_drawn(
    draw: Draw, dataset: Dataset
) -> None:
    app = draw(columns_view, dataset)

    assert said(app, "“<b>half</b> `x`” (0.7")
    listed = table(app, "Says about the label")
    assert listed["Column"].tolist() == ["<b>half</b> `x`", "source", "title"]
    assert listed["Kind"].tolist() == ["Category", "Category", "Text"]
    assert listed["Note"].tolist()[2] == "Texts are not compared with labels"
    assert field(app.selectbox, "Column").value == "<b>half</b> `x`"
    assert table(app, "share")["value"].tolist() == ["y", "x"]
    assert said(app, "1 sensitive column is not shown.")


def test_another_column_can_be_chosen(draw: Draw, dataset: Dataset) -> None:
    app = draw(columns_view, dataset)

    field(app.selectbox, "Column").set_value("source").run()
    assert table(app, "share")["value"].tolist() == ["app", "web"]

    field(app.selectbox, "Column").set_value("title").run()
    assert said(app, "Rows by the characters of their texts.")


@pytest.mark.parametrize(("rows", "chosen"), [([1], ["source"]), ([], [])])
def test_a_click_on_a_line_of_the_list_chooses_its_column(
    draw: Draw, rows: list[int], chosen: list[str]
) -> None:
    clicked = AttributeDictionary({"selection": {"rows": rows}})

    app = draw(_choose, "list", ["half", "source"], session={"list": clicked})

    assert [app.session_state[key] for key in ["column"] if key in app.session_state] == chosen


def test_a_column_that_gives_the_label_away_is_warned_of(draw: Draw, workspace: Workspace) -> None:
    removed = ["staff" if label == "1" else "" for label in LABELS]
    app = draw(columns_view, wide_dataset(workspace, {"removed by": removed}, LABELS))

    assert "gives the label away" in app.warning[0].value
    assert table(app, "Says about the label")["Note"].tolist() == ["Gives the label away"]


def test_of_many_labels_one_is_chosen(draw: Draw, workspace: Workspace) -> None:
    labels = (["a"] * 6 + ["b"] * 3 + ["c"]) * 12
    app = draw(columns_view, wide_dataset(workspace, {"n": [1, 2, 3] * 40}, labels))

    assert field(app.selectbox, "Share of label").value == "b"
    assert table(app, "share")["hits"].sum() == 36
    field(app.selectbox, "Share of label").set_value("c").run()
    assert table(app, "share")["hits"].sum() == 12


def test_without_labels_rows_are_counted(draw: Draw, workspace: Workspace) -> None:
    app = draw(columns_view, wide_dataset(workspace, {"n": [1, 2, 3] * 40}, [""] * ROWS))

    assert said(app, "No column can be compared with labels: no row has a label.")
    assert table(app, "rows")["rows"].tolist() == [40, 40, 40]


@pytest.mark.parametrize(("sensitive", "more"), [([], ""), (["salary"], " 1 sensitive column")])
def test_without_columns_it_says_how_they_come(
    draw: Draw, workspace: Workspace, sensitive: list[str], more: str
) -> None:
    columns = {name: COLUMNS[name] for name in sensitive}
    app = draw(columns_view, wide_dataset(workspace, columns, LABELS, sensitive=sensitive))

    assert said(app, "o further columns")
    assert said(app, f"is kept when it is imported, and is looked into here.{more}")
    assert not app.dataframe


def test_a_column_of_another_data_set_gives_way_to_the_first(draw: Draw, dataset: Dataset) -> None:
    app = draw(columns_view, dataset, session={"column": "of another"})

    assert field(app.selectbox, "Column").value == "<b>half</b> `x`"
