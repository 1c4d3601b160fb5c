"""Adam and AdamW in TensorFlow's fused kernel, their schedule, and a moving average of weights.

Ours: Keras's optimizers do not use the kernel and update the weights one operation at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
_NEVER_DECAYED = ("bias", "gamma", "beta")
_FIRST_LOSS_SCALE, _GROWS_AFTER = 2.0**15, 2000


@dataclass(frozen=True)
class WarmupThenLinear:
    """Rises linearly over `warmup_steps`, then stays or falls linearly to 0 at `steps`.

    Source: Devlin et al. (2019), BERT, appendix A.2.
    """

    peak: float
    warmup_steps: int
    steps: int
    decay: bool

    def __call__(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        if step < self.warmup_steps:
            return self.peak * (step + 1) / self.warmup_steps
        if not self.decay:
            return self.peak
        left = max(self.steps - self.warmup_steps, 1)
        return self.peak * min(max((self.steps - step) / left, 0.0), 1.0)


class Adam:
    """Adam with decoupled weight decay (0: plain Adam); none on biases and layer norms.

    Sources: Kingma and Ba (2015), Adam; Loshchilov and Hutter (2019), Decoupled weight decay
    regularization. One fused kernel a variable, where Keras runs a dozen: its update took four
    times as long. To be made within the strategy's scope.

    Args:
        weights: What is trained.
        rates: Factor of the learning rate of each, as `layer_rates` gives.
        weight_decay: Share of a weight that it loses a step, times the learning rate.
    """

    def __init__(
        self, weights: Sequence[keras.Variable], rates: Sequence[float], weight_decay: float
    ) -> None:
        self._weights = list(weights)
        self._rates = list(rates)
        self._decays = [0.0 if _is_exempt(w) else weight_decay for w in self._weights]
        self._first = [_like(weight, "m") for weight in self._weights]
        self._second = [_like(weight, "v") for weight in self._weights]

    def apply(
        self, gradients: Sequence[tf.Tensor], learning_rate: tf.Tensor, update: tf.Tensor
    ) -> None:
        """Change the weights; `update` is float32 and counts updates from 1."""
        powers = tf.pow(_BETA_1, update), tf.pow(_BETA_2, update)
        parts = zip(
            self._weights,
            self._first,
            self._second,
            self._rates,
            self._decays,
            gradients,
            strict=True,
        )
        for weight, first, second, factor, decay, gradient in parts:
            rate = learning_rate * factor
            if decay:
                _subtract(weight.value, weight.value * (rate * decay))
            tf.raw_ops.ResourceApplyAdam(
                var=weight.value.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=rate,
                beta1=_BETA_1,
                beta2=_BETA_2,
                epsilon=_EPSILON,
                grad=gradient,
            )

    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint has to hold, by name."""
        named: dict[str, tf.Variable] = {}
        for weight, first, second in zip(self._weights, self._first, self._second, strict=True):
            named |= {f"{weight.path}/m": first, f"{weight.path}/v": second}
        return named


def layer_rates(
    weights: Sequence[keras.Variable], n_layers: int, layer_decay: float
) -> list[float]:
    """Factors of the learning rate: 1 for pooler and head, less for each layer further down.

    Source: Howard and Ruder (2018), ULMFiT, "discriminative fine-tuning"; Clark et al. (2020),
    ELECTRA, "layer-wise learning-rate decay".
    """
    return [layer_decay ** (n_layers - _height(weight.path, n_layers)) for weight in weights]


class WeightAverage:
    """Exponential moving average of weights, which generalizes better than the last weights.

    Source: Polyak and Juditsky (1992); the growing decay of the first steps is TensorFlow's
    `ExponentialMovingAverage`. To be made within the strategy's scope.

    Args:
        weights: What is averaged.
        decay: Share of the average that stays at a step, once enough steps are done.
    """

    def __init__(self, weights: Sequence[keras.Variable], decay: float) -> None:
        self._weights = list(weights)
        self._decay = decay
        self._averages = [tf.Variable(w.value, trainable=False) for w in self._weights]

    def apply(self, update: tf.Tensor) -> None:
        """Follow the weights after an update, counted from 1."""
        stays = tf.minimum(self._decay, (1.0 + update) / (10.0 + update))
        for weight, average in zip(self._weights, self._averages, strict=True):
            _subtract(average, (average - weight.value) * (1.0 - stays))

    def swap(self) -> None:
        """Exchange weights and averages; a second time puts them back."""
        for weight, average in zip(self._weights, self._averages, strict=True):
            kept = tf.identity(weight.value)
            weight.value.assign(average)
            average.assign(kept)

    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint has to hold, by name."""
        pairs = zip(self._weights, self._averages, strict=True)
        return {f"{weight.path}/average": average for weight, average in pairs}


class LossScale:
    """Keeps float16 gradients from vanishing: scaled up, and halved when they overflow.

    Source: Micikevicius et al. (2018), Mixed precision training.

    Args:
        used: Whether to scale at all; without float16 the factor stays 1.
    """

    def __init__(self, *, used: bool) -> None:
        self.used = used
        self._factor = tf.Variable(_FIRST_LOSS_SCALE if used else 1.0, trainable=False)
        self._good = tf.Variable(0, trainable=False, dtype=tf.int64)

    @property
    def factor(self) -> tf.Tensor:
        """What losses are multiplied by now; float32, a scalar."""
        return self._factor.read_value()

    def accept(self, gradients: Sequence[tf.Tensor]) -> tf.Tensor:
        """Whether gradients are finite (bool); adapts the factor to it."""
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(g)) for g in gradients])
        good = tf.where(finite, self._good + 1, tf.zeros_like(self._good))
        grows = good >= _GROWS_AFTER
        grown = tf.where(grows, self._factor * 2.0, self._factor)
        assign(self._factor, tf.where(finite, grown, tf.maximum(self._factor / 2.0, 1.0)))
        assign(self._good, tf.where(grows, tf.zeros_like(good), good))
        return finite

    def state(self) -> dict[str, tf.Variable]:
        """What a checkpoint has to hold, by name."""
        return {"loss_scale/factor": self._factor, "loss_scale/good": self._good}


def assign(variable: tf.Variable, value: tf.Tensor) -> None:
    """Set a variable on this replica only: what all replicas compute alike needs no exchange."""
    tf.raw_ops.AssignVariableOp(resource=variable.handle, value=value)


def _subtract(variable: tf.Variable, value: tf.Tensor) -> None:
    tf.raw_ops.AssignSubVariableOp(resource=variable.handle, value=value)


def _like(weight: keras.Variable, name: str) -> tf.Variable:
    return tf.Variable(tf.zeros(weight.shape, tf.float32), trainable=False, name=name)


def _is_exempt(weight: keras.Variable) -> bool:
    return weight.path.rsplit("/", 1)[-1] in _NEVER_DECAYED


def _height(path: str, n_layers: int) -> int:
    """Encoder layers below a weight: 0 for embeddings, `n_layers` for pooler and head."""
    part = path.split("/", maxsplit=1)[0]
    if part.startswith("transformer_layer_"):
        return int(part.removeprefix("transformer_layer_"))
    return 0 if "embedding" in part else n_layers
