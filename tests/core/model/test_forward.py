import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from core.model.batches import model_inputs
from core.model.classifier import build_classifier, freeze
from core.model.forward import ForwardPass, backbone_of

IDS = tf.ragged.constant([[2, 5, 6, 7, 3], [2, 9, 3], [2, 3]], tf.int32)


def make_network(pooling: str = "mean", n_classes: int = 3, seed: int = 1) -> keras.Model:
    keras.utils.set_random_seed(seed)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=12, num_layers=3, num_heads=2, hidden_dim=8, intermediate_dim=20,
        max_sequence_length=10,
    )  # fmt: skip
    for weight in backbone.weights:  # Biases start at 0, which would hide an error in them.
        weight.assign_add(0.3 * np.random.default_rng(seed).standard_normal(weight.shape))
    return build_classifier(backbone, n_classes=n_classes, pooling=pooling, dropout=0.2)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_answers_and_gradients_are_those_of_the_native_model(pooling: str, n_classes: int) -> None:
    network, inputs = make_network(pooling, n_classes), model_inputs(IDS)
    weights = network.trainable_variables

    with tf.GradientTape(persistent=True) as tape:
        ours = ForwardPass(network)(inputs)
        native = network(inputs, training=False)
        sums = tf.reduce_sum(ours**2), tf.reduce_sum(native**2)

    np.testing.assert_allclose(ours, native, atol=1e-5)
    values = [weight.value for weight in weights]
    for weight, mine, theirs in zip(
        weights, tape.gradient(sums[0], values), tape.gradient(sums[1], values), strict=True
    ):
        found, expected = tf.convert_to_tensor(mine), tf.convert_to_tensor(theirs)
        np.testing.assert_allclose(found, expected, atol=2e-4, err_msg=weight.path)


def test_a_gpu_may_not_round_what_it_multiplies() -> None:
    tf.config.experimental.enable_tensor_float_32_execution(True)

    ForwardPass(make_network())

    assert not tf.config.experimental.tensor_float_32_execution_enabled()


def test_padding_changes_no_answer() -> None:
    network = make_network()
    forward = ForwardPass(network)
    alone = [forward(model_inputs(IDS[row : row + 1])) for row in range(3)]

    np.testing.assert_allclose(forward(model_inputs(IDS)), tf.concat(alone, 0), atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_a_replicas_part_of_a_batch_may_have_no_text(pooling: str) -> None:
    forward = ForwardPass(make_network(pooling))
    nothing = {name: tensor[:0] for name, tensor in model_inputs(IDS).items()}

    assert forward(nothing).shape == (0, 3)
    assert forward(nothing, tf.constant([1, 2], tf.int64)).shape == (0, 3)


def test_dropout_is_fixed_by_run_and_step() -> None:
    forward, inputs = ForwardPass(make_network()), model_inputs(IDS)

    def answers(run: int, step: int) -> np.ndarray:
        return forward(inputs, tf.constant([run, step], tf.int64)).numpy()

    np.testing.assert_array_equal(answers(1, 5), answers(1, 5))
    assert np.abs(answers(1, 5) - answers(1, 6)).max() > 1e-3
    assert np.abs(answers(1, 5) - answers(2, 5)).max() > 1e-3


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    from core.model.forward import _Dropout

    dropped = _Dropout(tf.constant([3, 4], tf.int64))(tf.ones([500, 401]), 0.1).numpy()

    assert (dropped == 0).mean() == pytest.approx(0.1, abs=0.003)
    assert dropped.max() == pytest.approx(1 / 0.9)
    assert dropped.mean() == pytest.approx(1.0, abs=0.003)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_close_and_answers_in_float32(dtype: str) -> None:
    network, inputs = make_network(), model_inputs(IDS)

    answers = ForwardPass(network, dtype)(inputs)

    assert answers.dtype == tf.float32
    np.testing.assert_allclose(answers, network(inputs), atol=0.1)
    assert np.abs(answers - network(inputs)).max() > 0


def test_nothing_below_the_first_trained_layer_gets_a_gradient() -> None:
    network = make_network()
    freeze(network, embeddings=True, layers=2)
    values = [weight.value for weight in network.weights]

    with tf.GradientTape() as tape:
        tape.watch(values)
        loss = tf.reduce_sum(ForwardPass(network)(model_inputs(IDS)))

    reached = {
        weight.path.split("/")[0]
        for weight, gradient in zip(network.weights, tape.gradient(loss, values), strict=True)
        if gradient is not None
    }
    assert reached == {"transformer_layer_2", "logits"}


def test_answers_from_token_vectors_are_those_of_the_tokens() -> None:
    network, inputs = make_network(), model_inputs(IDS)
    forward = ForwardPass(network)

    vectors = forward.token_vectors(inputs["token_ids"])

    np.testing.assert_array_equal(
        forward.from_token_vectors(vectors, inputs["padding_mask"]), forward(inputs)
    )


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_sentence_vectors_are_means_over_each_texts_own_tokens(pooling: str) -> None:
    network, inputs = make_network(pooling), model_inputs(IDS)

    found = ForwardPass(network).sentence_vectors(inputs)

    tokens = backbone_of(network)(inputs, training=False)["sequence_output"].numpy()
    lengths = IDS.row_lengths().numpy()
    expected = [row[:length].mean(0) for row, length in zip(tokens, lengths, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-5)
