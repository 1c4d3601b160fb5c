from collections.abc import Callable
from pathlib import Path

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from core.evaluation.temperature import calibrated
from core.model.classifier import (
    SCORING_BATCH,
    ModelCard,
    TrainedModel,
    build_classifier,
    predict_logits,
)
from core.model.saved_model import _logits, read_saved_model, write_saved_model
from core.model.tokenizer import Tokenizer
from core.runs.predicted_labels import predicted_labels
from tests import toy
from tests.core.small_disk import no_file_above

AWKWARD = [
    "", "   ", "\t\n", "a lovely cat", "A Lovely CAT", "Caf\u00e9 cafe\u0301 \U0001f642", "日本語",
    "a\x00b", "\ufeffhello", "\u202eworld", "\ufffd", "line\r\nbreak\u2028so", "x" * 100_000,
    "hello world " * 10_000,
]  # fmt: skip
TEXTS = [*AWKWARD, *(text for text, _ in toy.make_rows(150))]


def make_model(
    tmp_path: Path, n_classes: int = 2, pooling: str = "mean", *, lower_case: bool = True
) -> TrainedModel:
    """A classifier with random weights, that gives each class to some texts."""
    keras.utils.set_random_seed(5)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(toy.VOCABULARY), num_layers=1, num_heads=2, hidden_dim=16,
        intermediate_dim=24, max_sequence_length=32,
    )  # fmt: skip
    for weight in backbone.weights:
        weight.assign_add(0.5 * np.random.default_rng(2).standard_normal(weight.shape))
    network = build_classifier(backbone, n_classes=n_classes, pooling=pooling, dropout=0.1)
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("\n".join(toy.VOCABULARY) + "\n", "utf-8")
    tokenizer = Tokenizer(vocabulary, lower_case=lower_case, max_seq_length=20)
    classes = tuple(f"clàss {number}" for number in range(n_classes))
    model = TrainedModel(network, tokenizer, ModelCard(classes, 20, lower_case))
    # So that every class is somebody's answer.
    middle = predict_logits(network, tokenizer.encode(TEXTS)).mean(axis=0)
    network.get_layer("logits").bias.assign(-middle)
    return model


def saved(
    tmp_path: Path, model: TrainedModel, threshold: float = 0.5, temperature: float = 1.7
) -> Callable:
    folder = tmp_path / "saved"
    write_saved_model(folder, model, threshold=threshold, temperature=temperature)
    return read_saved_model(folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainedModel, Callable]:
    """A model of two classes, and what was saved of it."""
    folder = tmp_path_factory.mktemp("plain")
    model = make_model(folder)
    return model, saved(folder, model)


@pytest.mark.parametrize(
    ("n_classes", "pooling", "lower_case"),
    [(2, "mean", True), (2, "cls", False), (3, "mean", False), (3, "cls", True)],
)
def test_answers_are_those_of_the_model_its_threshold_and_its_temperature(
    tmp_path: Path, n_classes: int, pooling: str, lower_case: bool
) -> None:
    model = make_model(tmp_path, n_classes, pooling, lower_case=lower_case)
    expected = model.probabilities(TEXTS)
    threshold = float(np.median(expected[:, 1]))

    found = saved(tmp_path, model, threshold)(TEXTS)

    class_ids = predicted_labels(expected, threshold)
    rows, shown = np.arange(len(TEXTS)), np.ones_like(class_ids) if n_classes == 2 else class_ids
    assert set(class_ids.tolist()) == set(range(n_classes))
    assert [label.decode() for label in found["label"]] == [
        model.card.classes[c] for c in class_ids
    ]
    likely = calibrated(expected, 1.7)[rows, shown]
    np.testing.assert_allclose(found["probabilities"], expected, atol=1e-6)
    np.testing.assert_allclose(found["score"], expected[rows, shown], atol=1e-6)
    np.testing.assert_allclose(found["calibrated"], likely, atol=1e-6)
    assert {found[name].dtype for name in ("probabilities", "score", "calibrated")} == {
        np.dtype(np.float32)
    }


def test_no_texts_give_empty_answers_of_the_same_kinds(plain) -> None:
    _, answer = plain

    assert {name: value.shape for name, value in answer([]).items()} == {
        "probabilities": (0, 2), "score": (0,), "label": (0,), "calibrated": (0,),
    }  # fmt: skip


def test_what_else_is_in_a_call_and_in_which_order_changes_no_answer(plain) -> None:
    _, answer = plain
    together = answer(TEXTS)["score"]

    alone = [answer([text])["score"][0] for text in TEXTS[:40]]

    np.testing.assert_allclose(together[:40], alone, atol=1e-6)
    np.testing.assert_allclose(answer(TEXTS[::-1])["score"][::-1], together, atol=1e-6)
    np.testing.assert_allclose(answer(TEXTS * 9)["score"], np.tile(together, 9), atol=1e-6)


def test_no_more_rows_are_computed_together_than_a_batch_has_and_those_are_of_like_length() -> None:
    shapes = []

    def forward(inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        shapes.append(tuple(inputs["token_ids"].shape))
        return tf.cast(tf.reduce_sum(inputs["token_ids"], axis=1, keepdims=True), tf.float32)

    ids = tf.ragged.constant([[1] * (number % 50 + 1) for number in range(1000)], tf.int32)

    sums = _logits(forward, ids, 1)

    assert sums[:, 0].numpy().tolist() == ids.row_lengths().numpy().tolist()
    assert [rows for rows, _ in shapes] == [SCORING_BATCH] * 31 + [8]
    lasts = [*((row + 1) * SCORING_BATCH - 1 for row in range(31)), 999]
    assert [width for _, width in shapes] == [last // 20 + 1 for last in lasts]


def test_bytes_that_are_no_utf_8_count_as_replacement_characters(plain) -> None:
    model, answer = plain
    texts = [b"a \xff cat", b"caf\xe9 song", b"\xed\xa0\x80 dog", b"so \xf0\x9f\x99", b"\xff" * 9]

    found = answer(texts)["score"]

    replaced = model.probabilities([text.decode("utf-8", "replace") for text in texts])[:, 1]
    np.testing.assert_allclose(found, replaced, atol=1e-6)


@pytest.mark.parametrize(("above", "label"), [(0.0, b"1"), (1e-12, b"0")])
def test_a_score_at_the_threshold_is_positive_and_a_hair_below_it_is_not(
    tmp_path: Path, plain, above: float, label: bytes
) -> None:
    model, answer = plain
    score = float(answer(["a lovely cat"])["score"][0])

    found = saved(tmp_path, model, score + above, temperature=1.0)(["a lovely cat"])

    assert found["label"][0].endswith(label)


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_scores_next_to_0_and_1_are_calibrated_as_in_the_project(
    tmp_path: Path, temperature: float
) -> None:
    model = make_model(tmp_path)
    head = model.network.get_layer("logits")
    for weight in head.weights:
        weight.assign(weight * 400)
    probabilities = model.probabilities(TEXTS)
    assert (probabilities.min(axis=0) < 1e-8).all()

    found = saved(tmp_path, model, temperature=temperature)(TEXTS)["calibrated"]

    np.testing.assert_allclose(found, calibrated(probabilities, temperature)[:, 1], atol=1e-5)


def test_a_full_disk_is_the_systems_own_error(tmp_path: Path) -> None:
    model = make_model(tmp_path)

    with no_file_above(8), pytest.raises(OSError, match="File too large"):
        saved(tmp_path, model)
