from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from sklearn.utils.class_weight import compute_class_weight

from core.model.objective import Objective, class_weights
from core.runs.config import TrainConfig

PLAIN = TrainConfig()
CODES = np.array([0] * 9 + [1] * 3 + [2] * 4)
LOGITS = tf.constant([[2.0, 0.5, -1.0], [0.0, 0.0, 3.0]])
TARGETS = tf.constant([0, 1])


def shares(logits: tf.Tensor) -> np.ndarray:
    return tf.nn.softmax(logits).numpy()


def test_plain_cross_entropy_is_the_log_of_the_right_classs_share() -> None:
    losses = Objective(PLAIN, CODES, 3)(LOGITS, TARGETS)

    expected = -np.log(shares(LOGITS)[[0, 1], [0, 1]])
    np.testing.assert_allclose(losses.objective, expected, rtol=1e-5)
    np.testing.assert_allclose(losses.cross_entropy, expected, rtol=1e-5)
    np.testing.assert_array_equal(losses.right, [1.0, 0.0])


def test_one_logit_gives_the_loss_of_a_sigmoid() -> None:
    logits, targets = tf.constant([[1.5], [-0.5], [40.0]]), tf.constant([1, 1, 0])

    losses = Objective(PLAIN, CODES[CODES < 2], 2)(logits, targets)

    expected = tf.nn.sigmoid_cross_entropy_with_logits(
        labels=tf.cast(targets, tf.float32), logits=logits[:, 0]
    )
    np.testing.assert_allclose(losses.objective, expected, rtol=1e-5)
    np.testing.assert_array_equal(losses.right, [1.0, 0.0, 0.0])


def test_class_weights_are_scikit_learns() -> None:
    expected = compute_class_weight("balanced", classes=np.arange(3), y=CODES)

    np.testing.assert_allclose(class_weights(CODES, 3), expected)
    losses = Objective(replace(PLAIN, imbalance="class_weights"), CODES, 3)(LOGITS, TARGETS)
    np.testing.assert_allclose(losses.objective / losses.cross_entropy, expected[:2], rtol=1e-5)


def test_a_class_without_rows_weighs_nothing() -> None:
    assert class_weights(np.array([0, 0, 2]), 3).tolist() == [0.75, 0.0, 1.5]


def test_focal_loss_is_small_where_the_answer_is_already_good() -> None:
    losses = Objective(replace(PLAIN, imbalance="focal", focal_gamma=2.0), CODES, 3)(
        LOGITS, TARGETS
    )

    right = shares(LOGITS)[[0, 1], [0, 1]]
    np.testing.assert_allclose(losses.objective, -((1 - right) ** 2) * np.log(right), rtol=1e-4)
    np.testing.assert_allclose(losses.cross_entropy, -np.log(right), rtol=1e-5)


def test_focal_loss_has_a_gradient_where_the_answer_is_certain() -> None:
    logits = tf.Variable([[60.0]])
    with tf.GradientTape() as tape:
        objective = Objective(replace(PLAIN, imbalance="focal", focal_gamma=0.5), CODES, 2)
        loss = objective(logits, tf.constant([1])).objective

    assert np.isfinite(tape.gradient(loss, logits)).all()


@pytest.mark.parametrize("smoothing", [0.1, 0.3])
def test_label_smoothing_is_keras_own(smoothing: float) -> None:
    losses = Objective(replace(PLAIN, label_smoothing=smoothing), CODES, 3)(LOGITS, TARGETS)

    wanted = (1 - smoothing) * np.eye(3)[[0, 1]] + smoothing / 3
    np.testing.assert_allclose(
        losses.objective, -(wanted * np.log(shares(LOGITS))).sum(axis=1), rtol=1e-5
    )
