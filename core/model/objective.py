"""What training minimizes: cross-entropy, and what helps where classes are of unequal size."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class Losses(NamedTuple):
    """Of each row of a batch, float32 (batch,): what is minimized, the plain cross-entropy in
    nats, and 1 where the most probable class is the right one."""

    objective: tf.Tensor
    cross_entropy: tf.Tensor
    right: tf.Tensor


class Aim(Protocol):
    """The settings that the objective reads."""

    @property
    def imbalance(self) -> str:
        """What evens out classes of unequal size; one of `core.runs.config.IMBALANCES`."""

    @property
    def focal_gamma(self) -> float:
        """How much easy rows count less in focal loss; 0 changes nothing."""

    @property
    def label_smoothing(self) -> float:
        """Share of each target that all classes get alike."""


class Objective:
    """Cross-entropy with the changes that a recipe asks for.

    Class weights are those of scikit-learn's "balanced". Sources: Lin et al. (2017), Focal loss
    for dense object detection; Szegedy et al. (2016), Rethinking the Inception architecture
    (label smoothing).

    Args:
        aim: The recipe.
        class_ids: Class ids of the training rows, shape (n,).
        n_classes: Two take one logit, more one each.
    """

    def __init__(self, aim: Aim, class_ids: NDArray[np.int64], n_classes: int) -> None:
        self._n_classes = n_classes
        self._smoothing = aim.label_smoothing
        self._gamma = aim.focal_gamma if aim.imbalance == "focal" else 0.0
        self._weights = None
        if aim.imbalance == "class_weights":
            self._weights = tf.constant(class_weights(class_ids, n_classes), tf.float32)

    def __call__(self, logits: tf.Tensor, targets: tf.Tensor) -> Losses:
        """The losses of a batch.

        Args:
            logits: float32, shape (batch, 1 or classes).
            targets: Class ids, int32, shape (batch,).
        """
        if self._n_classes == 2:
            # The same as a softmax over (0, logit), so that both kinds share what follows.
            logits = tf.concat([tf.zeros_like(logits), logits], axis=1)
        log_shares = tf.nn.log_softmax(logits)
        log_share = tf.gather(log_shares, targets, batch_dims=1)
        objective = -log_share
        if self._smoothing:
            even = -tf.reduce_mean(log_shares, axis=1)
            objective = (1.0 - self._smoothing) * objective + self._smoothing * even
        if self._gamma:
            objective *= tf.pow(tf.maximum(1.0 - tf.exp(log_share), 1e-7), self._gamma)
        if self._weights is not None:
            objective *= tf.gather(self._weights, targets)
        answers = tf.argmax(logits, axis=1, output_type=tf.int32)
        return Losses(objective, -log_share, tf.cast(answers == targets, tf.float32))


def class_weights(class_ids: NDArray[np.int64], n_classes: int) -> NDArray[np.float64]:
    """n / (classes × rows of the class), shape (n_classes,); 0 for a class without rows."""
    counts = np.bincount(class_ids, minlength=n_classes)
    present = np.count_nonzero(counts)
    return np.where(counts > 0, len(class_ids) / (present * np.maximum(counts, 1)), 0.0)
