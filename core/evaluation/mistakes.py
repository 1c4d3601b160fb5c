"""Where a run is wrong: confusion matrix, classes confused, and the worst rows.

Means over classes get their intervals as areas do (see `intervals`): rows weighted anew, with
half a right and half a wrong imaginary row added, each spread evenly over the classes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn import metrics

from core.data.dataset import ROW
from core.evaluation.intervals import Array, Confusion, Estimate, count_estimates, spread
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import ClassIds, predicted_labels, scores_of

_DRAWS = 1_000
_FEWEST_DRAWS = 100
_NUMBERS = 4_000_000
"""Weights that are drawn at once at most: 32 MB."""
_PRIOR = 0.5
MACRO = "macro average"
MICRO = "micro average"


def confusion_matrix(predictions: Predictions, threshold: float) -> NDArray[np.int64]:
    """Rows by true class and predicted label, shape (classes, classes)."""
    answers = predicted_labels(predictions.probabilities, threshold)
    labels = list(range(len(predictions.classes)))
    matrix: NDArray[np.int64] = metrics.confusion_matrix(
        predictions.class_ids, answers, labels=labels
    )
    return matrix


def top_confusions(matrix: NDArray[np.int64], classes: tuple[str, ...]) -> pd.DataFrame:
    """Which class is taken for which, the most frequent first.

    Returns:
        Columns label, predicted_label, rows, share (of the label's rows).
    """
    of_label = matrix.sum(axis=1)
    wrong = matrix - np.diag(np.diag(matrix))
    places = np.argwhere(wrong > 0)
    table = pd.DataFrame(
        {
            "label": [classes[truly] for truly, _ in places],
            "predicted_label": [classes[answer] for _, answer in places],
            "rows": [int(wrong[truly, answer]) for truly, answer in places],
            "share": [wrong[truly, answer] / of_label[truly] for truly, answer in places],
        }
    )
    return table.sort_values("rows", ascending=False, kind="stable").reset_index(drop=True)


def class_table(
    matrix: NDArray[np.int64], classes: tuple[str, ...]
) -> dict[str, dict[str, Estimate]]:
    """Precision, recall and F1 of each class against all others, and their averages.

    Args:
        matrix: From `confusion_matrix`.
        classes: Their names.

    Returns:
        By class, in order, then MACRO (the mean of the classes, each counting alike) and MICRO
        (all predicted labels counted together, which is the accuracy).
    """
    found = {}
    for class_id, name in enumerate(classes):
        estimates = count_estimates(one_against_all(matrix, class_id))
        found[name] = {figure: estimates[figure] for figure in ("precision", "recall", "f1")}
    drawn = _drawn_macro(matrix)
    found[MACRO] = {name: spread(value, drawn[name]) for name, value in _macro(matrix).items()}
    right = int(np.trace(matrix))
    accuracy = count_estimates(Confusion(0, 0, int(matrix.sum()) - right, right))["accuracy"]
    found[MICRO] = dict.fromkeys(found[MACRO], accuracy)
    return found


def one_against_all(matrix: NDArray[np.int64], class_id: int) -> Confusion:
    """The two-class confusion matrix of one class against the rest."""
    tp = int(matrix[class_id, class_id])
    fp, fn = int(matrix[:, class_id].sum()) - tp, int(matrix[class_id].sum()) - tp
    return Confusion(int(matrix.sum()) - tp - fp - fn, fp, fn, tp)


def row_losses(predictions: Predictions) -> NDArray[np.float64]:
    """How wrong the probabilities are, row by row: cross-entropy in nats, shape (n,)."""
    given = predictions.probabilities[np.arange(len(predictions)), predictions.class_ids]
    losses: NDArray[np.float64] = -np.log(np.clip(given.astype(np.float64), 1e-7, 1.0))
    return losses


def mistakes(predictions: Predictions, threshold: float) -> pd.DataFrame:
    """All rows with their predicted labels, the worst first.

    Returns:
        Columns row, label and predicted_label (class ids), score (probability of the second of two
        classes, or with more of the predicted label), loss (nats), wrong.
    """
    answers: ClassIds = predicted_labels(predictions.probabilities, threshold)
    table = pd.DataFrame(
        {
            ROW: predictions.rows,
            "label": predictions.class_ids,
            "predicted_label": answers,
            "score": scores_of(predictions.probabilities),
            "loss": row_losses(predictions),
            "wrong": answers != predictions.class_ids,
        }
    )
    return table.sort_values("loss", ascending=False, kind="stable").reset_index(drop=True)


def class_sums(
    weights: Array, labels: ClassIds, answers: ClassIds, classes: int, right: Array, wrong: Array
) -> tuple[Array, Array, Array]:
    """What of each class is right, labelled so and called so, for every line of weights.

    Args:
        weights: Of kinds of rows, shape (draws, kinds).
        labels: Their true classes, shape (kinds,).
        answers: Their predicted labels, shape (kinds,).
        classes: How many there are.
        right: Weights of an imaginary row, evenly of all classes, that is right, shape (draws,).
        wrong: Of one that is not, shape (draws,).

    Returns:
        Three sums, each of shape (draws, classes).
    """
    same = labels == answers
    imaginary = np.stack([right, right + wrong, right + wrong])[..., None] / classes
    sums = (
        weights[:, same] @ of_class(labels[same], classes),
        weights @ of_class(labels, classes),
        weights @ of_class(answers, classes),
    )
    hits, truly, called = (each + more for each, more in zip(sums, imaginary, strict=True))
    return hits, truly, called


def of_class(class_ids: ClassIds, classes: int) -> csr_array:
    """1 where a kind of row is of a class and else 0, shape (kinds, classes)."""
    places = (np.arange(len(class_ids)), class_ids)
    return csr_array((np.ones(len(class_ids)), places), shape=(len(class_ids), classes))


def draws_of(numbers: int) -> int:
    """How many lines of so many weights are drawn: fewer where they would take much memory."""
    return int(np.clip(_NUMBERS // max(numbers, 1), _FEWEST_DRAWS, _DRAWS))


def _drawn_macro(matrix: NDArray[np.int64]) -> dict[str, Array]:
    """The means over classes of rows weighted anew, each of shape (draws,)."""
    labels, answers = np.nonzero(matrix)
    rng, draws = np.random.default_rng(0), draws_of(max(len(labels), len(matrix)))
    weights = rng.standard_gamma(matrix[labels, answers], (draws, len(labels)))
    imaginary = rng.standard_gamma(_PRIOR, (2, draws))
    hits, truly, called = class_sums(weights, labels, answers, len(matrix), *imaginary)
    # A figure that the rows say nothing of is 0, as in the value itself.
    known, asked = matrix.sum(axis=1) > 0, matrix.sum(axis=0) > 0
    return {
        "precision": np.where(asked, hits / called, 0.0).mean(axis=1),
        "recall": np.where(known, hits / truly, 0.0).mean(axis=1),
        "f1": np.where(known | asked, 2 * hits / (called + truly), 0.0).mean(axis=1),
    }


def _macro(matrix: NDArray[np.int64]) -> dict[str, float]:
    hits = np.diag(matrix).astype(np.float64)
    called, truly = matrix.sum(axis=0), matrix.sum(axis=1)
    return {
        "precision": float(np.mean(hits / np.maximum(called, 1))),
        "recall": float(np.mean(hits / np.maximum(truly, 1))),
        "f1": float(np.mean(2 * hits / np.maximum(called + truly, 1))),
    }
