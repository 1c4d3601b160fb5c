"""What a linear classifier gains when it is fitted without the rows whose labels are suspected.

Cross-validation inside cross-validation: the suspects among the rows that a classifier is fitted
on are found without the rows that it is measured on. Otherwise the rows to be left out would be
those that contradict the very rows that judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.evaluation.intervals import Estimate
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.evaluation.paired import paired
from core.evaluation.predictions import Predictions
from core.labels.suspects.out_of_fold import FOLDS, Flags, Rows, Step, fit_and_ask
from core.labels.suspects.suspects import doubted, outvoted_copies
from core.runs.predicted_labels import DEFAULT_THRESHOLD, ClassIds, Probabilities

_MANY = 100_000
"""From so many rows on, two folds measure well enough."""
_FIGURES = ("pr_auc", "f1", "accuracy")


@dataclass(frozen=True)
class Retraining:
    """What leaving suspects out did.

    `rows` were measured, each by a classifier that had not seen it. `left_out` is the share of
    the rows to fit on that were left out, `corrected` the number of labels that people had
    changed. `before` and `differences` map pr_auc (two classes), f1 (with more, the macro mean)
    and accuracy to the figure with all labels as given, and to the gain with its 95 % interval.
    """

    rows: int
    left_out: float
    corrected: int
    before: dict[str, float]
    differences: dict[str, Estimate]


def retraining(
    rows: Rows, corrected: ClassIds, settled: Flags, probabilities: Probabilities, *, step: Step
) -> Retraining:
    """Compare a classifier fitted on all labels with one fitted without unsettled suspects.

    Both are measured on the labels as people have corrected them, each at the threshold that is
    best for F1 on the rows measured.

    Args:
        rows: All labelled rows, with the labels as given.
        corrected: The labels with people's corrections, shape (n,).
        settled: Rows that somebody has kept or corrected, shape (n,): these stay.
        probabilities: From `out_of_fold` of these rows.
        step: Called after every one of `fits(len(rows))`.
    """
    measured_folds = range(_measured_folds(len(rows)))
    inner = _inner_probabilities(rows, step)
    after = np.zeros_like(probabilities)
    left_out = []
    for fold in measured_folds:
        train = rows.folds != fold
        suspected = np.zeros(len(rows), bool)
        suspected[train] = _suspected(rows, train, inner[fold])
        kept = train & (settled | ~suspected)
        left_out.append(1 - kept.sum() / train.sum())
        after[~train] = fit_and_ask(rows, corrected, kept, ~train)
        step()
    measured = np.flatnonzero(np.isin(rows.folds, measured_folds))
    before, without = (
        _predictions(corrected, answers, measured) for answers in (probabilities, after)
    )
    return _compared(
        before, without, float(np.mean(left_out)), int((corrected != rows.class_ids).sum())
    )


def fits(rows: int) -> int:
    """How often `retraining` fits a classifier to so many rows."""
    folds = _measured_folds(rows)
    return folds + sum(first < folds for first, _ in combinations(range(FOLDS), 2))


def _measured_folds(rows: int) -> int:
    return FOLDS if rows < _MANY else 2


def _inner_probabilities(rows: Rows, step: Step) -> dict[int, Probabilities]:
    """Of each fold to measure, what its other rows get from classifiers that saw neither.

    The classifier that sees neither of two folds serves both, so each pair is fitted once.
    """
    measured = _measured_folds(len(rows))
    found = {fold: np.zeros((len(rows), rows.classes), np.float32) for fold in range(measured)}
    for first, second in combinations(range(FOLDS), 2):
        if first >= measured:
            continue
        unseen = (rows.folds == first) | (rows.folds == second)
        answers = fit_and_ask(rows, rows.class_ids, ~unseen, unseen)
        folds = rows.folds[unseen]
        places = np.flatnonzero(unseen)
        found[first][places[folds == second]] = answers[folds == second]
        if second < measured:
            found[second][places[folds == first]] = answers[folds == first]
        step()
    return found


def _suspected(rows: Rows, train: Flags, inner: Probabilities) -> Flags:
    class_ids, probabilities = rows.class_ids[train], inner[train]
    copies = outvoted_copies(class_ids, probabilities, rows.groups[train])
    return doubted(class_ids, probabilities) | (copies >= 0)


def _predictions(
    class_ids: ClassIds, probabilities: Probabilities, places: ClassIds
) -> Predictions:
    classes = tuple(str(class_id) for class_id in range(probabilities.shape[1]))
    return Predictions("", classes, places, class_ids[places], probabilities[places])


def _compared(
    before: Predictions, after: Predictions, left_out: float, corrected: int
) -> Retraining:
    first, second = _threshold(before), _threshold(after)
    figures = classification_metrics(before.class_ids, before.probabilities, first)
    differences = paired(before, after, (first, second)).differences
    wanted = [name for name in _FIGURES if name in differences]
    return Retraining(
        rows=len(before),
        left_out=left_out,
        corrected=corrected,
        before={name: figures[name] for name in wanted},
        differences={name: differences[name] for name in wanted},
    )


def _threshold(predictions: Predictions) -> float:
    if not predictions.binary:
        return DEFAULT_THRESHOLD
    return f1_threshold(predictions.class_ids, predictions.scores)
