import itertools
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from core.errors import Cancelled
from core.evaluation.baselines.baselines import (
    Fitted,
    Part,
    Parts,
    linear_head,
    majority,
    regression,
    word_counts,
)
from tests import toy


def parts(classes: int = 2, rows: int = 300) -> Parts:
    found = []
    for seed, size in ((1, rows), (2, 120), (3, 120)):
        pairs = toy.make_rows(size, classes=classes, seed=seed)
        names = sorted({label for _, label in pairs})
        class_ids = np.array([names.index(label) for _, label in pairs])
        rng = np.random.default_rng(seed)
        vectors = rng.normal(0, 1, (size, 8)) + 2 * np.eye(8)[class_ids]
        found.append(Part([text for text, _ in pairs], class_ids, vectors.astype(np.float32)))
    return Parts(*found)


def right(fitted: Fitted, test: Part) -> float:
    return float((fitted.test.argmax(axis=1) == test.class_ids).mean())


@pytest.mark.parametrize("classes", [2, 3])
def test_words_that_give_a_class_away_are_found(classes: int) -> None:
    drawn = parts(classes)
    test = drawn.test

    fitted = word_counts(drawn, classes)

    assert fitted.test.shape == (120, classes)
    np.testing.assert_allclose(fitted.test.sum(axis=1), 1.0, atol=1e-5)
    assert (fitted.test[np.arange(120), test.class_ids] > 1 / classes).mean() > 0.7
    if classes == 2:
        assert average_precision_score(test.class_ids, fitted.test[:, 1]) > 0.95
    else:
        assert right(fitted, test) > 0.95
    assert fitted.chosen.startswith("C ")


@pytest.mark.parametrize("classes", [2, 3])
def test_a_linear_head_learns_from_vectors(classes: int) -> None:
    drawn = parts(classes)
    test = drawn.test

    fitted = linear_head(drawn, classes)

    assert right(fitted, test) > 0.75
    if classes == 2:
        assert average_precision_score(test.class_ids, fitted.test[:, 1]) > 0.8


def test_the_majority_answers_the_commonest_class_of_the_train_part() -> None:
    fitted = majority(parts(), 2)

    assert fitted.test.tolist() == [[1.0, 0.0]] * 120
    assert len(fitted.validation) == 120


def test_a_class_that_no_train_row_has_gets_no_probability() -> None:
    train, validation, test = parts(3)
    some = train.class_ids != 2
    texts = list(itertools.compress(train.texts, some))
    less = Part(texts, train.class_ids[some], train.vectors[some])

    drawn = Parts(less, validation, test)
    for fitted in (word_counts(drawn, 3), linear_head(drawn, 3)):
        assert fitted.test.shape == (120, 3)
        assert (fitted.test[:, 2] == 0).all()


def test_a_run_without_a_test_part_has_empty_answers_for_it() -> None:
    train, validation, _ = parts()
    nothing = Part([], np.zeros(0, np.int64), np.zeros((0, 8), np.float32))

    drawn = Parts(train, validation, nothing)
    assert linear_head(drawn, 2).test.shape == (0, 2)
    assert word_counts(drawn, 2).test.shape == (0, 2)


def of_texts(texts: list[str], class_ids: list[int]) -> Part:
    vectors = np.eye(8, dtype=np.float32)[np.arange(len(texts)) % 8]
    return Part(texts, np.array(class_ids), vectors)


def test_texts_that_share_no_words_are_told_apart_by_parts_of_words() -> None:
    texts = [stem + end for stem in ("kind", "rude") for end in ("abc", "xyz", "opq", "fgh", "uvw")]
    train = of_texts(texts, [0] * 5 + [1] * 5)
    other = of_texts(["kindest", "rudest"], [0, 1])

    fitted = word_counts(Parts(train, other, other), 2)

    assert fitted.test.argmax(axis=1).tolist() == [0, 1]
    assert fitted.chosen.endswith(", parts of words alone")


def test_texts_that_share_nothing_get_the_shares_of_the_classes() -> None:
    train = of_texts(list("abcdefgh"), [0, 0, 0, 0, 0, 0, 1, 1])

    fitted = word_counts(Parts(train, train, train), 2)

    assert np.allclose(fitted.test, [0.75, 0.25])
    assert "shares of the classes" in fitted.chosen


@pytest.mark.parametrize("fit", [word_counts, linear_head])
def test_a_train_part_of_one_class_is_always_answered(fit: Callable[..., Fitted]) -> None:
    train = of_texts(["a cat", "a dog"] * 4, [1] * 8)

    fitted = fit(Parts(train, train, train), 2)

    assert np.allclose(fitted.test, [0.0, 1.0])
    assert fitted.chosen == "one class in the train part"


@pytest.mark.parametrize("fit", [word_counts, linear_head])
def test_fitting_ends_when_it_is_to_stop(fit: Callable[..., Fitted]) -> None:
    with pytest.raises(Cancelled):
        fit(parts(), 2, should_stop=lambda: True)


class Alarming(LogisticRegression):
    """Has the processor call a number invalid, as some of OpenBLAS's kernels do."""

    def fit(self, features: np.ndarray, class_ids: np.ndarray) -> "Alarming":
        np.subtract(np.float32(np.inf), np.float32(np.inf))
        super().fit(features, class_ids)
        return self


class Lost(LogisticRegression):
    """Learns weights that are no numbers."""

    def fit(self, features: np.ndarray, class_ids: np.ndarray) -> "Lost":
        super().fit(features, class_ids)
        self.coef_ = self.coef_ * np.nan
        return self


FEATURES, CLASS_IDS = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])


def test_a_false_alarm_is_not_heard() -> None:
    model = regression(FEATURES, CLASS_IDS, 1.0, None, kind=Alarming)

    assert model.predict(FEATURES).tolist() == CLASS_IDS.tolist()


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(FloatingPointError):
        regression(FEATURES, CLASS_IDS, 1.0, None, kind=Lost)
