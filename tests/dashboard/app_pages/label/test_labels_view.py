import pytest
from streamlit.util import AttributeDictionary

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.label.labels_view import _show_rows, labels_view
from dashboard.charts.charts import MAX_CLASSES
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import charts, said, table


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(40)
    return toy.import_rows(workspace, [*rows[:30], *((text, "") for text, _ in rows[30:])])


def test_labels_are_counted_beside_what_the_commonest_reaches(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    ones = sum(label == "1" for _, label in toy.make_rows(40)[:30])

    app = draw(labels_view, dataset)

    assert said(app, "30 rows with a label, 10 without.")
    assert said(app, f"Always answering the commonest is right for {(30 - ones) / 30:.1%} of them.")
    counts = table(app, "count").set_index("label")["count"]
    assert (counts["1"], counts["0"]) == (ones, 30 - ones)


@pytest.mark.parametrize(("axis", "heights"), [("Rows", [3, 1]), ("Share", [75, 25])])
def test_bars_are_rows_or_shares(
    draw: Draw, workspace: Workspace, axis: str, heights: list[int]
) -> None:
    rows = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "y")]
    app = draw(labels_view, toy.import_rows(workspace, rows))

    app.segmented_control[0].set_value(axis).run()

    assert not app.exception
    assert charts(app)[0]["data"][0]["y"] == heights


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_the_scale_is_logarithmic_unless_it_is_turned_off(
    draw: Draw, dataset: Dataset, log: bool, kind: str
) -> None:
    app = draw(labels_view, dataset)
    app.toggle[0].set_value(log).run()

    assert charts(app)[0]["layout"]["yaxis"]["type"] == kind


@pytest.mark.parametrize("label", ["1", "*bold*"])
def test_a_click_on_a_bar_shows_its_rows(draw: Draw, label: str) -> None:
    clicked = AttributeDictionary({"selection": {"points": [{"customdata": [label]}]}})

    app = draw(_show_rows, session={"labels_chart": clicked})

    assert app.session_state["row_filter"] == RowFilter(labels=(label,))
    assert app.session_state[state.VIEW] == state.ROWS_VIEW


def test_a_click_beside_the_bars_shows_nothing_else(draw: Draw) -> None:
    nothing = AttributeDictionary({"selection": {"points": []}})

    app = draw(_show_rows, session={"labels_chart": nothing})

    assert "row_filter" not in app.session_state


def test_without_labels_it_says_so(draw: Draw, workspace: Workspace) -> None:
    app = draw(labels_view, toy.import_rows(workspace, [("one", ""), ("two", "")]))

    assert said(app, "Only labelled rows can be split and trained on.")
    assert not charts(app)


def test_a_single_label_says_that_training_needs_two(draw: Draw, workspace: Workspace) -> None:
    app = draw(labels_view, toy.import_rows(workspace, [("one", "*x*"), ("two", "*x*")]))

    assert said(app, "Every labelled row is *x*: training needs two labels or more.")


def test_of_very_many_labels_the_commonest_are_drawn(draw: Draw, workspace: Workspace) -> None:
    rows = [(f"text {n}", f"label {n % (MAX_CLASSES + 5)}") for n in range(2 * MAX_CLASSES + 5)]

    app = draw(labels_view, toy.import_rows(workspace, rows))

    assert said(app, f"The commonest {MAX_CLASSES} of {MAX_CLASSES + 5} labels.")
    assert len(charts(app)[0]["data"][0]["y"]) == MAX_CLASSES
    assert len(table(app, "count")) == MAX_CLASSES + 5
