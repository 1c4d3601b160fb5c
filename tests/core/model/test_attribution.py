from collections.abc import Callable
from dataclasses import replace

import keras_hub
import numpy as np
import pytest

from core.encoders.encoders import Encoder
from core.model.attribution import (
    Attribution,
    integrated_gradients,
    leave_one_out,
    log_odds,
)
from core.model.classifier import (
    ModelCard,
    TrainedModel,
    build_classifier,
    freeze,
    predict_logits,
)
from core.model.tokenizer import Tokenizer
from tests import toy
from tests.core.model.trainings import RECIPE, Trained

TEXTS = [
    "why is this cat so horrible",
    "hello",
    "why is the song in my garden so horrible and the river is that lovely " * 3,
    "my dog",
]
METHODS = [integrated_gradients, leave_one_out]


@pytest.fixture(scope="module")
def model(run_training: Callable[..., Trained], tokenizer: Tokenizer) -> TrainedModel:
    """Knows kind texts ("0") from rude ones ("1")."""
    trained = run_training(replace(RECIPE, epochs=4), rows=toy.make_rows(300), deep=True)
    return TrainedModel(trained.network, tokenizer, ModelCard(("0", "1"), 64, lower_case=True))


def of_classes(
    backbone: keras_hub.models.BertBackbone, tokenizer: Tokenizer, classes: int, pooling: str
) -> TrainedModel:
    """A model with weights drawn at random."""
    network = build_classifier(backbone, n_classes=classes, pooling=pooling, dropout=0.5)
    names = tuple(str(number) for number in range(classes))
    return TrainedModel(network, tokenizer, ModelCard(names, 64, lower_case=True))


def words(text: str, attribution: Attribution) -> list[str]:
    return [text[start:end] for start, end in attribution.spans]


def log_odds_of(model: TrainedModel, text: str, target: int) -> float:
    logits = predict_logits(model.network, model.tokenizer.encode([text]))
    return float(log_odds(logits, [target])[0])


def test_the_words_add_up_to_the_difference_from_a_blank_text(model: TrainedModel) -> None:
    for text, found in zip(TEXTS, integrated_gradients(model, TEXTS, [1] * 4), strict=True):
        assert found.log_odds == pytest.approx(log_odds_of(model, text, 1), abs=1e-4)
        assert found.contributions.sum() + found.gap == pytest.approx(
            found.log_odds - found.baseline
        )
        assert abs(found.gap) < 0.05 * abs(found.log_odds - found.baseline)
        assert ("horrible" in text) == (found.log_odds - found.baseline > 1.0)


def test_more_points_leave_a_smaller_gap(model: TrainedModel) -> None:
    few, many = (
        np.abs([found.gap for found in integrated_gradients(model, TEXTS, [1] * 4, steps=steps)])
        for steps in (2, 64)
    )

    assert many.max() < 0.1 * few.max()


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("classes", [2, 3])
def test_words_add_up_for_every_class_and_pooling(
    backbone: keras_hub.models.BertBackbone, tokenizer: Tokenizer, classes: int, pooling: str
) -> None:
    model = of_classes(backbone, tokenizer, classes, pooling)

    for target in range(classes):
        (found,) = integrated_gradients(model, TEXTS[:1], [target], steps=64)
        assert found.log_odds == pytest.approx(log_odds_of(model, TEXTS[0], target), abs=1e-5)
        assert abs(found.gap) < 0.05 * abs(found.log_odds - found.baseline) + 1e-4


def test_words_add_up_where_training_kept_embeddings_and_layers_frozen(
    backbone: keras_hub.models.BertBackbone, tokenizer: Tokenizer
) -> None:
    model = of_classes(backbone, tokenizer, 2, "mean")
    free = integrated_gradients(model, TEXTS[:1], [1])[0]
    frozen = of_classes(backbone, tokenizer, 2, "mean")
    frozen.network.set_weights(model.network.get_weights())
    freeze(frozen.network, embeddings=True, layers=2)

    (found,) = integrated_gradients(frozen, TEXTS[:1], [1])

    np.testing.assert_allclose(found.contributions, free.contributions, atol=1e-5)
    assert np.abs(found.contributions).max() > 0


def test_against_a_class_is_for_the_other_of_two(model: TrainedModel) -> None:
    towards, against = integrated_gradients(model, [TEXTS[0]] * 2, [1, 0])

    np.testing.assert_allclose(towards.contributions, -against.contributions, atol=1e-5)
    assert towards.log_odds == pytest.approx(-against.log_odds)


@pytest.mark.parametrize("method", METHODS)
def test_the_word_that_gives_a_text_away_counts_most(
    model: TrainedModel, method: Callable[..., list[Attribution]]
) -> None:
    texts = ["why is this cat so horrible", "the stupid dog and my garden"]

    found = method(model, texts, [1, 1])

    most = [words(t, f)[f.contributions.argmax()] for t, f in zip(texts, found, strict=True)]
    assert most == ["horrible", "stupid"]


@pytest.mark.parametrize("method", METHODS)
def test_texts_together_give_what_each_gives_alone(
    model: TrainedModel, method: Callable[..., list[Attribution]]
) -> None:
    together = method(model, TEXTS, [1] * 4)

    for text, found in zip(TEXTS, together, strict=True):
        (alone,) = method(model, [text], [1])
        assert found.spans == alone.spans
        np.testing.assert_allclose(found.contributions, alone.contributions, atol=1e-4)


def test_a_word_left_out_is_the_difference_to_the_text_without_it(model: TrainedModel) -> None:
    text = "why is this cat so horrible"

    (found,) = leave_one_out(model, [text], [1])

    without = log_odds_of(model, "why is this cat so", 1)
    assert found.contributions[-1] == pytest.approx(found.log_odds - without, abs=1e-4)
    assert np.isnan(found.baseline)
    assert np.isnan(found.gap)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The CAT, the cat!", ["The", "CAT", ",", "the", "cat", "!"]),
        ("  a  Café\tis naïve ", ["a", "Café", "is", "naïve"]),
        ("cafe\u0301 is", ["cafe\u0301", "is"]),
        ("don't the dog\u2019s", ["don't", "the", "dog\u2019s"]),
        ("the 🙂 cat 👩‍👧", ["the", "🙂", "cat", "👩‍👧"]),
        ("日本 cat", ["日", "本", "cat"]),
        ("'hello' world", ["'", "hello", "'", "world"]),
        ("unbelievably", ["unbelievably"]),
        ("cat cat cat", ["cat", "cat", "cat"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_words_are_whole_and_lie_where_they_stand_in_the_text(
    model: TrainedModel,
    method: Callable[..., list[Attribution]],
    text: str,
    expected: list[str],
) -> None:
    (found,) = method(model, [text], [1])

    assert words(text, found) == expected
    assert found.contributions.shape == (len(expected),)
    assert np.isfinite(found.contributions).all()


@pytest.mark.parametrize("method", METHODS)
def test_only_words_that_the_model_reads_count(
    model: TrainedModel, encoder: Encoder, method: Callable[..., list[Attribution]]
) -> None:
    short = Tokenizer(encoder.vocabulary, lower_case=True, max_seq_length=6)
    cut = replace(model, tokenizer=short)
    text = "the lovely cat is so horrible and stupid"

    (found,) = method(cut, [text], [1])

    assert words(text, found) == ["the", "lovely", "cat", "is"]
    assert text[: found.read] == "the lovely cat is"
    (alone,) = method(cut, ["the lovely cat is"], [1])
    np.testing.assert_allclose(found.contributions, alone.contributions, atol=1e-4)


def test_log_odds_are_those_of_the_probability() -> None:
    logits = np.array([[2.0, -1.0, 0.5], [0.0, 0.0, 90.0]], np.float32)
    shares = np.exp(logits.astype(float)) / np.exp(logits.astype(float)).sum(1, keepdims=True)

    found = log_odds(logits, [0, 1])

    expected = [np.log(shares[0, 0] / (1 - shares[0, 0])), np.log(shares[1, 1])]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(log_odds(logits[:, :1], [1, 0]), [2.0, 0.0])


def test_no_texts_give_no_attributions(model: TrainedModel) -> None:
    assert leave_one_out(model, [], []) == []
