import math
from pathlib import Path

import numpy as np
import pytest

from core.runs.curves import (
    MAX_POINTS,
    MEASURES,
    Axis,
    last_x,
    shown_measures,
    thin,
    time_unit,
    train_points,
    validation_points,
)
from core.runs.metrics import (
    RESOURCES,
    STEP,
    VALIDATION,
    Measurements,
    MetricsLog,
    MetricsReader,
    smoothed,
)

MEASURE = {measure.title: measure for measure in MEASURES}


@pytest.fixture
def measured(tmp_path: Path) -> Measurements:
    """Ten steps, two seconds each, a validation after each five, and the CPU every ten seconds."""
    path = tmp_path / "metrics.jsonl"
    with MetricsLog(path) as log:
        for step in range(1, 11):
            log.append(STEP, step=step, seconds=2.0 * step, loss=1 / step, learning_rate=1e-5)
            if step % 5 == 0:
                log.append(VALIDATION, step=step, seconds=2.0 * step + 0.5, pr_auc=step / 20)
                log.append(RESOURCES, seconds=2.0 * step + 1, cpu=0.9, gpu=0.0, memory_bytes=2e9)
    return MetricsReader(path).read()


def test_a_short_curve_is_drawn_whole() -> None:
    assert thin(np.arange(float(MAX_POINTS))).tolist() == list(range(MAX_POINTS))


@pytest.mark.parametrize("points", [401, 1000, 4096, 100_001])
def test_a_long_curve_keeps_its_ends_and_extremes(points: int) -> None:
    y = np.sin(np.arange(points) / 50)
    y[points // 3], y[points // 2], y[points // 4] = 9.0, -9.0, math.nan
    places = thin(y)

    assert len(places) <= MAX_POINTS
    assert (places[0], places[-1]) == (0, points - 1)
    assert (np.nanmax(y[places]), np.nanmin(y[places])) == (9.0, -9.0)
    assert (np.diff(places) > 0).all()


def test_points_once_chosen_stay_as_the_curve_grows() -> None:
    y = np.random.default_rng(0).normal(size=3000)
    before, after = set(thin(y[:2100])[:-1].tolist()), set(thin(y[:2500]).tolist())

    assert len(before - after) <= 2  # The last stretch was not full yet.


def test_a_smoothed_curve_is_smoothed_before_it_is_thinned(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    loss = np.random.default_rng(0).normal(size=1000)
    with MetricsLog(path) as log:
        for step, value in enumerate(loss):
            log.append(STEP, step=step, loss=float(value))
    points = train_points(MetricsReader(path).read(), MEASURE["Loss"], Axis.STEP, 0.9)

    assert len(points.x) == len(points.y) == len(points.smooth) <= MAX_POINTS
    assert points.smooth == pytest.approx(np.asarray(smoothed(loss, 0.9))[points.x.astype(int)])


def test_curves_are_over_steps_or_over_time(measured: Measurements) -> None:
    rate, pr_auc = MEASURE["Learning rate"], MEASURE["PR-AUC"]

    assert train_points(measured, rate, Axis.STEP, 0.6).x.tolist() == list(range(1, 11))
    assert train_points(measured, rate, Axis.TIME, 0.6).x.tolist() == list(range(2, 21, 2))
    assert train_points(measured, rate, Axis.STEP, 0.6).smooth is None
    assert validation_points(measured, pr_auc, Axis.STEP).x.tolist() == [5, 10]
    assert validation_points(measured, pr_auc, Axis.TIME).x.tolist() == [10.5, 20.5]
    assert (last_x(measured, Axis.STEP), last_x(measured, Axis.TIME)) == (10, 20.5)


def test_what_the_machine_did_stands_at_the_steps_of_its_time(measured: Measurements) -> None:
    points = train_points(measured, MEASURE["Memory"], Axis.STEP, 0.6)

    assert points.x.tolist() == [5.5, 10.0]
    assert points.y.tolist() == [2.0, 2.0]


def test_measures_are_offered_where_there_is_something_to_show(measured: Measurements) -> None:
    binary = [measure.title for measure in shown_measures([measured], binary=True)]
    many = [measure.title for measure in shown_measures([measured], binary=False)]

    assert {"Loss", "PR-AUC", "CPU", "Memory"} <= set(binary)
    assert not {"GPU", "GPU memory", "Input wait"} & set(binary)
    assert set(binary) - set(many) == {"PR-AUC"}
    assert "CPU" not in {m.title for m in shown_measures([Measurements()], binary=True)}


def test_before_the_first_step_every_curve_is_empty() -> None:
    nothing = Measurements()

    for measure in MEASURES:
        for axis in Axis:
            assert len(train_points(nothing, measure, axis, 0.6).x) == 0
            assert len(validation_points(nothing, measure, axis).x) == 0
    assert last_x(nothing, Axis.TIME) == 0.0


@pytest.mark.parametrize(
    ("seconds", "unit"), [(0, "seconds"), (180, "seconds"), (181, "minutes"), (20_000, "hours")]
)
def test_time_is_in_the_unit_that_suits_the_axis(seconds: float, unit: str) -> None:
    assert time_unit(seconds)[0] == unit
