"""Probabilities at a temperature; needs no more than numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.runs.predicted_labels import Probabilities

_SMALLEST = 1e-7


def calibrated(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Probabilities at a temperature, shape (n, classes)."""
    if temperature == 1.0:
        return probabilities
    return softmax(log_probabilities(probabilities) / temperature).astype(np.float32)


def log_probabilities(probabilities: Probabilities) -> NDArray[np.float64]:
    """Natural logarithms, finite also of 0; shape as given."""
    logs: NDArray[np.float64] = np.log(np.clip(probabilities.astype(np.float64), _SMALLEST, 1.0))
    return logs


def softmax(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1 in each row, shape (n, classes)."""
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares
