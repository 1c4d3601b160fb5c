import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.baselines.compared_model import metric_estimates, own_threshold
from core.evaluation.metrics import f1_threshold
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import DEFAULT_THRESHOLD, predicted_labels


def scored(classes: int, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    class_ids = rng.integers(0, classes, 200)
    odds = rng.normal(0, 1, (200, classes)) + 1.5 * np.eye(classes)[class_ids]
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    names = tuple("abcd"[:classes])
    return Predictions("test", names, np.arange(200), class_ids, shares.astype(np.float32))


def test_two_classes_are_measured_at_the_threshold_given() -> None:
    rows = scored(2)

    found = metric_estimates(rows, 0.3)

    answers = predicted_labels(rows.probabilities, 0.3)
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        {
            "pr_auc": metrics.average_precision_score(rows.class_ids, rows.scores),
            "f1": metrics.f1_score(rows.class_ids, answers),
            "accuracy": metrics.accuracy_score(rows.class_ids, answers),
        },
        abs=1e-9,
    )


def test_many_classes_are_measured_by_macro_f1_and_accuracy() -> None:
    rows = scored(3)
    answers = rows.probabilities.argmax(axis=1)

    found = metric_estimates(rows, DEFAULT_THRESHOLD)

    assert found["f1"].value == pytest.approx(
        metrics.f1_score(rows.class_ids, answers, average="macro"), abs=1e-9
    )
    assert found["accuracy"].value == pytest.approx((answers == rows.class_ids).mean(), abs=1e-9)


def test_the_own_threshold_is_tuned_unless_all_scores_are_the_same() -> None:
    rows = scored(2)
    constant = Predictions(
        "test", ("a", "b"), rows.rows, rows.class_ids, np.tile(np.float32([1, 0]), (200, 1))
    )

    assert own_threshold(rows) == f1_threshold(rows.class_ids, rows.scores)
    assert own_threshold(constant) == DEFAULT_THRESHOLD
    assert own_threshold(scored(3)) == DEFAULT_THRESHOLD
