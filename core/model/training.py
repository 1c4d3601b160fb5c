"""Fine-tune a classifier: one step loop of our own over `strategy.run`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.errors import TrainingDiverged
from core.model.batches import batch_dataset, training_order

_LOGGED_POINTS = 1000
_SPEED_WINDOW = 20


class Recipe(Protocol):
    """The settings that training reads; `core.runs.config.TrainConfig` has them."""

    @property
    def batch_size(self) -> int: ...
    @property
    def epochs(self) -> int: ...
    @property
    def optimizer(self) -> str: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def warmup(self) -> float: ...
    @property
    def decay(self) -> bool: ...
    @property
    def validations_per_epoch(self) -> int: ...
    @property
    def seed(self) -> int: ...


def diverged(found: str, step: int) -> TrainingDiverged:
    """The error that says after which step numbers ceased to be numbers."""
    return TrainingDiverged(
        "finite numbers", f"{found} at step {step:,}", "train again with a lower learning rate"
    )


@dataclass(frozen=True)
class Progress:
    """Where training is, once a logged step.

    `epoch` counts from 0 and is fractional; `loss` and `accuracy` are means over the rows
    since the last report; `mean_rows_per_s` is over the run so far, `rows_per_s` over its last
    reports; `seconds_left` covers training steps only.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    accuracy: float
    rows_per_s: float
    mean_rows_per_s: float
    learning_rate: float
    seconds_left: float


@dataclass(frozen=True)
class Hooks:
    """What the caller does while training runs.

    `on_validate` is called with (step, epoch) whenever a validation is due, `on_progress` at
    every logged step and at the last one, and `should_stop` before every step.
    """

    on_progress: Callable[[Progress], None]
    on_validate: Callable[[int, float], None]
    should_stop: Callable[[], bool]


@keras.saving.register_keras_serializable("sincerely")
class WarmupThenLinear(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Rises linearly over `warmup_steps`, then stays or falls linearly to 0 at `steps`.

    Source: Devlin et al. (2019), BERT, appendix A.2.
    """

    def __init__(self, peak: float, warmup_steps: int, steps: int, decay: bool) -> None:
        self.peak = peak
        self.warmup_steps = warmup_steps
        self.steps = steps
        self.decay = decay

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        done = tf.cast(step, tf.float32)
        rising = (done + 1.0) / max(self.warmup_steps, 1)
        left = max(self.steps - self.warmup_steps, 1)
        falling = (self.steps - done) / left if self.decay else tf.ones_like(done)
        factor = tf.where(done < self.warmup_steps, rising, falling)
        return self.peak * tf.clip_by_value(factor, 0.0, 1.0)

    def get_config(self) -> dict[str, float | int | bool]:
        return {
            "peak": self.peak,
            "warmup_steps": self.warmup_steps,
            "steps": self.steps,
            "decay": self.decay,
        }


def build_optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Adam or AdamW with the recipe's schedule; no decay on biases and layer norms.

    Source: Loshchilov and Hutter (2019), Decoupled weight decay regularization.
    """
    schedule = WarmupThenLinear(
        recipe.learning_rate, round(steps * recipe.warmup), steps, recipe.decay
    )
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(schedule)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def count_steps(rows: int, recipe: Recipe) -> int:
    """Training steps of the whole run."""
    return math.ceil(rows / recipe.batch_size) * recipe.epochs


def train(
    network: keras.Model,
    ids: tf.RaggedTensor,
    codes: NDArray[np.int64],
    recipe: Recipe,
    hooks: Hooks,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Run the recipe's epochs.

    Args:
        network: From `build_classifier`; its weights are changed in place.
        ids: Token ids of the training rows, shape (n, None).
        codes: Their class numbers, shape (n,).
        recipe: Settings.
        hooks: The caller's part.
        clock: Seconds that only go forward.

    Returns:
        True if it ran to the end, False if `should_stop` ended it.

    Raises:
        TrainingDiverged: the loss became infinite or NaN.
    """
    steps = count_steps(len(codes), recipe)
    step_function = _step_function(network, build_optimizer(recipe, steps))
    schedule = WarmupThenLinear(
        recipe.learning_rate, round(steps * recipe.warmup), steps, recipe.decay
    )
    steps_per_epoch = steps // recipe.epochs
    due = _validation_steps(steps_per_epoch, recipe)
    meter = _Meter(steps, max(1, steps // _LOGGED_POINTS), clock)

    def report(step: int) -> None:
        rate = float(schedule(step - 1))
        hooks.on_progress(meter.report(step, step / steps_per_epoch, rate))

    for step, (inputs, targets) in enumerate(_all_batches(ids, codes, recipe), start=1):
        if hooks.should_stop():
            if meter.has_rows:
                report(step - 1)
            return False
        meter.add(len(targets), *step_function(inputs, targets))
        if meter.is_due(step):
            report(step)
        if step in due:
            with meter.paused():
                hooks.on_validate(step, step / steps_per_epoch)
    return True


def _all_batches(
    ids: tf.RaggedTensor, codes: NDArray[np.int64], recipe: Recipe
) -> Iterator[tuple[dict[str, tf.Tensor], tf.Tensor]]:
    lengths = ids.row_lengths().numpy()
    for epoch in range(recipe.epochs):
        order = training_order(lengths, recipe.batch_size, seed=recipe.seed, epoch=epoch)
        yield from batch_dataset(ids, order, codes)


def _step_function(
    network: keras.Model, optimizer: keras.optimizers.Optimizer
) -> Callable[[dict[str, tf.Tensor], tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A compiled step: (inputs, class numbers) to (sum of losses, number of right answers)."""
    strategy = tf.distribute.get_strategy()
    binary = network.output_shape[-1] == 1
    optimizer.build(network.trainable_variables)

    def replica_step(
        inputs: dict[str, tf.Tensor], targets: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = network(inputs, training=True)
            losses, right = _losses(logits, targets, binary=binary)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, network.trainable_variables)
        # The pooler gets no gradient when pooling is the mean.
        pairs = zip(gradients, network.trainable_variables, strict=True)
        optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
        return tf.reduce_sum(losses), tf.reduce_sum(right)

    def step(inputs: dict[str, tf.Tensor], targets: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        losses, right = strategy.run(replica_step, args=(inputs, targets))
        return (
            strategy.reduce(tf.distribute.ReduceOp.SUM, losses, axis=None),
            strategy.reduce(tf.distribute.ReduceOp.SUM, right, axis=None),
        )

    compiled: Callable[[dict[str, tf.Tensor], tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
    # One signature for all batches: to trace the step anew for other shapes takes seconds.
    shapes = {name: tf.TensorSpec([None, None], tf.int32) for name in network.input}
    compiled = tf.function(step, input_signature=[shapes, tf.TensorSpec([None], tf.int32)])
    return compiled


def _losses(logits: tf.Tensor, targets: tf.Tensor, *, binary: bool) -> tuple[tf.Tensor, tf.Tensor]:
    """Cross-entropy of each row and whether its answer is right, both float32 (batch,)."""
    if binary:
        logit = logits[:, 0]
        wanted = tf.cast(targets, tf.float32)
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=wanted, logits=logit)
        answers = tf.cast(logit > 0, tf.int32)
    else:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
        answers = tf.argmax(logits, axis=1, output_type=tf.int32)
    return losses, tf.cast(answers == targets, tf.float32)


def _validation_steps(steps_per_epoch: int, recipe: Recipe) -> set[int]:
    parts = min(recipe.validations_per_epoch, steps_per_epoch)
    within = [round(steps_per_epoch * (part + 1) / parts) for part in range(parts)]
    return {epoch * steps_per_epoch + step for epoch in range(recipe.epochs) for step in within}


class _Meter:
    """Sums losses and measures speed between reports."""

    def __init__(self, steps: int, every: int, clock: Callable[[], float]) -> None:
        self._steps = steps
        self._every = every
        self._clock = clock
        self._losses: list[tf.Tensor] = []
        self._right: list[tf.Tensor] = []
        self._rows = 0
        self._since = clock()
        self._speeds: list[tuple[int, int, float]] = []

    def add(self, rows: int, losses: tf.Tensor, right: tf.Tensor) -> None:
        # Kept as tensors: reading one would wait for the device.
        self._losses.append(losses)
        self._right.append(right)
        self._rows += rows

    @property
    def has_rows(self) -> bool:
        """Whether anything has come since the last report."""
        return self._rows > 0

    def is_due(self, step: int) -> bool:
        return step % self._every == 0 or step == self._steps

    def report(self, step: int, epoch: float, learning_rate: float) -> Progress:
        loss = float(np.sum([float(value) for value in self._losses])) / self._rows
        accuracy = float(np.sum([float(value) for value in self._right])) / self._rows
        if not math.isfinite(loss):
            raise diverged(f"a loss of {loss}", step)
        self._clock_in()
        rows_per_s, steps_per_s = self._speed(_SPEED_WINDOW)
        self._losses, self._right, self._rows = [], [], 0
        return Progress(
            step=step,
            steps=self._steps,
            epoch=epoch,
            loss=loss,
            accuracy=accuracy,
            rows_per_s=rows_per_s,
            mean_rows_per_s=self._speed(len(self._speeds))[0],
            learning_rate=learning_rate,
            seconds_left=(self._steps - step) / steps_per_s,
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A block whose time does not count."""
        start = self._clock()
        yield
        self._since += self._clock() - start

    def _clock_in(self) -> None:
        now = self._clock()
        self._speeds.append((self._rows, len(self._losses), max(now - self._since, 1e-6)))
        self._since = now

    def _speed(self, window: int) -> tuple[float, float]:
        """Rows and steps a second over the last reports; the first, which compiles, drops out."""
        recent = (self._speeds[1:] or self._speeds)[-window:]
        rows, steps, seconds = (sum(column) for column in zip(*recent, strict=True))
        return rows / seconds, steps / seconds
