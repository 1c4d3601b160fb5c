"""Sincerely's own training, its input pipeline alone, and the shapes of its batches."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.encoders.encoders import find_encoder
from core.model.backbone import load_backbone
from core.model.batches import batch_dataset, training_order
from core.model.classifier import build_classifier
from core.model.devices import matmul_dtype
from core.model.meter import TrainingProgress
from core.model.tokenizer import Tokenizer
from core.model.training import Hooks, train
from core.runs.config import TrainConfig, preset
from tests.benchmarks.side_process import Answer, Stopwatch, answer_questions

PLAIN = TrainConfig(epochs=1, validations_per_epoch=1, precision="float32")
"""Batch 32, at most 128 tokens, AdamW, mean pooling, dropout 0.1, nothing frozen."""


class OurSide:
    """What the process keeps from round to round."""

    def prepare(
        self, *, encoder: str, vocabulary: str, texts: list[str], class_ids: list[int]
    ) -> Answer:
        """Load the encoder and turn no text into tokens yet."""
        self._texts, self._class_ids = texts, np.array(class_ids, np.int64)
        self._encoder = find_encoder(encoder)
        backbone = load_backbone(self._encoder)
        self._start = backbone.get_weights()
        return {
            "parameters": backbone.count_params(),
            "layers": backbone.num_layers,
            "width": backbone.hidden_dim,
            "inner_width": backbone.intermediate_dim,
            "heads": backbone.num_heads,
            "fast_differs": settings("fast") != settings("plain"),
            "fast_dtype": matmul_dtype(settings("fast").precision),
        }

    def round(self, *, rows: int, recipe: str = "plain") -> Answer:
        """Train one epoch from the pretrained weights."""
        config = settings(recipe)
        keras.utils.set_random_seed(config.seed)
        backbone = load_backbone(self._encoder)
        network = build_classifier(
            backbone, n_classes=2, pooling=config.pooling, dropout=config.dropout
        )
        watch = Stopwatch()
        ids = self._tokens(rows, config)
        waits = _train(network, ids, self._class_ids[:rows], config, watch)
        times = watch.read(rows=rows, first_rows=min(config.batch_size, rows))
        return {**times, **waits, "batches": self._shapes(ids, config)}

    def pipeline(self, *, rows: int) -> Answer:
        """Make an epoch's batches, from texts on, with no model to take them."""
        start = time.perf_counter()
        ids = self._tokens(rows, PLAIN)
        tokenized = time.perf_counter()
        for _ in batch_dataset(ids, _order(ids, PLAIN), self._class_ids[:rows]):
            pass
        end = time.perf_counter()
        return {"rows": rows, "seconds": end - start, "tokenizing_seconds": tokenized - start}

    def _tokens(self, rows: int, config: TrainConfig) -> tf.RaggedTensor:
        tokenizer = Tokenizer(
            self._encoder.vocabulary,
            lower_case=self._encoder.lower_case,
            max_seq_length=config.max_seq_length,
        )
        return tokenizer.encode(self._texts[:rows])

    def _shapes(self, ids: tf.RaggedTensor, config: TrainConfig) -> list[tuple[int, int]]:
        """Rows and tokens, padding included, of each batch after the first."""
        lengths = ids.row_lengths().numpy()
        shapes = [(len(batch), int(lengths[batch].max())) for batch in _order(ids, config)]
        return shapes[1:]


def settings(recipe: str) -> TrainConfig:
    """One epoch by the plain recipe, or as the preset `recipe` has it."""
    if recipe == "plain":
        return PLAIN
    return replace(
        preset(recipe),
        epochs=1,
        validations_per_epoch=1,
        **{name: getattr(PLAIN, name) for name in ("train_size", "validation_size", "test_size")},
    )


def _order(ids: tf.RaggedTensor, config: TrainConfig) -> list[Any]:
    return training_order(ids.row_lengths().numpy(), config.batch_size, seed=config.seed, epoch=0)


def _train(
    network: keras.Model,
    ids: tf.RaggedTensor,
    class_ids: np.ndarray,
    config: TrainConfig,
    watch: Stopwatch,
) -> Answer:
    """The project's loop; the only place that knows its interface.

    The wait for input is the time from the end of a step to the beginning of the next.
    """
    step_ends: list[float] = []
    waits: list[float] = []
    losses: list[float] = []

    def on_progress(progress: TrainingProgress) -> None:
        losses.append(progress.loss)
        step_ends.append(time.perf_counter())

    def before_step() -> bool:
        if step_ends:
            waits.append(time.perf_counter() - step_ends[-1])
        watch.step()
        return False

    hooks = Hooks(on_progress, lambda step, epoch: False, before_step)
    train(network, ids, class_ids, config, hooks, matmul_dtype=matmul_dtype(config.precision))
    return {"wait_seconds": sum(waits), "loss": float(np.mean(losses))}


if __name__ == "__main__":
    side = OurSide()
    answer_questions(prepare=side.prepare, round=side.round, pipeline=side.pipeline)
