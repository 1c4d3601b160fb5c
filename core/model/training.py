"""Fine-tune a classifier: one step loop of our own, the same for one device and for many.

What is deterministic: the rows of every batch follow from (seed, epoch) and what dropout drops
from (seed, step, device) alone, so a training taken up from a snapshot goes on with the numbers of
one that was never interrupted. On a GPU or with another number of threads sums round differently.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.errors import BadInput, Cancelled, TrainingDiverged
from core.model.batches import Indices, batch_dataset, oversampled, training_order
from core.model.meter import Meter, Sums, TrainingProgress
from core.model.optimizer import WarmupThenLinear
from core.model.step import StepRecipe, TrainingStep

_LOGGED_POINTS = 1000
Batch = tuple[dict[str, tf.Tensor], tf.Tensor]


class Recipe(StepRecipe, Protocol):
    """The settings that training reads; `core.runs.config.TrainConfig` has them."""

    @property
    def batch_size(self) -> int:
        """Rows of a step."""

    @property
    def epochs(self) -> int:
        """Times that each row is read."""

    @property
    def learning_rate(self) -> float:
        """The highest, after the warm-up."""

    @property
    def warmup(self) -> float:
        """Share of the steps in which the learning rate rises."""

    @property
    def decay(self) -> bool:
        """Whether the learning rate falls to 0 after the warm-up."""

    @property
    def validations_per_epoch(self) -> int:
        """How often an epoch is broken for a validation."""


@dataclass(frozen=True)
class Snapshot:
    """All that a training needs to go on as if it had never ended.

    `arrays` holds weights, the optimizer's moments and the weights' average by name; `sums` what
    was measured since the last report; `owes_validation` is True where the validation that was
    due after this step was broken off, `ended` where one has ended training.
    """

    step: int
    sums: Sums
    arrays: dict[str, NDArray[np.generic]]
    owes_validation: bool = False
    ended: bool = False


@dataclass(frozen=True)
class Hooks:
    """What the caller does while training runs.

    `on_validate` is called with (step, epoch) whenever a validation is due, with the averaged
    weights in place where there are any, and returns True to end training there; if it raises
    Cancelled, it is called again when training is taken up from the snapshot. `on_progress`
    is called at every logged step and at the last one, `should_stop` and `wants_snapshot` before
    every step; `on_snapshot` when one is wanted, after a validation, and at a stop.
    """

    on_progress: Callable[[TrainingProgress], None]
    on_validate: Callable[[int, float], bool]
    should_stop: Callable[[], bool]
    wants_snapshot: Callable[[], bool] = lambda: False
    on_snapshot: Callable[[Snapshot], None] = lambda snapshot: None


def diverged(found: str, step: int) -> TrainingDiverged:
    """The error that says after which step numbers ceased to be numbers."""
    return TrainingDiverged(
        "finite numbers", f"{found} at step {step:,}", "train again with a lower learning rate"
    )


def count_steps(class_ids: NDArray[np.int64], recipe: Recipe) -> int:
    """Training steps of the whole run: batches, whether or not each makes an update."""
    rows = len(class_ids)
    if recipe.imbalance == "oversampling":
        counts = np.bincount(class_ids)
        rows = int(np.count_nonzero(counts) * counts.max())
    return math.ceil(rows / recipe.batch_size) * recipe.epochs


def train(
    network: keras.Model,
    ids: tf.RaggedTensor,
    class_ids: NDArray[np.int64],
    recipe: Recipe,
    hooks: Hooks,
    *,
    matmul_dtype: str = "float32",
    start: Snapshot | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Run the recipe's epochs, under the strategy in whose scope this is called.

    Args:
        network: From `build_classifier`; its weights are changed in place. At the end they are
            the last ones, or their average where the recipe asks for one.
        ids: Token ids of the training rows, shape (n, None).
        class_ids: Their class ids, shape (n,).
        recipe: Settings.
        hooks: The caller's part.
        matmul_dtype: As `ForwardPass` takes it.
        start: Where to go on from; None is the beginning.
        clock: Seconds that only go forward.

    Returns:
        True if it ran to the end or `on_validate` ended it, False if `should_stop` did.

    Raises:
        TrainingDiverged: the loss or a weight became infinite or NaN.
        BadInput: `start` is of another network or recipe.
    """
    return _Training(network, ids, class_ids, recipe, hooks, matmul_dtype, start, clock).run()


class _Training:
    """The loop and what it needs between two steps."""

    def __init__(
        self,
        network: keras.Model,
        ids: tf.RaggedTensor,
        class_ids: NDArray[np.int64],
        recipe: Recipe,
        hooks: Hooks,
        matmul_dtype: str,
        start: Snapshot | None,
        clock: Callable[[], float],
    ) -> None:
        self._ids, self._class_ids, self._recipe, self._hooks = ids, class_ids, recipe, hooks
        self._steps = count_steps(class_ids, recipe)
        self._steps_per_epoch = self._steps // recipe.epochs
        self._schedule = WarmupThenLinear(
            recipe.learning_rate, round(self._steps * recipe.warmup), self._steps, recipe.decay
        )
        self._step = TrainingStep(network, class_ids, recipe, matmul_dtype)
        self._done = 0
        self._owes_validation = self._ended = False
        self._meter = Meter(self._steps, max(1, self._steps // _LOGGED_POINTS), clock)
        if start is not None:
            _restore(self._step, start)
            self._done = start.step
            self._owes_validation, self._ended = start.owes_validation, start.ended
            self._meter.restore(start.sums)

    def run(self) -> bool:
        to_end = self._run()
        self._step.use_average()
        return to_end

    def _run(self) -> bool:
        due = _validation_steps(self._steps_per_epoch, self._recipe)
        if self._ended or (self._owes_validation and self._validate()):
            return True
        for inputs, targets in self._meter.waited_for(self._batches()):
            if self._step.agreed(self._hooks.should_stop()):
                self._end_early()
                return False
            self._train_on(inputs, targets)
            if self._meter.is_due(self._done):
                self._report()
            if self._done in due:
                if self._validate():
                    return True
            elif self._hooks.wants_snapshot():
                with self._meter.paused():
                    self._hooks.on_snapshot(self._snapshot())
        return True

    def _train_on(self, inputs: dict[str, tf.Tensor], targets: tf.Tensor) -> None:
        position = self._done % self._steps_per_epoch
        ends_epoch = position + 1 == self._steps_per_epoch
        losses = self._step.run(
            inputs,
            targets,
            step=self._done,
            learning_rate=self._schedule(self._done),
            updates=ends_epoch or (position + 1) % self._recipe.accumulation == 0,
        )
        self._done += 1
        self._meter.add(len(targets), *losses)

    def _validate(self) -> bool:
        with self._meter.paused():
            try:
                with self._step.averaged():
                    ends = self._hooks.on_validate(self._done, self._epoch)
                self._owes_validation = False
            except Cancelled:
                ends, self._owes_validation = False, True
            self._ended = self._step.agreed(ends)
            self._hooks.on_snapshot(self._snapshot())
        return self._ended

    def _end_early(self) -> None:
        self._hooks.on_snapshot(self._snapshot())
        if self._meter.has_rows:
            self._report()

    def _report(self) -> None:
        rate = self._schedule(self._done - 1)
        progress = self._meter.report(self._done, self._epoch, rate)
        if not math.isfinite(progress.loss):
            raise diverged(f"a loss of {progress.loss}", self._done)
        self._hooks.on_progress(progress)

    @property
    def _epoch(self) -> float:
        return self._done / self._steps_per_epoch

    def _snapshot(self) -> Snapshot:
        """The present state; one with NaN in it could never go on."""
        arrays = self._step.state()
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise diverged("weights without a value", self._done)
        return Snapshot(self._done, self._meter.sums(), arrays, self._owes_validation, self._ended)

    def _batches(self) -> Iterator[Batch]:
        """All batches from the first one that is still to do."""
        lengths = self._ids.row_lengths().numpy()
        first = self._done // self._steps_per_epoch
        for epoch in range(first, self._recipe.epochs):
            order = self._order(lengths, epoch)
            done = self._done - epoch * self._steps_per_epoch
            left = order[max(done, 0) :]
            yield from batch_dataset(self._ids, left, self._class_ids)

    def _order(self, lengths: Indices, epoch: int) -> list[Indices]:
        recipe = self._recipe
        if recipe.imbalance != "oversampling":
            return training_order(lengths, recipe.batch_size, seed=recipe.seed, epoch=epoch)
        rows = oversampled(self._class_ids, seed=recipe.seed, epoch=epoch)
        order = training_order(lengths[rows], recipe.batch_size, seed=recipe.seed, epoch=epoch)
        return [rows[batch] for batch in order]


def _restore(step: TrainingStep, start: Snapshot) -> None:
    try:
        step.restore(start.arrays)
    except (KeyError, ValueError) as error:
        raise BadInput(
            "a checkpoint of a training with these very settings",
            f"another's ({error})",
            "train a new run",
        ) from error


def _validation_steps(steps_per_epoch: int, recipe: Recipe) -> set[int]:
    parts = min(recipe.validations_per_epoch, steps_per_epoch)
    within = [round(steps_per_epoch * (part + 1) / parts) for part in range(parts)]
    return {epoch * steps_per_epoch + step for epoch in range(recipe.epochs) for step in within}
