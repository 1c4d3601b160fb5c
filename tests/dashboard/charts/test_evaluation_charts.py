import numpy as np
import pandas as pd
import pytest

from core.evaluation.calibration import reliability
from core.evaluation.intervals import Estimate
from core.evaluation.thresholds import Sweep
from dashboard.charts import evaluation_charts


@pytest.fixture
def sweep() -> Sweep:
    rng = np.random.default_rng(0)
    class_ids = (rng.random(5_000) < 0.1).astype(np.int64)
    scores = 1 / (1 + np.exp(-rng.normal(2.5 * class_ids - 2.0, 1.0)))
    return Sweep.of(class_ids, scores.astype(np.float32))


def test_the_point_on_the_curves_is_what_the_threshold_gives(sweep: Sweep) -> None:
    confusion = sweep.at(0.4)
    recall = confusion.tp / confusion.positives

    precision_point = evaluation_charts.pr_curve(sweep, 0.4).data[-1]
    roc_point = evaluation_charts.roc_curve(sweep, 0.4).data[-1]

    assert precision_point.x[0] == pytest.approx(recall)
    assert precision_point.y[0] == pytest.approx(confusion.tp / confusion.flagged)
    assert roc_point.y[0] == pytest.approx(recall)
    assert roc_point.x[0] == pytest.approx(confusion.fp / sweep.negatives)


def test_curves_of_many_rows_are_drawn_with_few_points_from_end_to_end(sweep: Sweep) -> None:
    curve = evaluation_charts.roc_curve(sweep, 0.5).data[0]

    assert len(curve.x) <= 400
    assert (curve.x[0], curve.y[0]) == (0, 0)
    assert (curve.x[-1], curve.y[-1]) == (1, 1)


def test_a_threshold_that_flags_nothing_has_no_point(sweep: Sweep) -> None:
    curves = evaluation_charts.pr_curve(sweep, 1.1).data

    assert all(curve.mode == "lines" for curve in curves)


def test_figures_by_threshold_have_one_curve_each(sweep: Sweep) -> None:
    figure = evaluation_charts.figures_by_threshold(sweep, 0.3)

    assert [curve.name for curve in figure.data] == ["precision", "recall", "F1", "MCC"]


def test_reliability_shows_both_sides_and_the_diagonal() -> None:
    class_ids = np.array([0, 1] * 50)
    table = reliability(
        class_ids, np.column_stack([np.linspace(1, 0, 100), np.linspace(0, 1, 100)])
    )

    figure = evaluation_charts.reliability_curves({"As trained": table, "Calibrated": table})

    assert [curve.name for curve in figure.data] == ["As trained", "Calibrated", "perfect"]


def test_intervals_are_drawn_around_their_values_and_names_stay_text() -> None:
    estimate = Estimate(0.5, 0.4, 0.7)

    points = evaluation_charts.estimate_bars(["<b>run</b>"], [estimate], "F1").data[0]

    assert points.error_x.array == pytest.approx((0.2,))
    assert points.error_x.arrayminus == pytest.approx((0.1,))
    assert points.y[0] == "&lt;b&gt;run&lt;/b&gt;"


def test_the_learning_curve_keeps_the_order_of_its_sizes() -> None:
    table = pd.DataFrame(
        {"rows": [10, 20], "value": [0.3, 0.4], "low": [0.2, 0.3], "high": [0.4, 0.5]}
    )

    assert list(evaluation_charts.learning_curve(table, "PR-AUC").data[0].x) == [10, 20]


FEW = Sweep.of(np.array([1, 0, 1, 0]), np.array([0.9, 0.7, 0.4, 0.2], np.float32))


@pytest.mark.parametrize("threshold", [0.95, 0.8, FEW.thresholds[2], 0.55, 0.3, 0.1, 0.0])
def test_figures_between_two_scores_are_those_of_the_threshold(threshold: float) -> None:
    found = {
        curve.name: curve for curve in evaluation_charts.figures_by_threshold(FEW, threshold).data
    }

    confusion = FEW.at(threshold)
    for name, value in {
        "recall": confusion.tp / 2,
        "precision": confusion.tp / confusion.flagged if confusion.flagged else np.nan,
        "F1": 2 * confusion.tp / (confusion.flagged + 2),
    }.items():
        curve = found[name]
        assert curve.line.shape == "hv"
        # Level from each score down to the next lower one, where the next level begins.
        place = np.flatnonzero(np.array(curve.x) >= threshold)[-1]
        assert curve.y[place] == pytest.approx(value, nan_ok=True)
        assert (curve.x[0], curve.x[-1]) == (1.0, 0.0)


def test_the_area_under_the_steps_is_the_average_precision() -> None:
    curve = evaluation_charts.pr_curve(FEW, 0.5).data[0]

    assert curve.line.shape == "vh"
    widths, heights = np.diff(curve.x), np.array(curve.y[1:])
    assert (widths * heights).sum() == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert (curve.x[0], curve.x[-1]) == (0.0, 1.0)


def test_the_threshold_itself_lies_on_curves_of_many_rows(sweep: Sweep) -> None:
    for threshold in (0.123, 0.234, 0.345, 0.456):
        curve = evaluation_charts.figures_by_threshold(sweep, threshold).data[1]
        place = np.flatnonzero(np.array(curve.x) >= threshold)[-1]
        assert curve.y[place] == sweep.at(threshold).tp / sweep.positives
