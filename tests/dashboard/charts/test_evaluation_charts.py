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
