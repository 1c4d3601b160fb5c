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
        # Exactly: in float32 a threshold between two neighbouring scores would fall on one.
        answers = probabilities[:, 1].astype(np.float64) >= threshold
    else:
        answers = probabilities.argmax(axis=1)
    return np.asarray(answers, np.int64)
