"""Baselines and fine-tuned runs measured alike on one part of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.baselines.baselines import Baseline
from core.evaluation.intervals import Estimate, area_estimates, count_estimates
from core.evaluation.metrics import f1_threshold
from core.evaluation.mistakes import MACRO, MICRO, class_table, confusion_matrix, one_against_all
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import DEFAULT_THRESHOLD


@dataclass(frozen=True)
class ComparedModel:
    """One classifier of the baseline comparison: `seconds` it took to fit, and its figures.

    `baseline` is None for a fine-tuned run. `estimates` has pr_auc (two classes), f1 (with more,
    the macro average) and accuracy, all at `threshold`: the one that suits F1 best on validation
    rows, so that all are compared on equal terms. Only a line that is `in_use` shows a run once
    more, at the threshold that somebody chose for it.
    """

    name: str
    baseline: Baseline | None
    seconds: float
    chosen: str
    estimates: dict[str, Estimate]
    threshold: float = DEFAULT_THRESHOLD
    in_use: bool = False


def own_threshold(validation: Predictions) -> float:
    """The threshold for F1 on validation rows; a half where all scores are the same."""
    if not validation.binary or np.ptp(validation.scores) == 0:
        return DEFAULT_THRESHOLD
    return f1_threshold(validation.class_ids, validation.scores)


def metric_estimates(predictions: Predictions, threshold: float) -> dict[str, Estimate]:
    """A classifier's figures on a part of the rows, with 95 % intervals."""
    matrix = confusion_matrix(predictions, threshold)
    if predictions.binary:
        counts = count_estimates(one_against_all(matrix, 1))
        areas = area_estimates(predictions.class_ids, predictions.scores)
        return {"pr_auc": areas["pr_auc"], "f1": counts["f1"], "accuracy": counts["accuracy"]}
    table = class_table(matrix, predictions.classes)
    return {"f1": table[MACRO]["f1"], "accuracy": table[MICRO]["f1"]}
