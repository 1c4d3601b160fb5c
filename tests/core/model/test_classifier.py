import logging
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from core.encoders.encoders import Encoder, find_encoder
from core.errors import BadInput, EncoderError
from core.model.backbone import load_backbone
from core.model.batches import model_inputs
from core.model.classifier import (
    ModelCard,
    build_classifier,
    check_tokenizer,
    load_model,
    predict_logits,
    save_model,
    to_probabilities,
)
from core.model.tokenizer import Tokenizer
from tests import toy

Backbone = keras_hub.models.BertBackbone
TEXTS = [text for text, _ in toy.make_rows(150)]
CARD = ModelCard(classes=("no", "yes"), max_seq_length=64, lower_case=True)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_padding_does_not_change_an_answer(minilm: Backbone, pooling: str) -> None:
    vocabulary = find_encoder("minilm").vocabulary
    tokenizer = Tokenizer(vocabulary, lower_case=True, max_seq_length=128)
    network = build_classifier(minilm, n_classes=3, pooling=pooling, dropout=0.5)
    texts = ["the cat", "why is the song in my garden so horrible " * 5, "hello"]

    together = predict_logits(network, tokenizer.encode(texts))
    alone = [predict_logits(network, tokenizer.encode([text]))[0] for text in texts]

    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.abs(together[0] - together[2]).max() > 1e-2


def test_the_mean_is_over_all_tokens_of_the_text(backbone: Backbone, tokenizer: Tokenizer) -> None:
    inputs = model_inputs(tokenizer.encode(["the cat is lovely", "hello"]))
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.0)
    features = keras.Model(network.input, network.get_layer("mean_of_tokens").output)
    tokens = backbone(inputs)["sequence_output"].numpy()

    expected = [tokens[0].mean(axis=0), tokens[1, :3].mean(axis=0)]

    np.testing.assert_allclose(features(inputs).numpy(), expected, atol=1e-5)


@pytest.mark.parametrize(("n_classes", "units"), [(2, 1), (3, 3), (77, 77)])
def test_two_classes_need_one_logit_and_more_need_one_each(
    backbone: Backbone, tokenizer: Tokenizer, n_classes: int, units: int
) -> None:
    network = build_classifier(backbone, n_classes=n_classes, pooling="cls", dropout=0.1)

    logits = predict_logits(network, tokenizer.encode(TEXTS[:5]))
    probabilities = to_probabilities(logits)

    assert logits.shape == (5, units)
    assert logits.dtype == np.float32
    assert probabilities.shape == (5, n_classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)
    assert network.count_params() == backbone.count_params() + (32 + 1) * units


def test_many_rows_get_the_answers_they_get_in_small_parts_in_their_order(
    backbone: Backbone, tokenizer: Tokenizer
) -> None:
    network = build_classifier(backbone, n_classes=3, pooling="mean", dropout=0.1)
    ids = tokenizer.encode(TEXTS)

    many = predict_logits(network, ids)
    parts = [predict_logits(network, ids[start : start + 50]) for start in range(0, 150, 50)]

    np.testing.assert_allclose(many, np.concatenate(parts), atol=1e-5)
    assert len(np.unique(many[:, 0].round(6))) > 100


def test_threads_that_ask_at_the_same_time_wait_for_no_compilation(
    backbone: Backbone,
    tokenizer: Tokenizer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """TensorFlow would warn of each that waits, from the fifth on."""
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.1)

    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        predict_logits(network, tokenizer.encode(TEXTS * 4), at_once=8)

    assert caplog.messages == []


def test_answers_are_the_same_twice_whatever_the_dropout(
    backbone: Backbone, tokenizer: Tokenizer
) -> None:
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.9)
    ids = tokenizer.encode(TEXTS[:10])

    np.testing.assert_array_equal(predict_logits(network, ids), predict_logits(network, ids))


@pytest.mark.parametrize("scale", [1.0, 100.0])
@pytest.mark.parametrize("units", [1, 3])
def test_probabilities_are_those_of_tensorflow_and_sum_to_1(units: int, scale: float) -> None:
    logits = np.random.default_rng(0).normal(0, scale, (200, units)).astype(np.float32)

    found = to_probabilities(logits)

    if units == 1:
        positive = tf.sigmoid(tf.cast(logits, tf.float64)).numpy()
        expected = np.hstack([1 - positive, positive])
    else:
        expected = tf.nn.softmax(tf.cast(logits, tf.float64)).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-6)


def test_a_saved_model_gives_the_same_probabilities(
    backbone: Backbone, encoder: Encoder, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.1)
    save_model(tmp_path / "model", network, encoder.vocabulary, CARD)

    loaded = load_model(tmp_path / "model")

    assert loaded.card == CARD
    expected = to_probabilities(predict_logits(network, tokenizer.encode(TEXTS)))
    np.testing.assert_allclose(loaded.probabilities(TEXTS), expected, atol=1e-6)
    assert loaded.probabilities([]).shape == (0, 2)


def test_a_saved_model_needs_nothing_but_its_folder(encoder: Encoder, tmp_path: Path) -> None:
    copy = shutil.copytree(encoder.folder, tmp_path / "encoder")
    found = find_encoder(str(copy))
    network = build_classifier(load_backbone(found), n_classes=3, pooling="cls", dropout=0.1)
    card = replace(CARD, classes=("a", "b", "c"))
    save_model(tmp_path / "model", network, found.vocabulary, card)
    shutil.rmtree(copy)

    moved = shutil.move(tmp_path / "model", tmp_path / "elsewhere")

    assert load_model(Path(moved)).probabilities(["the cat"]).shape == (1, 3)


def test_a_second_model_takes_the_first_ones_place(
    backbone: Backbone, encoder: Encoder, tmp_path: Path
) -> None:
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.1)
    save_model(tmp_path / "model", network, encoder.vocabulary, CARD)
    head = network.get_layer("logits")
    head.set_weights([np.zeros((32, 1)), np.array([3.0])])

    save_model(tmp_path / "model", network, encoder.vocabulary, CARD)

    positive = load_model(tmp_path / "model").probabilities(["the cat"])[0, 1]
    assert positive == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_model_that_cannot_be_saved_leaves_the_one_before(
    backbone: Backbone, encoder: Encoder, tmp_path: Path
) -> None:
    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.1)
    save_model(tmp_path / "model", network, encoder.vocabulary, CARD)

    with pytest.raises(OSError):
        save_model(tmp_path / "model", network, tmp_path / "no-vocabulary", CARD)

    assert load_model(tmp_path / "model").card == CARD
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_tokenizer_that_fits_its_encoder_is_accepted(
    backbone: Backbone, encoder: Encoder
) -> None:
    longest = Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=128)

    check_tokenizer(longest, backbone)

    network = build_classifier(backbone, n_classes=2, pooling="mean", dropout=0.0)
    assert predict_logits(network, longest.encode(["hello " * 500])).shape == (1, 1)


def test_a_length_beyond_the_encoders_positions_is_refused(
    backbone: Backbone, encoder: Encoder
) -> None:
    tokenizer = Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=129)

    with pytest.raises(BadInput, match="max_seq_length up to the encoder's 128, but found 129"):
        check_tokenizer(tokenizer, backbone)


def test_a_vocabulary_larger_than_the_encoders_is_refused(
    backbone: Backbone, tmp_path: Path
) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("\n".join([*toy.VOCABULARY, "surplus"]), "utf-8")
    tokenizer = Tokenizer(path, lower_case=True, max_seq_length=8)

    with pytest.raises(EncoderError, match=f"the encoder's {len(toy.VOCABULARY)} tokens"):
        check_tokenizer(tokenizer, backbone)
