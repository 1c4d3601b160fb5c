import pytest
from streamlit.util import AttributeDictionary

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore.column_card import column_card
from tests.core.explore.wide import wide_dataset
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import buttons, charts, metrics, press, said

ROWS = 120
LABELS = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]
COLUMNS = {
    "it's *c*": ["U'S", "CA", "<i>", ""] * 30,
    "votes": ["", *range(1, ROWS)],
    "posted": [f"2026-01-{1 + n % 9:02}" for n in range(ROWS - 1)] + ["1970-01-01"],
    "title": [f"title {'x' * (n % 40)}{n}" for n in range(ROWS)],
    "edited": ["yes", "no", "no"] * 40,
    "user id": [f"user{n}" for n in range(ROWS - 1)] + ["user7"],
    "nothing": [""] * ROWS,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset]:
    workspace = Workspace(tmp_path_factory.mktemp("wide") / "workspace")
    return workspace, wide_dataset(workspace, COLUMNS, LABELS)


@pytest.fixture
def workspace(made: tuple[Workspace, Dataset]) -> Workspace:
    return made[0]


@pytest.fixture
def dataset(made: tuple[Workspace, Dataset]) -> Dataset:
    return made[1]


def card_of(draw: Draw, dataset: Dataset, name: str, **options: object):
    column = next(column for column in dataset.columns if column.name == name)
    return draw(column_card, dataset, column, "1", **options)


def clicked(*places: int) -> dict[str, object]:
    points = [{"customdata": [place, 5]} for place in places]
    return {"column_chart": AttributeDictionary({"selection": {"points": points}})}


def click(draw: Draw, dataset: Dataset, name: str, *places: int) -> RowFilter | None:
    """The filter that a click on these groups of a column's chart leads to."""
    column = next(column for column in dataset.columns if column.name == name)

    def view() -> None:
        from core.explore.columns.stats import shown_groups
        from dashboard import state as session
        from dashboard.app_pages.explore import column_card as card
        from dashboard.app_pages.explore import column_reads

        stats = column_reads.stats_of_column(session.workspace(), dataset, column, "1")
        card._show_rows(shown_groups(stats))

    app = draw(view, session=clicked(*places))
    if "row_filter" not in app.session_state:
        return None
    assert app.session_state[state.VIEW] == state.ROWS_VIEW
    found: RowFilter = app.session_state["row_filter"]
    return found


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("it's *c*", {"Different": "3", "Missing": "30"}),
        ("votes", {"Least": "1", "Median": "60", "Mean": "60", "Greatest": "119", "Missing": "1"}),
        ("posted", {"First": "1970-01-01", "Last": "2026-01-09", "Missing": "0"}),
        ("edited", {"Missing": "0"}),
        ("user id", {"Different": "119", "Repeats": "1", "Missing": "0"}),
    ],
)
def test_each_kind_has_its_figures_and_a_chart(
    draw: Draw, dataset: Dataset, name: str, figures: dict[str, str]
) -> None:
    app = card_of(draw, dataset, name)

    assert metrics(app) == figures
    assert len(charts(app)) == 1
    assert said(app, "with its 95 % interval (Wilson 1927); dotted, that of all rows, 25.0%.")
    assert said(app, f"**{name}**") or said(app, name)


def test_texts_have_lengths_that_lead_nowhere(draw: Draw, dataset: Dataset) -> None:
    app = card_of(draw, dataset, "title")

    assert metrics(app)["Different"] == "120"
    assert said(app, "Rows by the characters of their texts.")
    assert not said(app, "Click one")


def test_a_column_without_values_says_so(draw: Draw, dataset: Dataset) -> None:
    app = card_of(draw, dataset, "nothing")

    assert metrics(app)["Missing"] == "120"
    assert said(app, "No row has a value.")
    assert not charts(app)


@pytest.mark.parametrize(
    ("name", "places", "where"),
    [
        ("it's *c*", [2], "\"it's *c*\" = 'U''S'"),
        ("it's *c*", [3], '"it\'s *c*" is missing'),
        ("edited", [1], "edited = yes"),
        ("votes", [1], "votes >= 5 and votes < 10"),
        ("votes", [3, 1, 2], "votes >= 5 and votes < 20"),
        ("posted", [2, 3], "posted >= '2026-01-02' and posted < '2026-01-04'"),
        ("user id", [0], "\"user id\" = 'user7'"),
        ("user id", [1], "\"user id\" not in ('user7')"),
    ],
)
def test_a_click_leads_to_the_rows(
    draw: Draw, dataset: Dataset, name: str, places: list[int], where: str
) -> None:
    assert click(draw, dataset, name, *places) == RowFilter(where=where)


def test_a_click_beside_the_bars_shows_nothing_else(draw: Draw, dataset: Dataset) -> None:
    assert click(draw, dataset, "votes") is None


@pytest.mark.parametrize(
    ("name", "button", "where"),
    [
        ("votes", "1 row without a value", "votes is missing"),
        ("posted", "1 row before 2026-01-01", "posted < '2026-01-01'"),
    ],
)
def test_rows_that_have_no_place_in_the_chart_have_a_button(
    draw: Draw, dataset: Dataset, name: str, button: str, where: str
) -> None:
    app = card_of(draw, dataset, name)
    assert button in buttons(app)

    press(app, button)

    assert app.session_state["row_filter"] == RowFilter(where=where)


@pytest.mark.parametrize(
    ("name", "cells", "place"),
    [
        ("long", [f"{'y' * 150}{n % 25}" for n in range(ROWS)], 20),
        ("unseen", ["a\u200bb", "ab"] * 60, 0),
    ],
)
def test_rows_that_no_search_can_find_are_said(
    draw: Draw, workspace: Workspace, name: str, cells: list[str], place: int
) -> None:
    made = wide_dataset(workspace, {"it": cells}, LABELS, name=name, it=ColumnKind.CATEGORY)
    column = made.columns[0]

    def view() -> None:
        from core.explore.columns.stats import shown_groups
        from dashboard import state as session
        from dashboard.app_pages.explore import column_card as card
        from dashboard.app_pages.explore import column_reads

        stats = shown_groups(column_reads.stats_of_column(session.workspace(), made, column, "1"))
        groups = [group for group in stats.groups if group.name != "ab"]
        card._show(column, groups[place])

    app = draw(view)

    assert app.session_state["notice"].startswith("No search finds just these rows")
    assert "row_filter" not in app.session_state
