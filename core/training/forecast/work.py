"""How much a run has to do, in numbers that do not depend on the machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.encoders.shapes import EncoderShape
from core.runs.config import TrainConfig

_FEWEST_TOKENS = 2
"""[CLS] and [SEP]."""
_MOST_LENGTHS = 256
_MODEL_BYTES = 4
"""Of a weight in a saved model."""
_STATE_BYTES = 12
"""Of a trained weight in a checkpoint: itself and the optimizer's two moments."""

Lengths = Sequence[int] | NDArray[np.integer]


@dataclass(frozen=True)
class PartSizes:
    """Rows of a run's parts; `train` counts rows drawn again as often as they are."""

    train: int
    validation: int
    test: int


@dataclass(frozen=True)
class Work:
    """What a run has to do from its first step to its end.

    Attributes:
        steps: Batches of all epochs.
        rows: Rows a batch.
        layers: Of the encoder.
        multiply_adds: Of a step: forward, to the inputs, to the weights.
        elements: Of a step: values that norms, GELU, softmax and dropout go through, there and
            back.
        updated: Weights that the optimizer changes a step.
        measured: Rows of all validations and the test.
        measured_multiply_adds: Of one of these rows.
        measured_elements: Of one of these rows.
        saved_bytes: Of all models and checkpoints.
    """

    steps: int
    rows: int
    layers: int
    multiply_adds: float
    elements: float
    updated: float
    measured: int
    measured_multiply_adds: float
    measured_elements: float
    saved_bytes: float

    def share(self, part: float) -> Work:
        """The same work, of which only a part from 0 to 1 was done, or is left."""
        return replace(
            self,
            steps=round(self.steps * part),
            measured=round(self.measured * part),
            saved_bytes=self.saved_bytes * part,
        )


def run_work(shape: EncoderShape, config: TrainConfig, lengths: Lengths, sizes: PartSizes) -> Work:
    """The work of a run.

    Args:
        shape: Of its encoder.
        config: Its settings.
        lengths: Tokens of its texts, or of as many as say what they are like.
        sizes: Rows of its parts.
    """
    trained = max(shape.layers - config.frozen_layers, 0)
    passed = trained if config.freeze_embeddings else shape.layers
    tokens = _cut(lengths, config)
    forward = float(np.mean([shape.multiply_adds(count) for count in tokens]))
    elements = float(np.mean([shape.elements(count) for count in tokens]))
    passes = (shape.layers + passed + trained) / shape.layers
    steps = math.ceil(sizes.train / config.batch_size) * config.epochs
    weights = shape.parameters - (shape.layers - trained) * shape.layer_parameters
    if config.freeze_embeddings:
        weights -= shape.embedding_parameters
    validations = config.epochs * min(config.validations_per_epoch, max(steps, 1))
    rows = min(config.batch_size, max(sizes.train, 1))
    return Work(
        steps=steps,
        rows=rows,
        layers=shape.layers,
        multiply_adds=rows * forward * passes,
        elements=rows * elements * passes,
        updated=weights / config.accumulation,
        measured=sizes.validation * validations + sizes.test,
        measured_multiply_adds=forward,
        measured_elements=elements,
        saved_bytes=validations * (_MODEL_BYTES * shape.parameters + _STATE_BYTES * weights),
    )


def _cut(lengths: Lengths, config: TrainConfig) -> list[int]:
    """Lengths as the model sees them, a few hundred of them."""
    known = np.sort(np.asarray(lengths if len(lengths) else [_FEWEST_TOKENS]))
    chosen = known[
        np.linspace(0, len(known) - 1, min(len(known), _MOST_LENGTHS)).round().astype(int)
    ]
    cut: list[int] = np.clip(chosen, _FEWEST_TOKENS, config.max_seq_length).tolist()
    return cut
