import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from core.evaluation.metrics import classification_metrics, f1_threshold
from core.runs.predicted_labels import DEFAULT_THRESHOLD, predicted_labels

AREAS = ("pr_auc", "roc_auc")


def two_columns(scores: np.ndarray) -> np.ndarray:
    return np.stack([1 - scores, scores], axis=1).astype(np.float32)


def f1_by_hand(class_ids: np.ndarray, answers: np.ndarray) -> float:
    right = int(((class_ids == 1) & (answers == 1)).sum())
    return 2 * right / max(int(class_ids.sum() + answers.sum()), 1)


@st.composite
def scored_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Class ids and float32 scores, with ties, neighbours of one another, 0 and 1."""
    size = draw(st.integers(1, 30))
    few = st.sampled_from([0.0, 0.25, np.nextafter(np.float32(0.25), np.float32(1)), 0.5, 1.0])
    score = st.one_of(few, st.floats(0, 1, width=32))
    scores = draw(arrays(np.float32, size, elements=score))
    return draw(arrays(np.int64, size, elements=st.integers(0, 1))), scores


@settings(max_examples=100, deadline=None)
@given(scored_rows())
def test_a_threshold_lies_between_0_and_1_and_is_always_the_same(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    class_ids, scores = rows

    threshold = f1_threshold(class_ids, scores)

    assert 0 <= threshold <= 1
    assert f1_threshold(class_ids, scores) == threshold


def test_without_positives_the_threshold_is_the_default() -> None:
    scores = np.array([0.1, 0.9], np.float32)

    assert f1_threshold(np.zeros(2, np.int64), scores) == DEFAULT_THRESHOLD


def test_with_only_positives_everything_is_called_positive() -> None:
    scores = np.array([0.2, 0.9], np.float32)
    class_ids = np.ones(2, np.int64)

    threshold = f1_threshold(class_ids, scores)

    assert predicted_labels(two_columns(scores), threshold).tolist() == [1, 1]


def test_all_scores_equal_are_all_called_positive() -> None:
    scores = np.full(10, 0.5, np.float32)
    class_ids = np.array([1, *[0] * 9])

    assert (
        predicted_labels(two_columns(scores), f1_threshold(class_ids, scores)).tolist() == [1] * 10
    )


@pytest.mark.parametrize("seed", range(5))
def test_metrics_of_two_classes_are_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    class_ids = (rng.random(500) < 0.1).astype(np.int64)
    scores = np.clip(class_ids * 0.3 + rng.random(500), 0.01, 0.99).round(2).astype(np.float32)
    probabilities = two_columns(scores)
    answers = probabilities[:, 1].astype(np.float64) >= 0.6
    exact = probabilities.astype(np.float64)

    found = classification_metrics(class_ids, probabilities, 0.6)

    assert found == pytest.approx(
        {
            "loss": metrics.log_loss(class_ids, exact / exact.sum(axis=1, keepdims=True)),
            "accuracy": metrics.accuracy_score(class_ids, answers),
            "majority": 1 - class_ids.mean(),
            "mcc": metrics.matthews_corrcoef(class_ids, answers),
            "f1": metrics.f1_score(class_ids, answers),
            "precision": metrics.precision_score(class_ids, answers),
            "recall": metrics.recall_score(class_ids, answers),
            "pr_auc": metrics.average_precision_score(class_ids, scores),
            "roc_auc": metrics.roc_auc_score(class_ids, scores),
        },
        abs=1e-9,
    )


@pytest.mark.parametrize("seed", range(5))
def test_metrics_of_three_classes_are_scikit_learns_macro_means(seed: int) -> None:
    rng = np.random.default_rng(seed)
    class_ids = rng.choice(3, 300, p=[0.7, 0.2, 0.1])
    probabilities = rng.dirichlet(np.ones(3), 300).astype(np.float32)
    answers = probabilities.argmax(axis=1)
    exact = probabilities.astype(np.float64)

    found = classification_metrics(class_ids, probabilities, 0.5)

    assert found == pytest.approx(
        {
            "loss": metrics.log_loss(class_ids, exact / exact.sum(axis=1, keepdims=True)),
            "accuracy": metrics.accuracy_score(class_ids, answers),
            "majority": np.bincount(class_ids).max() / 300,
            "mcc": metrics.matthews_corrcoef(class_ids, answers),
            "f1": metrics.f1_score(class_ids, answers, average="macro"),
        },
        abs=1e-9,
    )


@pytest.mark.parametrize("class_id", [0, 1])
@pytest.mark.parametrize("score", [0.1, 0.9])
def test_where_only_one_class_occurs_areas_are_no_numbers_and_the_rest_is(
    class_id: int, score: float
) -> None:
    right = float(class_id == (score > 0.5))

    found = classification_metrics(
        np.full(4, class_id), two_columns(np.full(4, score, np.float32)), 0.5
    )

    assert all(math.isnan(found.pop(area)) for area in AREAS)
    assert found["accuracy"] == right
    assert found["majority"] == 1.0
    assert found["f1"] == found["precision"] == found["recall"] == right * class_id
    assert found["mcc"] == 0.0
    assert found["loss"] == pytest.approx(-math.log(0.9 if right else 0.1), abs=1e-6)


def test_a_class_that_never_occurs_among_three_counts_as_0_in_the_macro_mean() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], np.float32)

    found = classification_metrics(np.array([0, 1]), probabilities, 0.5)

    assert found["f1"] == pytest.approx(2 / 3)
    assert found["accuracy"] == 1.0


def test_one_class_only_among_three_gives_numbers_throughout() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1]] * 3, np.float32)

    found = classification_metrics(np.zeros(3, np.int64), probabilities, 0.5)

    assert all(math.isfinite(value) for value in found.values())


@settings(max_examples=50)
@given(scored_rows(), st.floats(0, 1))
def test_metrics_never_leave_their_ranges(
    rows: tuple[np.ndarray, np.ndarray], threshold: float
) -> None:
    class_ids, scores = rows

    found = classification_metrics(class_ids, two_columns(scores), threshold)

    for name, value in found.items():
        low = -1.0 if name == "mcc" else 0.0
        assert math.isnan(value) or low <= value <= (40.0 if name == "loss" else 1.0), name
    both = 0 < class_ids.sum() < len(class_ids)
    assert all(math.isfinite(found[area]) == both for area in AREAS)


def test_a_threshold_parts_what_can_be_parted() -> None:
    class_ids, scores = np.array([0] * 90 + [1] * 10), np.linspace(0, 1, 100).astype(np.float32)

    threshold = f1_threshold(class_ids, scores)

    assert scores[88] < threshold < scores[92]
    assert f1_threshold(class_ids, scores) == threshold


def test_a_threshold_never_falls_among_equal_scores_that_it_cannot_part() -> None:
    scores = np.repeat(np.array([0.1, 0.4, 0.9], np.float32), 30)
    class_ids = np.array([0] * 60 + [1] * 30)

    assert 0.4 < f1_threshold(class_ids, scores) < 0.9


def test_scores_at_the_ends_do_not_upset_a_threshold() -> None:
    class_ids, scores = np.array([0, 0, 1, 1]), np.array([0.0, 0.0, 1.0, 1.0], np.float32)

    assert f1_threshold(class_ids, scores) == pytest.approx(0.5, abs=0.49)


def test_a_threshold_loses_less_on_other_rows_than_the_best_of_these() -> None:
    rng = np.random.default_rng(4)

    def drawn(rows: int) -> tuple[np.ndarray, np.ndarray]:
        class_ids = (rng.random(rows) < 0.06).astype(np.int64)
        odds = rng.normal(-3.0 + 3.5 * class_ids, 1.6)
        return class_ids, (1 / (1 + np.exp(-odds))).astype(np.float32)

    def f1(class_ids: np.ndarray, scores: np.ndarray, threshold: float) -> float:
        answers = scores >= threshold
        return float(2 * (answers & (class_ids == 1)).sum() / (answers.sum() + class_ids.sum()))

    gains = []
    for _ in range(60):
        tuned_on, other = drawn(1000), drawn(20_000)
        precision, recall, cuts = metrics.precision_recall_curve(*tuned_on)
        best = cuts[np.argmax((2 * precision * recall / (precision + recall + 1e-12))[:-1])]
        gains.append(f1(*other, f1_threshold(*tuned_on)) - f1(*other, best))
    assert np.mean(gains) > 0.002
