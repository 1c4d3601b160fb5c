from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.explore.order import BY_ROW, BY_SCORE, LONGEST, SHORTEST
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.explore.rows_view import rows_view
from tests import toy
from tests.core.data.imported import imported
from tests.dashboard.conftest import Draw, OpenPage
from tests.dashboard.shown import button, buttons, field, press, said, sent, tick
from tests.made_answers import answered_run

ROWS = [
    *((f"the cat number {n}", "0") for n in range(60)),
    ("a *bold* cat", "1"),
    ("no label cat", ""),
]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, ROWS)


def rows(app) -> list[dict]:
    return sent(app)[0]["rows"]


def drawn(draw: Draw, dataset: Dataset, row_filter: RowFilter | None = None):
    return draw(rows_view, dataset, session={"row_filter": row_filter or RowFilter()})


def test_all_rows_are_counted_by_label_the_commonest_first(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset)

    assert said(app, "All 62 rows")
    assert said(app, "0: 60 (96.8%) · ")
    assert said(app, "no label: 1 (1.6%)")


def test_hits_are_marked_and_labels_that_are_missing_are_none(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset, RowFilter(text="label"))

    (row,) = rows(app)
    assert row["text"] == ["no ", "label", " cat"]
    assert row["label"] is None
    assert said(app, "1 of 62 rows (1.61%)")


@pytest.mark.parametrize(
    ("order", "first", "key"),
    [
        (BY_ROW, "the cat number 0", None),
        (LONGEST, "the cat number 0", lambda words: -words),
        (SHORTEST, "a bold cat", lambda words: words),
    ],
)
def test_rows_come_in_the_order_chosen(
    draw: Draw, dataset: Dataset, order: str, first: str, key
) -> None:
    app = drawn(draw, dataset)
    app.get_by_key(f"rows_order_{dataset.id}").set_value(order).run()

    assert not app.exception
    assert "".join(rows(app)[0]["text"]).replace("*", "") == first
    words = [row["cells"][0] for row in rows(app)]
    assert words == (sorted(words, key=key) if key else [4] * len(words))


def test_a_score_can_be_ordered_by_where_there_is_one(draw: Draw, workspace: Workspace) -> None:
    labelled = toy.import_rows(workspace, toy.make_rows(100), name="labelled")
    run = answered_run(workspace, labelled)
    app = drawn(draw, labelled)
    assert "Highest score first" not in app.get_by_key(f"rows_order_{labelled.id}").options

    app = drawn(draw, labelled, RowFilter(run=run.id))
    app.get_by_key(f"rows_order_{labelled.id}").set_value(BY_SCORE).run()

    columns = [column["title"] for column in sent(app)[0]["columns"]]
    scores = [row["cells"][columns.index("Score (0–1)")] for row in rows(app)]
    assert scores == sorted(scores, reverse=True)


def test_pages_are_turned_and_another_search_begins_at_the_first(
    draw: Draw, dataset: Dataset
) -> None:
    app = drawn(draw, dataset)
    (pages,) = app.get("pagination")
    first = [row["row"] for row in rows(app)]
    pages.set_value(2).run()
    second = [row["row"] for row in rows(app)]
    assert sorted([*first, *second]) == list(range(62))

    field(app.text_input, "Search").set_value("cat").run()
    app.run()

    assert rows(app)[0]["row"] == 0


def test_chosen_rows_can_be_kept_alone(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset, RowFilter(text="cat"))
    assert button(app, "Choose rows by their boxes").disabled

    tick(app, f"rows_{dataset.id}", 7, 3)
    press(app, "Show only the 2 chosen")

    assert app.session_state["row_filter"] == RowFilter(text="cat", rows=(3, 7))
    assert [row["row"] for row in rows(app)] == [3, 7]


def test_nothing_found_says_so_and_offers_nothing(draw: Draw, dataset: Dataset) -> None:
    app = drawn(draw, dataset, RowFilter(text="nobody"))

    assert said(app, "No row is like that")
    assert not sent(app)
    assert "Label one by one" not in buttons(app)


def test_a_search_that_is_no_search_leaves_the_form_to_be_corrected(
    draw: Draw, dataset: Dataset
) -> None:
    app = drawn(draw, dataset)
    field(app.number_input, "From").set_value(9)
    field(app.number_input, "To").set_value(2)
    app.run()

    assert len(app.error) == 1
    assert said(app, "Correct the search on the left.")
    assert not button(app, "Clear").disabled


def test_of_many_labels_the_commonest_six_are_counted(draw: Draw, workspace: Workspace) -> None:
    many = [(f"text {n}", f"c{n % 9}") for n in range(90)]

    app = drawn(draw, toy.import_rows(workspace, many, name="many"))

    assert said(app, " and 3 labels more")


def test_the_search_is_labelled_one_by_one_on_label(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    app = open_page("explore")
    field(app.text_input, "Search").set_value("bold").run()

    press(app, "Label one by one")

    assert app.session_state[state.LABEL_QUEUE].value == "selection"
    assert app.get_by_key("label_dataset").value == dataset.id


def test_cells_of_the_chosen_columns_stand_beside_the_text(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    lines = [f"some words {n},{'' if n == 1 else n},{n % 2}" for n in range(40)]
    dataset = imported(workspace, tmp_path / "t.csv", "\n".join(["text,score,tag", *lines, ""]))

    app = draw(rows_view, dataset, session={f"{state.KEPT}columns_{dataset.id}": ["c0"]})

    table = sent(app)[0]
    assert [column["title"] for column in table["columns"]] == ["Words", "score"]
    assert [row["cells"][1] for row in table["rows"][:3]] == ["0", None, "2"]
