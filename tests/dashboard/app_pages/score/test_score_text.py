from dataclasses import replace

import pytest

from core.data.text_recipe import TextRecipe
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.runs.run import Run
from core.serving.client import Answer, Answers
from core.workspace import Workspace
from dashboard.app_pages.score import typed_texts
from dashboard.app_pages.score.score_text import (
    _compared,
    _note,
    _said,
    _second_run,
    score_text,
)
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import press, said, table
from tests.made_answers import answered_run


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(60)), "*Mine*")


def answers(*scores: float) -> Answers:
    found = [Answer(score, "1" if score >= 0.5 else "0", score / 2) for score in scores]
    return Answers(found, 1_234.4, 56.6)


@pytest.mark.parametrize("typed", ["", "  \n \n"])
def test_without_a_text_nobody_is_asked(draw: Draw, run: Run, typed: str) -> None:
    app = draw(score_text, run, [])
    app.get_by_key("score_text").set_value(typed).run()

    press(app, "Score")

    assert said(app, "Type a text first.")
    assert not app.dataframe


def test_what_a_text_was_made_of_is_said_where_that_is_several_columns(
    draw: Draw, run: Run
) -> None:
    joined = replace(run, text_recipe=TextRecipe(("*title*", "body")))

    assert said(draw(score_text, joined, []), "the run learned from texts of *title* + body")
    assert not said(draw(score_text, run, []), "learned from")


def test_the_threshold_that_the_run_is_used_with_is_told(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.625, Rule.HAND, (0.625,)))

    sentence = unescaped(draw(_said, run, answers(0.5)).session_state["drawn"])

    assert sentence.startswith("Answered in 1,234 ms, of which the scorer took 57 ms.")
    assert "*Mine* gave the probability of “1”; from 0.625 on it is the label." in sentence


def test_of_more_classes_no_threshold_is_told(draw: Draw, workspace: Workspace) -> None:
    rows = toy.make_rows(90, classes=3)
    three = answered_run(workspace, toy.import_rows(workspace, rows))

    sentence = draw(_said, three, answers(0.5)).session_state["drawn"]

    assert "the most probable of 3 classes; the score is its probability." in sentence


def test_two_runs_stand_beside_each_other_and_where_they_differ_is_counted(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    other = answered_run(
        workspace, toy.import_rows(workspace, toy.make_rows(60), name="b"), "Other"
    )
    pair = (answers(0.9, 0.2, 0.6), answers(0.8, 0.7, 0.1))

    app = draw(_compared, run, other, ("a", "b", "*c*"), pair)

    shown = table(app, "Text")
    assert shown["Text"].tolist() == ["a", "b", "*c*"]
    assert shown["*Mine*: score"].tolist() == [0.9, 0.2, 0.6]
    assert shown["Other: label"].tolist() == ["1", "1", "0"]
    assert said(app, "The two give different labels to 2 of 3.")


def test_every_answer_is_noted_with_its_run(draw: Draw, run: Run) -> None:
    def view() -> tuple:
        _note(run, ("a", "b"), answers(0.9, 0.2))
        return typed_texts.typed_so_far()

    first, second = draw(view).session_state["drawn"]

    assert (first.text, first.score, first.calibrated, first.label) == ("a", 0.9, 0.45, "1")
    assert (second.run_id, second.run_name, second.milliseconds) == (run.id, "*Mine*", 1_234.4)


def test_a_second_run_is_optional_and_one_that_is_gone_is_forgotten(draw: Draw, run: Run) -> None:
    app = draw(_second_run, [])
    assert (app.session_state["drawn"], len(app.selectbox)) == (None, 0)

    app = draw(_second_run, [run])
    assert app.session_state["drawn"] is None
    app.selectbox[0].set_value(run.id).run()
    assert app.session_state["drawn"] == run

    app = draw(_second_run, [run], session={"kept_score_other": "gone"})
    assert app.session_state["drawn"] is None
