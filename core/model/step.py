"""One training step, compiled, over all replicas of a `tf.distribute` strategy.

Ours and not `Model.fit`, whose loss differs between one device and several, and which cannot resume
in the middle of an epoch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.forward import ForwardPass, Inputs, backbone_of
from core.model.objective import Aim, Objective
from core.model.optimizer import Adam, LossScale, WeightAverage, assign, layer_rates

Arrays = dict[str, NDArray[np.generic]]
_REPLICA_SEEDS = 1_000_003
_SUM = tf.distribute.ReduceOp.SUM


class StepRecipe(Aim, Protocol):
    """The settings that a step reads."""

    @property
    def optimizer(self) -> str:
        """One of `core.runs.config.OPTIMIZERS`."""

    @property
    def weight_decay(self) -> float:
        """Of AdamW."""

    @property
    def layer_decay(self) -> float:
        """Factor of the learning rate from each encoder layer to the one below it."""

    @property
    def averaging(self) -> float:
        """How much of the weights' average stays in each update; 0 takes none."""

    @property
    def accumulation(self) -> int:
        """Batches of one update."""

    @property
    def seed(self) -> int:
        """Of dropout."""


class TrainingStep:
    """Gradients of a batch and, when it is due, an update of the weights.

    A batch is split among the replicas; each sums its rows' gradients, the sums are added over
    all replicas (and over the batches of one update) and divided by the rows, so the number of
    devices changes nothing but what dropout drops.

    Args:
        network: From `build_classifier`, made in the scope of the present strategy.
        class_ids: Class ids of the training rows.
        recipe: Settings.
        matmul_dtype: As `ForwardPass` takes it.
    """

    def __init__(
        self,
        network: keras.Model,
        class_ids: NDArray[np.int64],
        recipe: StepRecipe,
        matmul_dtype: str,
    ) -> None:
        self._strategy = tf.distribute.get_strategy()
        self._forward = ForwardPass(network, matmul_dtype)
        units = network.output_shape[-1]
        self._objective = Objective(recipe, class_ids, 2 if units == 1 else units)
        self._weights: list[keras.Variable] = network.trainable_variables
        self._seed = recipe.seed
        layers = backbone_of(network).num_layers
        decay = recipe.weight_decay if recipe.optimizer == "adamw" else 0.0
        with self._strategy.scope():
            rates = layer_rates(self._weights, layers, recipe.layer_decay)
            self._adam = Adam(self._weights, rates, decay)
            self._scale = LossScale(used=matmul_dtype == "float16")
            self._average = (
                WeightAverage(self._weights, recipe.averaging) if recipe.averaging else None
            )
            self._sums = (
                [tf.Variable(tf.zeros(w.shape), trainable=False) for w in self._weights]
                if recipe.accumulation > 1
                else None
            )
        self._rows = 0
        self._updates = 0
        self._compiled = self._compile(network)

    def run(
        self,
        inputs: Inputs,
        targets: tf.Tensor,
        *,
        step: int,
        learning_rate: float,
        updates: bool,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Train on a batch.

        Args:
            inputs: A BertBackbone's inputs, each (batch, longest).
            targets: Class ids, int32 (batch,).
            step: Steps done before, which fixes what dropout drops.
            learning_rate: For the update.
            updates: Whether the weights change now, or later with this batch's gradients.

        Returns:
            Summed cross-entropy of the batch's rows, and how many it answered rightly.
        """
        self._rows += int(targets.shape[0])
        numbers = (
            tf.constant(learning_rate, tf.float32),
            tf.constant(self._updates + 1, tf.float32),
            tf.constant(self._rows, tf.float32),
            tf.constant(step, tf.int64),
        )
        losses = self._compiled(*self._parts(inputs, targets), *numbers, updates)
        if updates:
            self._rows = 0
            self._updates += 1
        return losses

    def state(self) -> Arrays:
        """Everything that a later step depends on, by name."""
        arrays: Arrays = {name: _read(value) for name, value in self._variables().items()}
        return {**arrays, "updates": np.array(self._updates), "rows": np.array(self._rows)}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put back what `state` gave.

        Raises:
            KeyError, ValueError: it is not of this network and recipe.
        """
        for name, variable in self._variables().items():
            variable.assign(arrays[name])
        self._updates, self._rows = int(arrays["updates"]), int(arrays["rows"])

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """A block in which the weights are their average, if there is one."""
        self.use_average()
        try:
            yield
        finally:
            self.use_average()

    def use_average(self) -> None:
        """Exchange the weights and their average, if there is one."""
        if self._average is not None:
            self._average.swap()

    def agreed(self, stop: bool) -> bool:
        """Whether this process or, where several machines train, any other wants to stop."""
        if not isinstance(self._strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return stop
        return bool(self._any(tf.constant(1.0 if stop else 0.0)) > 0.0)

    @tf.function  # type: ignore[untyped-decorator]
    def _any(self, flag: tf.Tensor) -> tf.Tensor:
        return self._strategy.reduce(_SUM, self._strategy.run(tf.identity, (flag,)), axis=None)

    def _variables(self) -> dict[str, tf.Variable]:
        named: dict[str, tf.Variable] = {weight.path: weight.value for weight in self._weights}
        named |= self._adam.state() | self._scale.state()
        if self._average is not None:
            named |= self._average.state()
        for number, total in enumerate(self._sums or ()):
            named[f"gradient_sum/{number}"] = total
        return named

    def _parts(self, inputs: Inputs, targets: tf.Tensor) -> tuple[Any, Any]:
        """The batch, split among the replicas."""
        count = self._strategy.num_replicas_in_sync
        if count == 1:
            return inputs, targets

        def part(context: tf.distribute.experimental.ValueContext) -> Any:
            rows = slice(context.replica_id_in_sync_group, None, count)
            return {name: values[rows] for name, values in inputs.items()}, targets[rows]

        parts: tuple[Any, Any] = self._strategy.experimental_distribute_values_from_function(part)
        return parts

    def _compile(self, network: keras.Model) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
        def step(
            inputs: Any, targets: Any, rate: Any, update: Any, rows: Any, number: Any, updates: bool
        ) -> tuple[tf.Tensor, tf.Tensor]:
            arguments = (inputs, targets, rate, update, rows, number, updates)
            losses, right = self._strategy.run(self._replica_step, args=arguments)
            return (
                self._strategy.reduce(_SUM, losses, axis=None),
                self._strategy.reduce(_SUM, right, axis=None),
            )

        # Without XLA, which made the step 2.7 times slower on a CPU, and on an H100 compiled half a
        # minute for every length of a batch. No control flow depends on tensors; AutoGraph would
        # look for some for seconds.
        options: dict[str, object] = {"autograph": False}
        # Shapes stay open: to trace the step anew for other batches takes seconds.
        if self._strategy.num_replicas_in_sync > 1:
            options["reduce_retracing"] = True
        else:
            number = tf.TensorSpec([], tf.float32)
            batch = {name: tf.TensorSpec([None, None], tf.int32) for name in network.input}
            targets = tf.TensorSpec([None], tf.int32)
            count = tf.TensorSpec([], tf.int64)
            options["input_signature"] = [batch, targets, number, number, number, count]
        functions = {
            updates: tf.function(functools.partial(step, updates=updates), **options)
            for updates in (False, True)
        }

        def compiled(*arguments: Any) -> tuple[tf.Tensor, tf.Tensor]:
            losses, right = functions[arguments[-1]](*arguments[:-1])
            return losses, right

        return compiled

    def _replica_step(
        self,
        inputs: Inputs,
        targets: tf.Tensor,
        rate: tf.Tensor,
        update: tf.Tensor,
        rows: tf.Tensor,
        number: tf.Tensor,
        updates: bool,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        replica = tf.distribute.get_replica_context()
        own = tf.cast(replica.replica_id_in_sync_group, tf.int64) * _REPLICA_SEEDS
        with tf.GradientTape() as tape:
            logits = self._forward(inputs, tf.stack([self._seed + own, number]))
            losses = self._objective(logits, targets)
            scaled = tf.reduce_sum(losses.objective) * self._factor(rows)
        gradients = tape.gradient(scaled, [weight.value for weight in self._weights])
        # Embeddings' gradients come as rows and numbers of rows; the update takes all rows.
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        if self._sums is not None:
            # Over all replicas, so that the sums of each are the same and a checkpoint of one does.
            gradients = replica.all_reduce(_SUM, gradients)
            gradients = [total + new for total, new in zip(self._sums, gradients, strict=True)]
            for total, gradient in zip(self._sums, gradients, strict=True):
                assign(total, tf.zeros_like(gradient) if updates else gradient)
        if updates:
            if self._sums is None:
                gradients = replica.all_reduce(_SUM, gradients)
            self._update(gradients, rate, update, rows)
        return tf.reduce_sum(losses.cross_entropy), tf.reduce_sum(losses.right)

    def _factor(self, rows: tf.Tensor) -> tf.Tensor:
        """Makes a sum over rows their mean, unless more batches are to come before the update."""
        return self._scale.factor if self._sums is not None else self._scale.factor / rows

    def _update(
        self, gradients: list[tf.Tensor], rate: tf.Tensor, update: tf.Tensor, rows: tf.Tensor
    ) -> None:
        if self._sums is not None:
            gradients = [gradient / rows for gradient in gradients]
        if not self._scale.used:
            self._change(gradients, rate, update)
            return
        factor = self._scale.factor
        tf.cond(
            self._scale.accept(gradients),
            lambda: self._change([gradient / factor for gradient in gradients], rate, update),
            lambda: None,
        )

    def _change(self, gradients: list[tf.Tensor], rate: tf.Tensor, update: tf.Tensor) -> None:
        self._adam.apply(gradients, rate, update)
        if self._average is not None:
            self._average.apply(update)


def _read(variable: tf.Variable) -> NDArray[np.generic]:
    value: NDArray[np.generic] = variable.numpy()
    return value
