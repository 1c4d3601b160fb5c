"""Where a run is wrong: confusion matrix, classes confused, and the worst rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import metrics

from core.data.dataset import ROW
from core.evaluation.intervals import Confusion, Estimate, count_estimates, spread
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import ClassIds, predicted_labels, scores_of

_DRAWS = 1_000
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
    drawn = [_averages(each) for each in _redrawn(matrix)]
    for name, figures in _averages(matrix).items():
        found[name] = {
            figure: spread(value, np.array([draw[name][figure] for draw in drawn]))
            for figure, value in figures.items()
        }
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


def _redrawn(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """The matrix of rows drawn again with replacement, shape (draws, classes, classes)."""
    total = int(matrix.sum())
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(total, matrix.ravel() / total, size=_DRAWS)
    return drawn.reshape(_DRAWS, *matrix.shape)


def _averages(matrix: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    hits = np.diag(matrix).astype(np.float64)
    called, truly = matrix.sum(axis=0), matrix.sum(axis=1)
    macro = {
        "precision": float(np.mean(hits / np.maximum(called, 1))),
        "recall": float(np.mean(hits / np.maximum(truly, 1))),
        "f1": float(np.mean(2 * hits / np.maximum(called + truly, 1))),
    }
    accuracy = float(hits.sum() / matrix.sum())
    return {MACRO: macro, MICRO: dict.fromkeys(macro, accuracy)}
