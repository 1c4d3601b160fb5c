"""Whether a score of 0.8 is right eight times in ten, and how to make it so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import beta
from sklearn.metrics import log_loss

from core.evaluation.temperature import log_probabilities, softmax
from core.runs.predicted_labels import ClassIds, Probabilities

BINS = 15
_TEMPERATURES = (0.05, 20.0)


def fit_temperature(class_ids: ClassIds, probabilities: Probabilities) -> float:
    """The temperature that makes the rows' cross-entropy least.

    One number for all scores, so their order and the labels at a moved threshold stay. Source:
    Guo et al. (2017), On calibration of modern neural networks.

    Args:
        class_ids: True class ids, shape (n,).
        probabilities: Shape (n, classes), of rows that training has not seen.

    Returns:
        Above 1 where scores are too sure, below 1 where they are not sure enough; 1 where the
        rows are of one class and do not say.
    """
    if len(np.unique(class_ids)) < 2:
        return 1.0
    labels = list(range(probabilities.shape[1]))
    logs = log_probabilities(probabilities)

    def loss(log_temperature: float) -> float:
        return float(log_loss(class_ids, softmax(logs / np.exp(log_temperature)), labels=labels))

    bounds = (np.log(_TEMPERATURES[0]), np.log(_TEMPERATURES[1]))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))


def reliability(
    class_ids: ClassIds, probabilities: Probabilities, *, bins: int = BINS
) -> pd.DataFrame:
    """How often the model is right where it says how sure it is.

    With two classes the score of the second is held against its share; with more, the highest
    probability against how often that class is right. Bins hold equally many rows, because with
    a rare class nearly all scores lie near 0. Source: Nixon et al. (2019), Measuring calibration
    in deep learning.

    Args:
        class_ids: True class ids, shape (n,).
        probabilities: Shape (n, classes).
        bins: At most so many; equal scores stay together.

    Returns:
        Columns score (mean), share, low and high (95 % of the share, Jeffreys), rows.
    """
    sure, right = _sureness(class_ids, probabilities)
    edges = np.unique(np.quantile(sure, np.linspace(0, 1, bins + 1)[1:-1]))
    numbers = np.searchsorted(edges, sure, side="left")
    table = pd.DataFrame({"bin": numbers, "score": sure, "right": right})
    found = table.groupby("bin").agg(
        score=("score", "mean"), hits=("right", "sum"), rows=("right", "size")
    )
    found["share"] = found["hits"] / found["rows"]
    hits, misses = found["hits"] + 0.5, found["rows"] - found["hits"] + 0.5
    found["low"] = np.where(found["hits"] > 0, beta.ppf(0.025, hits, misses), 0.0)
    found["high"] = np.where(misses > 0.5, beta.ppf(0.975, hits, misses), 1.0)
    return found[["score", "share", "low", "high", "rows"]].reset_index(drop=True)


def calibration_error(
    class_ids: ClassIds, probabilities: Probabilities, *, bins: int = BINS
) -> float:
    """Expected calibration error (ECE): mean distance of score and share, weighted by rows."""
    table = reliability(class_ids, probabilities, bins=bins)
    distances = (table["score"] - table["share"]).abs()
    return float((distances * table["rows"]).sum() / table["rows"].sum())


def _sureness(
    class_ids: ClassIds, probabilities: Probabilities
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    if probabilities.shape[1] == 2:
        return probabilities[:, 1].astype(np.float64), class_ids == 1
    answers = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(class_ids)), answers].astype(np.float64)
    return sure, answers == class_ids
