import numpy as np
import pytest
from sklearn.metrics import log_loss

from core.evaluation.calibration import (
    calibration_error,
    fit_temperature,
    reliability,
)
from core.evaluation.temperature import calibrated


def answers_at(temperature: float, rows: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Codes drawn from probabilities, and those probabilities made too sure or not sure enough."""
    rng = np.random.default_rng(5)
    odds = rng.normal(-2.0, 1.5, rows)
    class_ids = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    positive = 1 / (1 + np.exp(-odds * temperature))
    return class_ids, np.column_stack([1 - positive, positive]).astype(np.float32)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_of_scores_that_were_heated_is_found_again(temperature: float) -> None:
    class_ids, probabilities = answers_at(temperature)

    found = fit_temperature(class_ids, probabilities)

    assert found == pytest.approx(temperature, rel=0.05)
    cooled = calibrated(probabilities, found)
    assert log_loss(class_ids, cooled[:, 1]) <= log_loss(
        class_ids, probabilities[:, 1].astype(float)
    )
    assert calibration_error(class_ids, cooled) < 0.01


def test_three_classes_are_calibrated_too() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(0, 2, (5_000, 3))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    class_ids = np.array([rng.choice(3, p=row) for row in shares])
    sure = np.exp(2 * logits) / np.exp(2 * logits).sum(axis=1, keepdims=True)

    temperature = fit_temperature(class_ids, sure.astype(np.float32))

    assert temperature == pytest.approx(2.0, rel=0.08)
    cooled = calibrated(sure.astype(np.float32), temperature)
    assert calibration_error(class_ids, cooled) < 0.3 * calibration_error(class_ids, sure)
    np.testing.assert_allclose(cooled.sum(axis=1), 1.0, atol=1e-6)


def test_the_calibration_error_is_the_mean_distance_weighted_by_rows() -> None:
    class_ids = np.array([0] * 80 + [1] * 20 + [1] * 50 + [0] * 50)
    positive = np.array([0.1] * 100 + [0.9] * 100)
    probabilities = np.column_stack([1 - positive, positive])

    table = reliability(class_ids, probabilities)

    assert table["rows"].tolist() == [100, 100]
    assert table["score"].tolist() == pytest.approx([0.1, 0.9])
    assert table["share"].tolist() == pytest.approx([0.2, 0.5])
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()
    assert calibration_error(class_ids, probabilities) == pytest.approx((0.1 + 0.4) / 2)


def test_bins_hold_equally_many_rows_where_scores_crowd_near_0() -> None:
    class_ids, probabilities = answers_at(1.0)

    rows = reliability(class_ids, probabilities, bins=10)["rows"]

    assert len(rows) == 10
    assert rows.max() - rows.min() <= 2


def test_constant_scores_are_one_bin() -> None:
    class_ids = np.array([0, 1, 0, 1])
    probabilities = np.full((4, 2), 0.5)

    table = reliability(class_ids, probabilities)

    assert len(table) == 1
    assert calibration_error(class_ids, probabilities) == 0.0


def test_rows_of_one_class_say_nothing_about_temperature() -> None:
    assert fit_temperature(np.zeros(4, np.int64), np.full((4, 2), 0.5)) == 1.0
