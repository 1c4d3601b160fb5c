import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.util import AttributeDictionary

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.explore.map import MapChoice, map_id
from core.jobs.tasks import list_tasks
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore.map_view import map_view
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import buttons, charts, field, press, said
from tests.made_answers import answered_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


def make_map(workspace: Workspace, dataset: Dataset, sample: int = 2_000, rows: int = 60) -> None:
    path = workspace.embedding_map(map_id(workspace, dataset, MapChoice(sample=sample)))
    path.parent.mkdir(parents=True, exist_ok=True)
    place = [number / rows for number in range(rows)]
    pq.write_table(pa.table({"row": pa.array(range(rows)), "x": place, "y": place}), path)


def test_before_there_is_a_map_it_is_asked_for_and_nothing_starts(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(map_view, dataset)

    assert said(app, "No map yet")
    assert buttons(app) == ["Draw the map"]
    assert list_tasks(workspace) == []


def test_a_map_is_of_its_sample(draw: Draw, workspace: Workspace, dataset: Dataset) -> None:
    large = toy.import_rows(workspace, toy.make_rows(600), name="large")
    make_map(workspace, large, sample=500, rows=500)
    app = draw(map_view, large)
    assert said(app, "No map yet")

    field(app.selectbox, "Texts").set_value(500).run()

    assert said(app, "500 of 600 texts.")
    (chart,) = charts(app)
    assert {trace["name"] for trace in chart["data"]} == {"0", "1"}


@pytest.mark.parametrize("color", ["Label", "Length in words"])
def test_points_are_coloured_as_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset, color: str
) -> None:
    make_map(workspace, dataset)
    app = draw(map_view, dataset)
    field(app.selectbox, "Colour").set_value(color).run()

    (chart,) = charts(app)
    assert len(chart["data"]) == (2 if color == "Label" else 1)
    rows = sorted(point[0] for trace in chart["data"] for point in trace["customdata"])
    assert rows == list(range(60))


def test_a_score_is_a_colour_only_where_a_run_is_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    run = answered_run(workspace, dataset, "*Mine*")
    app = draw(map_view, dataset)
    assert field(app.selectbox, "Colour").options == ["Label", "Length in words"]

    box = field(app.selectbox, "Scored by")
    assert box.options == ["(no run)", "*Mine*"]
    box.set_value(run.id).run()

    assert field(app.selectbox, "Colour").options == ["Label", "Length in words", "Score"]


def test_a_lasso_shows_its_rows(draw: Draw, workspace: Workspace, dataset: Dataset) -> None:
    make_map(workspace, dataset)
    app = draw(map_view, dataset)
    assert not any(label.startswith("Show") for label in buttons(app))

    points = [{"customdata": [number]} for number in (9, 3)]
    app.session_state["map_chart"] = AttributeDictionary({"selection": {"points": points}})
    app.run()
    assert not app.exception
    press(app, "Show 2 rows")

    assert app.session_state["row_filter"] == RowFilter(rows=(3, 9))
    assert app.session_state[state.VIEW] == state.ROWS_VIEW


def test_rows_that_were_chosen_are_still_chosen_when_the_map_is_come_back_to(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    make_map(workspace, dataset)
    other = toy.import_rows(workspace, toy.make_rows(50), name="other")
    make_map(workspace, other, rows=50)
    kept = {"map_chosen": (dataset.id, (3, 9))}

    app = draw(map_view, dataset, session=kept)

    assert "Show 2 rows" in buttons(app)
    marked = [
        trace["customdata"][place][0] for trace in charts(app)[0]["data"]
        for place in trace["selectedpoints"]
    ]  # fmt: skip
    assert sorted(marked) == [3, 9]
    elsewhere = draw(map_view, other, session=kept)
    assert not any(label.startswith("Show") for label in buttons(elsewhere))
    assert all("selectedpoints" not in trace for trace in charts(elsewhere)[0]["data"])
