import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import save_slice
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import read_predictions, texts_of
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate.slices_view import slices_view
from tests import toy
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import press, said, sentences, table
from tests.made_answers import answered_run

KINDS, SAVED, WORDS = "slices_shown", "saved-slices_shown", "words_shown"


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """Half of the texts have a link."""
    rows = [
        (f"{text} https://x.org" if place % 2 else text, label)
        for place, (text, label) in enumerate(toy.make_rows(600))
    ]
    return toy.import_rows(workspace, rows)


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset, answer: Answer) -> Run:
    """Wrong about a third of the rows that have a link, about no other."""

    def score(text: str, label: int) -> float:
        wrong = "https" in text and sum(map(ord, text)) % 3 == 0
        return 0.9 if bool(label) != wrong else 0.1

    found = answered_run(workspace, dataset, "Mine")
    answer(found, score)
    keep_operating_point(workspace, found, OperatingPoint(0.5, Rule.HAND, (0.5,)))
    return found


def shown(app, run: Run, which: str):
    return next(each.value for each in app.dataframe if each.key == f"{run.id}-{which}")


def select(app, run: Run, which: str, place: int):
    selection = {"rows": [place], "columns": [], "cells": []}
    app.session_state[f"{run.id}-{which}"] = {"selection": selection}
    app.run()
    assert not app.exception
    return app


def test_the_worse_slice_comes_first_below_all_rows(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    rows = read_predictions(workspace, run, "test")
    texts = texts_of(workspace, run, rows.rows.tolist())["text"]
    links = texts.str.contains("https").to_numpy()
    answers = (rows.scores >= 0.5).astype(int)

    app = draw(slices_view, run, "test")

    found = shown(app, run, KINDS)
    assert found["Slice"].tolist()[0] == "All rows"
    everything, first = found.iloc[0], found.set_index("Slice").loc["has a link"]
    assert everything["Rows"] == len(rows)
    assert everything["F1"] == pytest.approx(f1_score(rows.class_ids, answers))
    assert everything["Than the rest"] == ""
    assert first["Than the rest"] == "worse"
    assert first["Rows"] == links.sum()
    assert first["Positive"] == pytest.approx(rows.class_ids[links].mean())
    assert first["F1"] == pytest.approx(f1_score(rows.class_ids[links], answers[links]))
    precision = precision_score(rows.class_ids[links], answers[links])
    assert first["Precision"] == pytest.approx(precision)
    low, high = (float(end) for end in first["F1, 95 %"].split(" to "))
    assert low < first["F1"] < high
    chances = found["Chance"].iloc[1:]
    assert chances.is_monotonic_increasing
    assert "Accuracy" not in found.columns


def test_slices_are_measured_at_the_threshold_of_the_dial(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    rows = read_predictions(workspace, run, "test")
    dial = {f"dial_{run.id}_{run.created}": OperatingPoint(0.0, Rule.HAND, (0.0,))}

    app = draw(slices_view, run, "test", session=dial)

    share = rows.class_ids.mean()
    assert shown(app, run, KINDS)["Precision"].iloc[0] == pytest.approx(share)
    assert shown(app, run, KINDS)["Recall"].iloc[0] == 1


def test_saved_slices_have_a_card_of_their_own_where_they_have_rows(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    app = draw(slices_view, run, "test")
    assert not said(app, "Saved slices")

    save_slice(workspace, dataset, "**Nobody**", RowFilter(text="nothing like it"), rows=0)
    app = draw(slices_view, run, "test")
    assert not said(app, "Saved slices")

    save_slice(workspace, dataset, "Dogs *here*", RowFilter(text="dog"), rows=1)
    app = draw(slices_view, run, "test")
    rows = read_predictions(workspace, run, "test")
    texts = texts_of(workspace, run, rows.rows.tolist())["text"]
    found = shown(app, run, SAVED)
    assert found["Slice"].tolist() == ["All rows", "Dogs *here*"]
    assert found["Rows"].tolist() == [len(rows), texts.str.contains(r"\bdog\b").sum()]


def test_of_many_saved_slices_each_page_is_measured_on_its_own(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    for number in range(52):
        row_filter = RowFilter(text="dog" if number < 51 else "cat")
        save_slice(workspace, dataset, f"Slice {number}", row_filter, rows=1)
    app = draw(slices_view, run, "test")
    assert len(shown(app, run, SAVED)) == 51
    assert said(app, "These are 1 to 50 of 52, the oldest first")

    app.get_by_key(f"saved_slices_page_{run.id}_52").set_value(2).run()

    assert not app.exception
    assert set(shown(app, run, SAVED)["Slice"]) == {"All rows", "Slice 50", "Slice 51"}
    assert said(app, "These are 51 to 52 of 52")


def test_words_of_few_rows_are_no_slice(draw: Draw, workspace: Workspace, run: Run) -> None:
    rows = read_predictions(workspace, run, "test")
    texts = texts_of(workspace, run, rows.rows.tolist())["text"].str.lower()

    app = draw(slices_view, run, "test")

    found = shown(app, run, WORDS).iloc[1:]
    assert len(found) > 3
    for name, count in zip(found["Slice"], found["Rows"], strict=True):
        word = name.removeprefix("with “").removesuffix("”")
        assert count == texts.str.contains(rf"\b{word}\b").sum() >= 30


def test_without_any_common_word_it_is_said(draw: Draw, workspace: Workspace) -> None:
    rows = [(f"word{n} other{n}", str(n % 4 // 3)) for n in range(100)]
    run = answered_run(workspace, toy.import_rows(workspace, rows, name="rare"))

    app = draw(slices_view, run, "test")

    assert said(app, "None: no slice has rows here.")


@pytest.mark.parametrize(("place", "chosen"), [(0, ""), (1, None)])
def test_a_ticked_slice_leads_to_its_mistakes(
    draw: Draw, run: Run, place: int, chosen: str | None
) -> None:
    app = draw(slices_view, run, "test", session={"mistakes_cell": (1, 1)})
    name = shown(app, run, KINDS)["Slice"].iloc[place]

    select(app, run, KINDS, place)
    press(app, f"See the mistakes: {name}")

    assert app.session_state[state.EVALUATION] == state.MISTAKES_VIEW
    assert app.session_state["mistakes_slice"] == (name if chosen is None else chosen)
    assert app.session_state["mistakes_cell"] is None


def test_a_slice_without_positive_rows_says_so_and_is_no_worse(
    draw: Draw, workspace: Workspace, answer: Answer
) -> None:
    rows = [
        (f"a number of words so that no band holds the {'word' if n % 3 else '«word»'} {n}",
         str(int(n % 3 > 0 and n % 2)))
        for n in range(300)
    ]  # fmt: skip
    run = answered_run(workspace, toy.import_rows(workspace, rows, name="quoted"))
    answer(run, lambda _, label: 0.9 if label else 0.1)

    app = draw(slices_view, run, "test")

    quoted = shown(app, run, KINDS).set_index("Slice").loc["has a quotation"]
    assert quoted["Positive"] == 0
    assert np.isnan(quoted["F1"])
    assert quoted["F1, 95 %"] == "no positive row"
    assert quoted["Than the rest"] == ""


def test_of_three_classes_accuracy_is_what_counts(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    rows = read_predictions(workspace, three, "test")
    right = rows.probabilities.argmax(axis=1) == rows.class_ids

    app = draw(slices_view, three, "test")

    found = shown(app, three, KINDS)
    assert found["Accuracy"].iloc[0] == pytest.approx(right.mean())
    assert not {"F1", "Precision", "Recall", "Positive"} & set(found.columns)


def test_the_table_behind_a_card_has_the_slices_alone(draw: Draw, run: Run) -> None:
    app = draw(slices_view, run, "test")

    whole = table(app, "chance")
    assert "All rows" not in whole["slice"].tolist()
    assert len(whole) == len(shown(app, run, KINDS)) - 1
    assert any("about 5% are luck at most" in sentence for sentence in sentences(app))


def test_markdown_in_a_word_stays_text(draw: Draw, workspace: Workspace) -> None:
    rows = [(f"say __init__ {n} {'x' if n % 3 else 'yy'}", str(n % 4 // 3)) for n in range(600)]
    run = answered_run(workspace, toy.import_rows(workspace, rows, name="odd"))
    app = draw(slices_view, run, "validation")
    names = shown(app, run, WORDS)["Slice"].tolist()
    place = next(n for n, name in enumerate(names) if "yy" in name)

    select(app, run, WORDS, place)

    label = next(each.label for each in app.button if "See the mistakes" in each.label)
    assert unescaped(label) == "See the mistakes: with “yy”"
