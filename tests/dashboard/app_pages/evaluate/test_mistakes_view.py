import csv
import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import read_predictions, texts_of
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.app_pages.evaluate.mistakes_view import _as_csv, mistakes_view
from tests import toy
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.dashboard.conftest import Draw, OpenPage
from tests.dashboard.shown import button, buttons, field, press, said, sent, tick
from tests.made_answers import answered_run

HALF = OperatingPoint(0.5, Rule.HAND, (0.5,))


@pytest.fixture
def run(workspace: Workspace, run: Run) -> Run:
    """Used at a threshold of a half, where the likelier class is the label."""
    keep_operating_point(workspace, run, HALF)
    return run


def choose(app: AppTest, **choices: object) -> AppTest:
    for label, value in choices.items():
        field(app.selectbox, label).set_value(value)
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> list[dict]:
    return sent(app)[0]["rows"]


def cells(app: AppTest, place: int) -> list:
    return [row["cells"][place] for row in shown(app)]


def key(run: Run, name: str) -> str:
    return f"{state.KEPT}mistakes_{run.id}_{name}"


def test_at_first_the_wrong_rows_are_listed_the_surest_mistakes_first(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    rows = read_predictions(workspace, run, "test")
    wrong = rows.probabilities.argmax(axis=1) != rows.class_ids

    app = draw(mistakes_view, run, "test")

    assert said(app, f"{wrong.sum()} of {len(rows)} test rows")
    assert said(app, f"{wrong.sum()} of them wrong at a threshold of 0.5")
    losses = cells(app, 2)
    assert losses == sorted(losses, reverse=True)
    given = rows.probabilities[np.arange(len(rows)), rows.class_ids]
    assert losses[0] == pytest.approx(-np.log(given.min()), rel=1e-4)
    assert {row["label"] for row in shown(app)} <= {"0", "1"}
    assert all(row["label"] != row["cells"][0] for row in shown(app))


@pytest.mark.parametrize(
    ("label", "verdict", "show", "keeps"),
    [
        (-1, -1, "All rows", lambda truly, said: np.full(len(truly), True)),
        (1, -1, "Wrong rows", lambda truly, said: (truly == 1) & (said == 0)),
        (0, -1, "All rows", lambda truly, said: truly == 0),
        (-1, 1, "Wrong rows", lambda truly, said: said == 1),
        (1, 1, "Wrong rows", lambda truly, said: (truly == 1) & (said == 1)),
        (0, 1, "All rows", lambda truly, said: (truly == 0) & (said == 1)),
    ],
)
def test_rows_are_filtered_by_label_and_predicted_label(
    draw: Draw, workspace: Workspace, run: Run, label: int, verdict: int, show: str, keeps
) -> None:
    rows = read_predictions(workspace, run, "validation")
    answers = (rows.scores >= 0.5).astype(int)
    keep = keeps(rows.class_ids, answers)

    app = choose(
        draw(mistakes_view, run, "validation"),
        Label=label,
        **{"Predicted label": verdict},
        Show=show,
    )

    names = ["(any)", "0", "1"]
    wrong = (keep & (answers != rows.class_ids)).sum()
    assert said(app, f"{keep.sum()} of {len(rows)} validation rows")
    assert said(app, f"label {names[label + 1]}, predicted label {names[verdict + 1]};")
    assert said(app, f"{wrong} of them wrong")


@pytest.mark.parametrize(
    ("order", "place", "descending"),
    [
        ("Worst first", 2, True),
        ("Highest score first", 1, True),
        ("Lowest score first", 1, False),
        ("Shortest first", 3, False),
        ("Longest first", 3, True),
    ],
)
def test_every_order_is_one(draw: Draw, run: Run, order: str, place: int, descending: bool) -> None:
    app = choose(draw(mistakes_view, run, "test"), Show="All rows", Order=order)

    values = cells(app, place)
    assert len(values) == 25
    assert values == sorted(values, reverse=descending)
    assert len(set(values)) > 1


def test_more_rows_than_a_page_holds_are_turned_over(draw: Draw, run: Run) -> None:
    app = choose(draw(mistakes_view, run, "test"), Show="All rows")
    (pages,) = app.get("pagination")
    assert pages.num_pages == 4
    first = {row["row"] for row in shown(app)}

    pages.set_value(4).run()

    assert not app.exception
    last = {row["row"] for row in shown(app)}
    assert (len(first), len(last)) == (25, 5)
    assert not first & last
    # Another choice of rows begins at its first page.
    choose(app, Show="Wrong rows")
    assert said(app, "of them wrong")
    assert shown(app)[0]["cells"][2] == max(cells(app, 2))


@pytest.mark.parametrize("term", ["SONG", "a (b", "a.b", "[", ".", "songs", ""])
def test_a_term_is_found_as_it_is_written_in_any_case(
    draw: Draw, workspace: Workspace, term: str
) -> None:
    texts = ["a song", "my Song", "SONGS and songs", "see a (b", "in a.b", "in axb [x"]
    rows = [(f"{texts[n % 6]} {n}", str(n % 4 // 3)) for n in range(300)]
    run = answered_run(workspace, toy.import_rows(workspace, rows))
    table = reads.predicted_label_table(workspace, run, "test", 0.5)
    here = sum(term.lower() in text.lower() for text in table["text"])
    assert here > 0

    app = choose(draw(mistakes_view, run, "test"), Show="All rows")
    app.text_input[0].set_value(term).run()

    assert not app.exception
    assert said(app, f"{here} of {len(table)} test rows")


def test_words_are_bounded_and_a_hundred_is_no_bound(
    draw: Draw, workspace: Workspace, answer: Answer
) -> None:
    rows = [(" ".join(["word"] * (n % 150 + 1)) + f" {n}", str(n % 2)) for n in range(600)]
    run = answered_run(workspace, toy.import_rows(workspace, rows))
    table = reads.predicted_label_table(workspace, run, "test", 0.5)
    assert (table["words"] > 100).any()
    app = choose(draw(mistakes_view, run, "test"), Show="All rows")
    assert said(app, f"{len(table)} of {len(table)} test rows")

    (words,) = app.slider
    for low, high in ((10, 20), (0, 99), (100, 100), (50, 100)):
        words = app.slider[0]
        words.set_value((low, high)).run()
        inside = (table["words"] >= low) & ((table["words"] <= high) | (high == 100))
        assert said(app, f"{inside.sum()} of {len(table)} test rows"), (low, high)


def test_no_such_row_is_said_and_nothing_can_be_downloaded(draw: Draw, run: Run) -> None:
    app = draw(mistakes_view, run, "test")
    app.text_input[0].set_value("nobody wrote this").run()

    assert said(app, "No such row")
    assert said(app, "0 of 80 test rows")
    assert not sent(app)
    assert not app.get("download_button")


def test_a_run_without_a_mistake_says_so(draw: Draw, run: Run, answer: Answer) -> None:
    answer(run, lambda _, label: 0.9 if label else 0.1)

    app = draw(mistakes_view, run, "test")

    assert said(app, "0 of 80 test rows")
    assert said(app, "No such row")


def test_a_cell_chosen_for_a_run_of_more_classes_is_not_taken_for_another(
    draw: Draw, run: Run
) -> None:
    app = draw(mistakes_view, run, "test", session={"mistakes_cell": (2, 1)})
    assert said(app, "label (any), predicted label (any)")

    app = draw(mistakes_view, run, "test", session={"mistakes_cell": (1, 0)})
    assert said(app, "label 1, predicted label 0")


def test_rows_of_a_slice_are_those_that_its_search_finds(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    save_slice(workspace, dataset, "Cats *here*", RowFilter(text="cat"), rows=1)
    rows = read_predictions(workspace, run, "test")
    texts = texts_of(workspace, run, rows.rows.tolist())["text"]
    cats = sum("cat" in text.split() for text in texts)

    app = choose(draw(mistakes_view, run, "test"), Slice="Cats *here*", Show="All rows")

    assert said(app, f"{cats} of 80 test rows")
    assert said(app, "Cats *here*")
    choose(app, Slice="")
    assert said(app, "80 of 80 test rows")


def test_of_three_classes_no_threshold_is_told_and_the_score_is_of_the_label_given(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    rows = read_predictions(workspace, three, "test")
    answers = rows.probabilities.argmax(axis=1)
    wrong = answers != rows.class_ids

    app = draw(mistakes_view, three, "test")

    assert said(app, f"{wrong.sum()} of {len(rows)} test rows")
    assert not said(app, "threshold")
    scores = dict(zip(rows.rows.tolist(), rows.probabilities.max(axis=1).tolist(), strict=True))
    for row in shown(app):
        assert row["cells"][1] == pytest.approx(scores[row["row"]], rel=1e-4)
    choose(app, Label=2, **{"Predicted label": 0})
    assert said(app, "label red, predicted label blue")


def test_ticked_rows_go_to_explore(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    app = open_page("evaluate")
    app.session_state[state.EVALUATION] = state.MISTAKES_VIEW
    app.run()
    assert said(app, "Tick rows to see why they got their scores.")
    numbers = [row["row"] for row in shown(app)][:3]

    tick(app, f"mistakes_{run.id}", *numbers)
    assert not said(app, "Tick rows to see why they got their scores.")
    press(app, "See the 3 chosen in Explore")

    assert app.session_state["row_filter"] == RowFilter(rows=tuple(sorted(numbers)))
    assert app.session_state["chosen_dataset"] == dataset.id
    assert said(app, f"3 of {dataset.rows} rows")


def test_without_a_tick_the_rows_of_the_page_go_to_explore(
    open_page: OpenPage, workspace: Workspace, run: Run
) -> None:
    app = open_page("evaluate")
    app.session_state[state.EVALUATION] = state.MISTAKES_VIEW
    app.run()
    numbers = {row["row"] for row in shown(app)}

    press(app, "See these rows in Explore")

    assert set(app.session_state["row_filter"].rows) == numbers


def test_markdown_in_class_names_stays_text(draw: Draw, workspace: Workspace) -> None:
    rows = [(text, "**yes**" if label == "1" else ":red[no]") for text, label in toy.make_rows(200)]
    run = answered_run(workspace, toy.import_rows(workspace, rows), skill=0.0)

    app = draw(mistakes_view, run, "test")
    choose(app, Show="All rows", Label=run.classes.index("**yes**"))

    assert said(app, "label **yes**, predicted label (any)")
    assert not any("**yes**" in each.value for each in app.caption)
    assert {row["label"] for row in shown(app)} == {"**yes**"}


def test_the_download_names_classes_and_defuses_formulas(
    draw: Draw, workspace: Workspace, answer: Answer
) -> None:
    rows = [(f"=1+{n} texts", "-no" if n % 2 else "yes") for n in range(200)]
    run = answered_run(workspace, toy.import_rows(workspace, rows))
    app = choose(draw(mistakes_view, run, "test"), Show="All rows")
    assert [each.label for each in app.get("download_button")] == ["Download 40 rows"]

    table = reads.predicted_label_table(workspace, run, "test", 0.5)
    lines = list(csv.DictReader(io.StringIO(_as_csv(run, table).decode())))

    assert len(lines) == 40
    assert {line["label"] for line in lines} == {"'-no", "yes"}
    assert all(line["text"].startswith("'=1+") for line in lines)
    assert {line["wrong"] for line in lines} <= {"True", "False"}


def test_a_run_keeps_its_filters_when_another_is_looked_at(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    other = answered_run(workspace, dataset, "Other", split="fixed")
    app = open_page("evaluate")
    app.session_state[state.EVALUATION] = state.MISTAKES_VIEW
    app.run()
    app.get_by_key(key(other, "order")).set_value("Longest first").run()

    field(app.selectbox, "Run").set_value(run.id).run()
    assert app.get_by_key(key(run, "order")).value == "Worst first"
    field(app.selectbox, "Run").set_value(other.id).run()

    assert not app.exception
    assert app.get_by_key(key(other, "order")).value == "Longest first"
    assert button(app, "See these rows").label in buttons(app)
