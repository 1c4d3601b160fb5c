"""Measures a network on a run's validation rows, and tells when it has stopped improving."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.errors import never_stop
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.model.classifier import predict_logits, to_probabilities
from core.model.training import diverged
from core.runs.predicted_labels import DEFAULT_THRESHOLD, Probabilities
from core.runs.run import Examples


@dataclass(frozen=True)
class Validation:
    """What a network reached on the validation rows after `step` steps.

    `metrics` are at `threshold`, which suits these rows best; `epoch` is fractional.
    """

    step: int
    epoch: float
    metrics: dict[str, float]
    threshold: float
    probabilities: Probabilities

    @property
    def quality(self) -> float:
        """What "best" goes by; see `quality_of`."""
        return quality_of(self.metrics)


class Validator:
    """Validates a network.

    Args:
        examples: The validation rows.
        ids: Their tokens.
        n_classes: How many classes the run has.
        patience: After so many validations without a better one training ends; 0 never.
        qualities: What earlier processes of the run reached, in order.
    """

    def __init__(
        self,
        examples: Examples,
        ids: tf.RaggedTensor,
        n_classes: int,
        patience: int = 0,
        qualities: Sequence[float] = (),
    ) -> None:
        self.examples = examples
        self._ids = ids
        self._n_classes = n_classes
        self._patience = patience
        self._qualities = list(qualities)

    @property
    def done(self) -> int:
        """How many validations there have been, those of earlier processes included."""
        return len(self._qualities)

    def validate(
        self,
        network: keras.Model,
        step: int,
        epoch: float,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Validation:
        """Measure the network.

        Raises:
            Cancelled: `should_stop` said so.
            TrainingDiverged: the network answers with what is no number.
        """
        logits = predict_logits(network, self._ids, should_stop)
        if not np.isfinite(logits).all():
            raise diverged("answers without a value", step)
        probabilities = to_probabilities(logits)
        class_ids, threshold = self.examples.class_ids, DEFAULT_THRESHOLD
        if self._n_classes == 2:
            threshold = f1_threshold(class_ids, probabilities[:, 1])
        metrics = classification_metrics(class_ids, probabilities, threshold)
        found = Validation(step, epoch, metrics, threshold, probabilities)
        self._qualities.append(found.quality)
        return found

    def accuracy_at_half(self, found: Validation) -> float:
        """Share of rows predicted right at the default threshold, comparable between steps."""
        at_half = classification_metrics(
            self.examples.class_ids, found.probabilities, DEFAULT_THRESHOLD
        )
        return at_half["accuracy"]

    def has_stalled(self) -> bool:
        """Whether the last `patience` validations brought nothing better."""
        last, before = self._qualities[-self._patience :], self._qualities[: -self._patience]
        return self._patience > 0 and bool(before) and max(last) <= max(before)


def quality_of(metrics: Mapping[str, float]) -> float:
    """What "best" means: PR-AUC for two classes, macro F1 for more; imbalance fools neither."""
    return metrics["pr_auc"] if "pr_auc" in metrics else metrics["f1"]
