import numpy as np
import pytest

from core.evaluation.predictions import Predictions
from core.evaluation.slice_metrics import (
    ALL,
    MIN_TERM_ROWS,
    slice_table,
    term_slices,
    text_slices,
    whole,
)

FIGURES = ("f1", "f1_low", "f1_high")


def scored(rows: int, seed: int = 0, classes: int = 2) -> Predictions:
    """Rows of which a model knows much."""
    rng = np.random.default_rng(seed)
    class_ids = (
        (rng.random(rows) < 0.3).astype(np.int64) if classes == 2 else rng.integers(0, 3, rows)
    )
    odds = rng.normal(0, 1, (rows, classes)) + 2.5 * np.eye(classes)[class_ids]
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    names = tuple("abc"[:classes])
    return Predictions("test", names, np.arange(rows), class_ids, shares.astype(np.float32))


def spoiled(predictions: Predictions, mask: np.ndarray, seed: int = 1) -> Predictions:
    """The same with answers that know nothing in a slice."""
    probabilities = predictions.probabilities.copy()
    shuffled = np.random.default_rng(seed).permutation(np.flatnonzero(mask))
    probabilities[np.flatnonzero(mask)] = probabilities[shuffled]
    return Predictions(
        "test", predictions.classes, predictions.rows, predictions.class_ids, probabilities
    )


@pytest.mark.parametrize("classes", [2, 3])
def test_a_slice_that_the_model_fails_on_is_found_among_many_that_it_does_not(
    classes: int,
) -> None:
    rows = 3_000
    rng = np.random.default_rng(3)
    slices = {f"random {number}": rng.random(rows) < 0.1 for number in range(40)}
    slices["bad"] = rng.random(rows) < 0.1
    predictions = spoiled(scored(rows, classes=classes), slices["bad"])

    found = slice_table(predictions, 0.5, slices)

    assert found["slice"].iloc[0] == "bad"
    assert found.loc[found["worse"], "slice"].tolist() == ["bad"]


def test_of_random_slices_hardly_any_is_called_worse() -> None:
    called = 0
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        slices = {f"random {number}": rng.random(1_000) < 0.2 for number in range(20)}
        called += bool(slice_table(scored(1_000, seed), 0.5, slices)["worse"].any())

    # Of 20 tables 1 is expected to have one; 5 or more would happen once in 400 times.
    assert called <= 4


def test_three_rows_are_shown_with_the_wide_interval_that_they_have() -> None:
    mask = np.zeros(500, bool)
    mask[:3] = True

    found = slice_table(scored(500), 0.5, {"few": mask}).iloc[0]

    assert found["rows"] == 3
    assert found["f1_high"] - found["f1_low"] > 0.4


def test_a_row_of_the_table_says_how_many_rows_and_how_many_are_positive() -> None:
    predictions = scored(400)
    mask = predictions.class_ids == 1

    found = slice_table(predictions, 0.5, {"positives": mask}).iloc[0]

    assert (found["rows"], found["share"]) == (mask.sum(), 1.0)
    everything = whole(predictions, 0.5)
    assert (everything["slice"], everything["rows"]) == (ALL, 400)
    assert everything["share"] == pytest.approx(mask.mean())
    assert all(0 <= everything[name] <= 1 for name in FIGURES)


def test_no_slices_make_an_empty_table() -> None:
    assert slice_table(scored(20), 0.5, {}).empty


def test_bands_of_length_hold_every_text_once() -> None:
    texts = [" ".join(["word"] * length) for length in [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]]

    bands = [mask for name, mask in text_slices(texts).items() if name.endswith("words")]

    assert len(bands) > 2
    assert np.sum(bands, axis=0).tolist() == [1] * len(texts)


def test_patterns_find_the_texts_that_have_them() -> None:
    texts = [
        "Why 42?",
        "see https://a.b",
        "WHY NOW",
        "naïve café",
        "so “he” said",
        "plain",
        "a? b?",
        "in ٤٢ rows",
        "aNOWb AÉÉÉ _NOW_ A1BCD",
        "(USA)",
    ]

    found = {name: np.flatnonzero(mask).tolist() for name, mask in text_slices(texts).items()}

    assert found["has a number"] == [0, 7, 8]
    assert found["has a link"] == [1]
    assert found["has a word in capitals"] == [2, 9]
    assert found["has letters beyond a to z"] == [3, 8]
    assert found["has a quotation"] == [4]
    assert found["asks more than one question"] == [6]


def test_common_words_are_slices_and_rare_or_universal_ones_are_not() -> None:
    texts = [
        f"the {'cat' if number % 4 == 0 else 'dog'} sat {number}"
        for number in range(4 * MIN_TERM_ROWS)
    ]

    found = term_slices(texts)

    assert list(found) == ["with “cat”"]
    assert found["with “cat”"].sum() == MIN_TERM_ROWS


def test_a_slice_without_positive_rows_has_no_f1_and_is_judged_by_its_false_alarms() -> None:
    predictions = scored(2_000)
    quiet = (predictions.class_ids == 0) & (predictions.rows % 3 == 0)
    alarming = (predictions.class_ids == 0) & (predictions.scores > 0.3)

    found = slice_table(predictions, 0.5, {"quiet": quiet, "alarming": alarming}).set_index("slice")

    assert found["f1"].isna().all()
    assert found["recall"].isna().all()
    assert found["worse"].to_dict() == {"alarming": True, "quiet": False}


def test_words_are_those_of_explore() -> None:
    texts = ["यह किताब अच्छी है", "it isn’t"] * MIN_TERM_ROWS

    assert term_slices(texts).keys() == {
        f"with “{word}”" for word in ("यह", "किताब", "अच्छी", "है", "it", "isn't")
    }
