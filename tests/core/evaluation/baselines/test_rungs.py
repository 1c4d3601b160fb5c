import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.baselines.rungs import own_threshold, rung_estimates
from core.evaluation.metrics import f1_threshold
from core.evaluation.predicted_labels import DEFAULT_THRESHOLD, verdicts
from core.evaluation.predictions import Predictions


def scored(classes: int, seed: int = 0) -> Predictions:
    dice = np.random.default_rng(seed)
    codes = dice.integers(0, classes, 200)
    odds = dice.normal(0, 1, (200, classes)) + 1.5 * np.eye(classes)[codes]
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    names = tuple("abcd"[:classes])
    return Predictions("test", names, np.arange(200), codes, shares.astype(np.float32))


def test_two_classes_are_measured_at_the_threshold_given() -> None:
    rows = scored(2)

    found = rung_estimates(rows, 0.3)

    answers = verdicts(rows.probabilities, 0.3)
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        {
            "pr_auc": metrics.average_precision_score(rows.codes, rows.scores),
            "f1": metrics.f1_score(rows.codes, answers),
            "accuracy": metrics.accuracy_score(rows.codes, answers),
        },
        abs=1e-9,
    )


def test_many_classes_are_measured_by_macro_f1_and_accuracy() -> None:
    rows = scored(3)
    answers = rows.probabilities.argmax(axis=1)

    found = rung_estimates(rows, DEFAULT_THRESHOLD)

    assert found["f1"].value == pytest.approx(
        metrics.f1_score(rows.codes, answers, average="macro"), abs=1e-9
    )
    assert found["accuracy"].value == pytest.approx((answers == rows.codes).mean(), abs=1e-9)


def test_the_own_threshold_is_tuned_unless_all_scores_are_the_same() -> None:
    rows = scored(2)
    constant = Predictions(
        "test", ("a", "b"), rows.rows, rows.codes, np.tile(np.float32([1, 0]), (200, 1))
    )

    assert own_threshold(rows) == f1_threshold(rows.codes, rows.scores)
    assert own_threshold(constant) == DEFAULT_THRESHOLD
    assert own_threshold(scored(3)) == DEFAULT_THRESHOLD
