import numpy as np
import pytest

from core.evaluation.temperature import calibrated, log_probabilities, softmax
from core.runs.predicted_labels import predicted_labels


def test_a_temperature_changes_no_order_and_no_predicted_label_at_a_half() -> None:
    scores = np.random.default_rng(5).beta(1, 8, 500)
    probabilities = np.column_stack([1 - scores, scores]).astype(np.float32)

    cooled = calibrated(probabilities, 2.0)

    np.testing.assert_array_equal(
        np.argsort(cooled[:, 1], kind="stable"), np.argsort(probabilities[:, 1], kind="stable")
    )
    np.testing.assert_array_equal(
        predicted_labels(cooled, 0.5), predicted_labels(probabilities, 0.5)
    )


def test_a_temperature_divides_the_log_odds() -> None:
    probabilities = np.array([[0.1, 0.9], [0.8, 0.2]], np.float32)

    cooled = calibrated(probabilities, 2.0)

    odds = np.log(probabilities[:, 1] / probabilities[:, 0])
    assert np.log(cooled[:, 1] / cooled[:, 0]) == pytest.approx(odds / 2, rel=1e-5)


def test_sure_answers_stay_finite_and_shares_sum_to_one() -> None:
    certain = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32)

    logs = log_probabilities(certain)

    assert np.isfinite(logs).all()
    assert softmax(logs).sum(axis=1) == pytest.approx([1.0, 1.0])
    assert predicted_labels(calibrated(certain, 3.0), 0.5).tolist() == [1, 0]
