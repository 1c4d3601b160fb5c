"""Measure how fast a BERT of given sizes trains here: real steps, with random weights and texts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.shapes import EncoderShape
from core.errors import JobError
from core.model.backbone import new_backbone
from core.model.classifier import SCORING_BATCH, build_classifier, freeze, predict_logits
from core.model.meter import TrainingProgress
from core.model.training import Hooks, Recipe, train

_CLASSES = 2
_MOST_STEPS = 60
_FEWEST_STEPS = 6
"""Reported before time may end the measuring; the first compiles and does not count."""
_SCORED_BATCHES = 8


@dataclass(frozen=True)
class MeasuredSpeed:
    """Rows a second in training and in scoring, and seconds of one training step."""

    rows_per_s: float
    scoring_rows_per_s: float
    seconds_a_step: float


def measure_speed(
    shape: EncoderShape,
    lengths: Sequence[int],
    recipe: Recipe,
    *,
    pooling: str = "mean",
    freeze_embeddings: bool = False,
    frozen_layers: int = 0,
    matmul_dtype: str = "float32",
    budget_s: float = 6.0,
) -> MeasuredSpeed:
    """Train a classifier of these sizes for some steps and score some texts with it.

    Args:
        shape: Of the encoder; its weights are drawn at random, so nothing is downloaded.
        lengths: Tokens of typical texts; the texts are drawn from them.
        recipe: Settings of the training.
        pooling: As `build_classifier` takes it.
        freeze_embeddings: As `freeze` takes it.
        frozen_layers: As `freeze` takes it.
        matmul_dtype: As `train` takes it.
        budget_s: Seconds after which it is enough, once a few steps are done.

    Raises:
        JobError: no step was measured.
    """
    keras.utils.set_random_seed(0)
    network = build_classifier(
        new_backbone(shape), n_classes=_CLASSES, pooling=pooling, dropout=0.1
    )
    freeze(network, embeddings=freeze_embeddings, layers=frozen_layers)
    ids = _random_texts(shape, lengths, recipe.batch_size * _MOST_STEPS)
    class_ids: NDArray[np.int64] = (
        np.arange(_MOST_STEPS * recipe.batch_size, dtype=np.int64) % _CLASSES
    )
    reports: list[TrainingProgress] = []
    start = time.monotonic()

    def is_enough() -> bool:
        return len(reports) >= _FEWEST_STEPS and time.monotonic() - start > budget_s

    hooks = Hooks(reports.append, lambda step, epoch: False, is_enough)
    train(network, ids, class_ids, recipe, hooks, matmul_dtype=matmul_dtype)
    if not reports:
        raise JobError("a measured speed", "no step in time", "start a training instead")
    rows_per_s = reports[-1].mean_rows_per_s
    return MeasuredSpeed(rows_per_s, _scoring(network, ids), recipe.batch_size / rows_per_s)


def _scoring(network: keras.Model, ids: tf.RaggedTensor) -> float:
    """Rows a second of the forward pass alone, compiled before."""
    some = ids[: _SCORED_BATCHES * SCORING_BATCH]
    predict_logits(network, some[: SCORING_BATCH + 1])
    start = time.monotonic()
    predict_logits(network, some)
    return float(some.nrows()) / (time.monotonic() - start)


def _random_texts(shape: EncoderShape, lengths: Sequence[int], rows: int) -> tf.RaggedTensor:
    """Texts of random tokens, as long as `lengths`, all lengths equally often."""
    rng = np.random.default_rng(0)
    counts = rng.permutation(np.resize(np.asarray(lengths, np.int64), rows))
    tokens = rng.integers(1, shape.vocabulary, counts.sum(), dtype=np.int32)
    return tf.RaggedTensor.from_row_lengths(tokens, counts)
