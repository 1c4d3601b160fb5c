import numpy as np
import pytest

from core.data.dataset import list_datasets, take_rows
from core.labels.guidelines import guideline
from core.labels.store.store import open_labels
from core.scoring.scored_rows import Order
from core.scoring.scoring_job import read_scoring_result
from core.workspace import Workspace
from dashboard.app_pages.score.scored_rows_view import scored_rows_view
from tests import toy
from tests.dashboard.app_pages.score.made_scorings import ROWS, made_scoring
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, sent


def opened(draw: Draw, workspace: Workspace, **values):
    scoring = made_scoring(workspace, **values)
    return draw(scored_rows_view, scoring, read_scoring_result(workspace, scoring))


def rows(app) -> list[int]:
    return [row["row"] for row in sent(app)[0]["rows"]]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.HIGHEST, [1, 3, 5, 2, 4]),
        (Order.LOWEST, [2, 4, 5, 3, 1]),
        (Order.DOUBTFUL, [3, 5, 1, 2, 4]),
    ],
)
def test_every_order_shows_its_rows(
    draw: Draw, workspace: Workspace, order: Order, expected: list[int]
) -> None:
    app = opened(draw, workspace)
    field(app.segmented_control, "Rows").set_value(order).run()

    found = rows(app)
    if order is Order.DOUBTFUL:  # 0.55 and 0.45 are equally near to 0.5 but for rounding.
        assert (set(found[:2]), set(found[2:])) == ({3, 5}, {1, 2, 4})
    else:
        assert found == expected
    assert said(app, "The first 5 of these rows; numbers are those of the file.")


def test_a_random_sample_is_the_same_each_time(draw: Draw, workspace: Workspace) -> None:
    app = opened(draw, workspace)
    field(app.segmented_control, "Rows").set_value(Order.RANDOM).run()
    first = rows(app)
    app.run()

    assert sorted(first) == [1, 2, 3, 4, 5]
    assert rows(app) == first


def test_rows_of_one_label_can_be_seen_alone(draw: Draw, workspace: Workspace) -> None:
    app = opened(draw, workspace)
    field(app.selectbox, "Labelled").set_value("0").run()
    assert rows(app) == [5, 2, 4]
    assert {row["label"] for row in sent(app)[0]["rows"]} == {"0"}

    field(app.selectbox, "Labelled").set_value(None).run()
    assert len(rows(app)) == 5


def test_rows_without_a_score_say_why_and_cannot_be_labelled(
    draw: Draw, workspace: Workspace
) -> None:
    app = opened(draw, workspace)
    field(app.segmented_control, "Rows").set_value(Order.UNSCORED).run()

    (shown,) = sent(app)
    assert [column["title"] for column in shown["columns"]] == ["Why"]
    assert [(row["row"], row["cells"]) for row in shown["rows"]] == [(6, ["no text"])]
    assert not app.number_input
    assert "Labelled" not in [box.label for box in app.selectbox]


def test_where_every_row_has_a_score_none_without_is_offered(
    draw: Draw, workspace: Workspace
) -> None:
    app = opened(draw, workspace, rows=ROWS[:5])

    assert "Without a score" not in field(app.segmented_control, "Rows").options


def test_a_file_without_any_score_has_no_rows_at_first(draw: Draw, workspace: Workspace) -> None:
    app = opened(draw, workspace, rows=ROWS[5:])

    assert said(app, "No such rows.")
    field(app.segmented_control, "Rows").set_value(Order.UNSCORED).run()
    assert rows(app) == [6]


def test_one_label_only_needs_no_choice(draw: Draw, workspace: Workspace) -> None:
    app = opened(draw, workspace, rows=[ROWS[0], ROWS[2]])

    assert "Labelled" not in [box.label for box in app.selectbox]


def test_fifty_rows_are_shown_and_as_many_as_wanted_are_sent_to_label_each_text_once(
    open_page, workspace: Workspace
) -> None:
    toy.import_rows(workspace, toy.make_rows(20))
    many = [(n, f"text {n // 2}", 1 - n / 1_000, "1" if n < 60 else "0") for n in range(120)]
    scoring = made_scoring(workspace, rows=many)
    from tests.made_answers import answered_run

    answered_run(workspace, list_datasets(workspace)[0])
    app = open_page("score")
    app.session_state["kept_scoring_view"] = "Rows"
    app.run()
    assert rows(app) == list(range(50))

    app.get_by_key("scored_send_rows").set_value(7).run()
    app.get_by_key("scored_send").click().run()

    assert not app.exception
    name = "file 1: highest scores"
    dataset = next(each for each in list_datasets(workspace) if each.name == name)
    texts = take_rows(workspace, dataset, np.arange(dataset.rows))["text"].to_pylist()
    assert texts == [f"text {n}" for n in range(7)]
    assert (dataset.labelled, scoring.binary) == (0, True)
    assert guideline(open_labels(workspace), dataset).classes == ("0", "1")
    assert app.get_by_key("label_dataset").value == dataset.id
