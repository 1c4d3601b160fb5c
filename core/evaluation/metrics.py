"""Metrics of a classifier, by scikit-learn, and the threshold that suits F1 best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from core.runs.predicted_labels import (
    DEFAULT_THRESHOLD,
    ClassIds,
    Probabilities,
    predicted_labels,
)

Counts = NDArray[np.float64]
Gain = Callable[[Counts, Counts, float, float], Counts]
"""What a threshold is worth, from (true positives, rows called positive, positives, rows)."""

_DRAWS = 100
_SMALLEST = 1e-7


def f1_threshold(class_ids: ClassIds, scores: NDArray[np.float32]) -> float:
    """The threshold for the highest F1 on rows still to come; see `bagged_threshold`."""
    return bagged_threshold(class_ids, scores, f_beta_gain(1.0))


def f_beta_gain(beta: float) -> Gain:
    """F-beta as something to gain: recall counts beta times as much as precision."""
    square = beta * beta
    return lambda tp, called, positives, rows: (1 + square) * tp / (called + square * positives)


def bagged_threshold(class_ids: ClassIds, scores: NDArray[np.float32], gain: Gain) -> float:
    """A threshold for the most gain on rows still to come: that of these rows, made steadier.

    The best threshold of few positives follows single rows. The mean, over redrawn rows, of each
    draw's best threshold loses less on other rows: on Quora's questions, tuned for F1 on 127
    positives, 0.007 of F1. Source: Breiman (1996), Bagging predictors. Means are of log-odds.

    Args:
        class_ids: 0 or 1, shape (n,).
        scores: Probability of class 1, shape (n,).
        gain: What is to be highest.

    Returns:
        A threshold t for the rule `score >= t`; DEFAULT_THRESHOLD without positives. The same
        rows give the same threshold.
    """
    if not class_ids.any():
        return DEFAULT_THRESHOLD
    order = np.argsort(-scores, kind="stable")
    positive = class_ids[order].astype(np.float64)
    odds = _log_odds(scores[order])
    # Half-way to the next lower score, so that rounding does not matter.
    cuts = np.append((odds[:-1] + odds[1:]) / 2, odds[-1] - 1.0)
    last_of_equals = np.append(odds[:-1] != odds[1:], True)
    generator = np.random.default_rng(0)
    shares = np.full(len(class_ids), 1 / len(class_ids))
    best = []
    for _ in range(_DRAWS):
        drawn = generator.multinomial(len(class_ids), shares)
        total = float(drawn @ positive)
        if total == 0:
            continue
        gains = gain(np.cumsum(drawn * positive), np.cumsum(drawn), total, float(len(class_ids)))
        gains = np.where(last_of_equals, gains, -np.inf)
        none = gain(np.zeros(1), np.zeros(1), total, float(len(class_ids)))
        # To call no row positive may be best: a score worse than chance has no MCC above 0.
        best.append(odds[0] + 1.0 if none[0] > gains.max() else cuts[np.argmax(gains)])
    return float(1.0 / (1.0 + np.exp(-np.mean(best)))) if best else DEFAULT_THRESHOLD


def classification_metrics(
    class_ids: ClassIds, probabilities: Probabilities, threshold: float
) -> dict[str, float]:
    """Named metrics of probabilities against the true classes.

    Args:
        class_ids: True class ids, shape (n,).
        probabilities: Shape (n, classes).
        threshold: For two classes; see `predicted_labels`.

    Returns:
        Always loss (cross-entropy, nats), accuracy, majority (accuracy of the commonest
        class), mcc (Matthews), f1. With two classes also precision, recall, pr_auc (average
        precision) and roc_auc, and f1 is of the second class; with more, f1 is the macro mean.
        Areas are NaN where only one class occurs.
    """
    answers = predicted_labels(probabilities, threshold)
    n_classes = probabilities.shape[1]
    labels = list(range(n_classes))
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    # Without a second value MCC is 0 by definition, and scikit-learn would warn.
    mcc = (
        metrics.matthews_corrcoef(class_ids, answers)
        if len(np.union1d(class_ids, answers)) > 1
        else 0.0
    )
    found = {
        "loss": float(metrics.log_loss(class_ids, exact, labels=labels)),
        "accuracy": float(metrics.accuracy_score(class_ids, answers)),
        "majority": float(np.bincount(class_ids).max() / len(class_ids)),
        "mcc": float(mcc),
    }
    if n_classes > 2:
        macro = metrics.f1_score(
            class_ids, answers, average="macro", labels=labels, zero_division=0
        )
        return {**found, "f1": float(macro)}
    return {**found, **_binary_metrics(class_ids, probabilities[:, 1], answers)}


def _log_odds(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    inside = np.clip(scores.astype(np.float64), _SMALLEST, 1.0 - _SMALLEST)
    odds: NDArray[np.float64] = np.log(inside / (1.0 - inside))
    return odds


def _binary_metrics(
    class_ids: ClassIds, scores: NDArray[np.float32], answers: ClassIds
) -> dict[str, float]:
    both = 0 < class_ids.sum() < len(class_ids)
    return {
        "f1": float(metrics.f1_score(class_ids, answers, zero_division=0)),
        "precision": float(metrics.precision_score(class_ids, answers, zero_division=0)),
        "recall": float(metrics.recall_score(class_ids, answers, zero_division=0)),
        "pr_auc": float(metrics.average_precision_score(class_ids, scores))
        if both
        else float("nan"),
        "roc_auc": float(metrics.roc_auc_score(class_ids, scores)) if both else float("nan"),
    }
