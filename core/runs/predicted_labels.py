"""The class that probabilities and a threshold give a row; needs no more than numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ClassIds = NDArray[np.int64]
Probabilities = NDArray[np.float32]

DEFAULT_THRESHOLD = 0.5


def predicted_labels(probabilities: Probabilities, threshold: float) -> ClassIds:
    """The class each row is given, shape (n,).

    Two classes: the second from `threshold` on. More: the most probable.
    """
    if probabilities.shape[1] == 2:
        answers = reaches(probabilities[:, 1], threshold)
    else:
        answers = probabilities.argmax(axis=1)
    return np.asarray(answers, np.int64)


def reaches(scores: NDArray[np.float32], threshold: float) -> NDArray[np.bool_]:
    """Whether each score of two classes is positive at a threshold, shape (n,)."""
    # Exactly: in float32 a threshold between two neighbouring scores would fall on one.
    positive: NDArray[np.bool_] = scores.astype(np.float64) >= threshold
    return positive


def scores_of(probabilities: Probabilities) -> NDArray[np.float32]:
    """The one number a row is shown with, shape (n,); `core.model.saved_model` has it for TF.

    Two classes: the probability of the second, whatever the threshold. More: the highest.
    """
    if probabilities.shape[1] == 2:
        return probabilities[:, 1]
    highest: NDArray[np.float32] = probabilities.max(axis=1)
    return highest
