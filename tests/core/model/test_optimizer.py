from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.encoders.encoders import Encoder
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier
from core.model.optimizer import Adam, LossScale, WarmupThenLinear, WeightAverage, layer_rates

RATE = 0.1


def weight(values: list[float], name: str = "kernel") -> keras.Variable:
    return keras.Variable(np.array(values, np.float32), name=name)


def test_the_schedule_rises_to_its_peak_and_falls_to_0() -> None:
    schedule = WarmupThenLinear(2.0, 4, 12, decay=True)

    rates = [schedule(step) for step in range(13)]

    assert rates == pytest.approx(
        [0.5, 1.0, 1.5, 2.0, 2.0, 1.75, 1.5, 1.25, 1.0, 0.75, 0.5, 0.25, 0.0]
    )
    assert schedule(40) == 0.0


@pytest.mark.parametrize(
    ("warmup_steps", "decay", "rates"),
    [
        (0, True, [2.0, 1.5, 1.0, 0.5, 0.0]),
        (0, False, [2.0] * 5),
        (2, False, [1.0, 2.0, 2.0, 2.0, 2.0]),
        (4, True, [0.5, 1.0, 1.5, 2.0, 0.0]),
    ],
)
def test_warmup_and_decay_can_each_be_left_out(
    warmup_steps: int, decay: bool, rates: list[float]
) -> None:
    schedule = WarmupThenLinear(2.0, warmup_steps, 4, decay=decay)

    assert [schedule(step) for step in range(5)] == pytest.approx(rates)


@pytest.mark.parametrize(
    ("decay", "peer"),
    [
        (0.0, lambda: keras.optimizers.Adam(RATE)),
        (0.5, lambda: keras.optimizers.AdamW(RATE, weight_decay=0.5)),
    ],
)
def test_the_fused_update_is_that_of_keras(
    decay: float, peer: Callable[[], keras.optimizers.Optimizer]
) -> None:
    ours, theirs = weight([1.0, -2.0, 3.0]), weight([1.0, -2.0, 3.0])
    adam, optimizer = Adam([ours], [1.0], decay), peer()

    for update in range(1, 6):
        gradient = tf.constant([0.5, -0.1 * update, 0.0])
        adam.apply([gradient], tf.constant(RATE), tf.constant(float(update)))
        optimizer.apply([gradient], [theirs])

    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5)


def test_weights_decay_but_biases_and_layer_norms_do_not(encoder: Encoder) -> None:
    network = build_classifier(load_backbone(encoder), n_classes=2, pooling="cls", dropout=0.1)
    weights = network.trainable_variables
    for variable in weights:
        variable.assign(tf.ones_like(variable))

    Adam(weights, [1.0] * len(weights), 0.5).apply(
        [tf.zeros_like(variable) for variable in weights], tf.constant(RATE), tf.constant(1.0)
    )

    ends = {variable.path: float(variable.numpy().mean()) for variable in weights}
    kept = {path for path, value in ends.items() if value == 1.0}
    assert kept == {path for path in ends if path.endswith(("/bias", "/gamma", "/beta"))}
    assert [ends[path] for path in ends if path not in kept] == pytest.approx(
        [0.95] * (len(ends) - len(kept))
    )
    assert len(kept) > 20


def test_lower_layers_learn_more_slowly(encoder: Encoder) -> None:
    network = build_classifier(load_backbone(encoder), n_classes=2, pooling="cls", dropout=0.1)
    weights = network.trainable_variables

    rates = layer_rates(weights, 2, 0.5)

    by_part = {
        variable.path.split("/")[0]: rate for variable, rate in zip(weights, rates, strict=True)
    }
    assert by_part == {
        "token_embedding": 0.25,
        "position_embedding": 0.25,
        "segment_embedding": 0.25,
        "embeddings_layer_norm": 0.25,
        "transformer_layer_0": 0.25,
        "transformer_layer_1": 0.5,
        "pooled_dense": 1.0,
        "logits": 1.0,
    }
    assert layer_rates(weights, 2, 1.0) == [1.0] * len(weights)


def test_a_smaller_factor_makes_a_smaller_step() -> None:
    fast, slow = weight([1.0]), weight([1.0])
    adam = Adam([fast, slow], [1.0, 0.25], 0.0)

    adam.apply([tf.constant([1.0])] * 2, tf.constant(RATE), tf.constant(1.0))

    assert 1.0 - slow.numpy()[0] == pytest.approx((1.0 - fast.numpy()[0]) / 4, rel=1e-4)


def test_the_average_follows_and_can_be_exchanged_with_the_weights() -> None:
    followed = weight([0.0])
    average = WeightAverage([followed], 0.5)
    followed.assign([4.0])

    average.apply(tf.constant(1000.0))
    average.swap()
    assert (followed.numpy()[0], average.state()["kernel/average"].numpy()[0]) == (2.0, 4.0)
    average.swap()
    assert followed.numpy()[0] == 4.0


def test_the_first_averages_forget_the_start_faster() -> None:
    followed = weight([0.0])
    average = WeightAverage([followed], 0.999)
    followed.assign([11.0])

    average.apply(tf.constant(1.0))

    # (1 + 1) / (10 + 1) of the old value stays.
    assert average.state()["kernel/average"].numpy()[0] == pytest.approx(9.0)


def test_the_loss_scale_halves_on_overflow_and_keeps_the_update_back() -> None:
    scale = LossScale(used=True)
    start = float(scale.factor)

    assert bool(scale.accept([tf.constant([1.0])]))
    assert not bool(scale.accept([tf.constant([1.0]), tf.constant([float("inf")])]))

    assert float(scale.factor) == start / 2
    assert float(LossScale(used=False).factor) == 1.0
