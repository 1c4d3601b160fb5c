import numpy as np
import pytest

from core.evaluation.predictions import read_predictions
from core.runs.result import kept_result
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.app_pages.evaluate.calibration_view import calibration_view
from tests.dashboard.app_pages.evaluate.conftest import Answer
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import charts, metrics, said, table


def test_the_error_is_the_distance_of_score_and_share(
    draw: Draw, workspace: Workspace, run: Run, answer: Answer
) -> None:
    # Two scores only: the share of positives among the rows of each says how far off it is.
    answer(run, lambda text, _: 0.9 if int(text.split()[-1]) % 2 else 0.3)
    rows = read_predictions(workspace, run, "test")
    high = rows.scores > 0.5
    expected = high.mean() * abs(0.9 - rows.class_ids[high].mean()) + (~high).mean() * abs(
        0.3 - rows.class_ids[~high].mean()
    )

    app = draw(calibration_view, run, "test")

    assert metrics(app)["ECE, as trained"] == f"{expected:.4f}"
    shown = table(app, "side")
    trained = shown[shown["side"] == "As trained"]
    assert trained["rows"].tolist() == [int((~high).sum()), int(high.sum())]
    assert trained["share"].tolist() == pytest.approx(
        [rows.class_ids[~high].mean(), rows.class_ids[high].mean()]
    )


def test_the_temperature_is_the_runs_and_validation_rows_are_said_to_flatter(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    app = draw(calibration_view, run, "validation")
    temperature = kept_result(workspace, run).temperature
    assert metrics(app)["Temperature"] == f"{temperature:.3f}"
    assert said(app, "fitted on these very rows, so “calibrated” flatters")

    app = draw(calibration_view, run, "test")
    assert not said(app, "flatters")


def test_both_curves_and_the_diagonal_are_drawn(draw: Draw, run: Run) -> None:
    app = draw(calibration_view, run, "test")

    (chart,) = charts(app)
    assert [curve["name"] for curve in chart["data"]] == ["As trained", "Calibrated", "perfect"]
    assert said(app, "of rows scored 0.3, three in ten are positive")


def test_of_three_classes_the_surest_answer_is_held_against_how_often_it_is_right(
    draw: Draw, workspace: Workspace, three: Run
) -> None:
    rows = read_predictions(workspace, three, "test")

    app = draw(calibration_view, three, "test")

    assert said(app, "How often the most probable class is right")
    trained = table(app, "side").query("side == 'As trained'")
    right = rows.probabilities.argmax(axis=1) == rows.class_ids
    assert np.average(trained["share"], weights=trained["rows"]) == pytest.approx(right.mean())
    assert (trained["score"] >= 1 / 3).all()


def test_rows_of_one_score_make_one_point(draw: Draw, run: Run, answer: Answer) -> None:
    answer(run, lambda *_: 0.5)

    app = draw(calibration_view, run, "test")

    assert table(app, "side")["rows"].tolist() == [80, 80]
    assert metrics(app)["ECE, as trained"] == "0.2500"
