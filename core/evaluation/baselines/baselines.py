"""Cheap classifiers that fine-tuning has to beat: the majority, words counted, a linear head.

Each is fitted on the train part; what it can be set to is chosen on validation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score

from core.errors import Cancelled, never_stop
from core.evaluation.baselines.word_features import PIECES, WORDS_AND_PAIRS, fitted
from core.runs.predicted_labels import ClassIds, Probabilities

_STRENGTHS = {"words": (0.3, 1.0, 3.0, 10.0), "vectors": (1.0, 10.0, 100.0, 1000.0)}
"""Inverse strengths of regularization to try (C of scikit-learn)."""
_CLASS_WEIGHTS = (None, "balanced")
_N_GRAMS = {
    "words": {**WORDS_AND_PAIRS, "dtype": np.float64},
    "parts of words": {**PIECES, "dtype": np.float64},
}


class Baseline(str, Enum):
    """The classifiers below fine-tuning, cheapest first."""

    MAJORITY = "majority"
    WORDS = "words"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Part:
    """Rows of one part: texts, class ids, and the texts' vectors by the frozen encoder."""

    texts: list[str]
    class_ids: ClassIds
    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Parts:
    """The three parts of a split."""

    train: Part
    validation: Part
    test: Part

    def __iter__(self) -> Iterator[Part]:
        return iter((self.train, self.validation, self.test))


@dataclass(frozen=True)
class Fitted:
    """Probabilities of shape (n, classes) for two parts, and what the choice fell on."""

    validation: Probabilities
    test: Probabilities
    chosen: str


def majority(parts: Parts, n_classes: int) -> Fitted:
    """Every row is of the commonest class."""
    answer = np.eye(n_classes, dtype=np.float32)[np.bincount(parts.train.class_ids).argmax()]
    seen, unseen = (
        np.tile(answer, (len(part.class_ids), 1)) for part in (parts.validation, parts.test)
    )
    return Fitted(seen, unseen, "")


def word_counts(
    parts: Parts, n_classes: int, *, should_stop: Callable[[], bool] = never_stop
) -> Fitted:
    """TF-IDF of words, pairs of words and parts of words, and logistic regression.

    Raises:
        Cancelled: `should_stop` said so.
    """
    found = {}
    for name, settings in _N_GRAMS.items():
        known = fitted(parts.train.texts, settings)
        if known is not None:
            others = (parts.validation, parts.test)
            found[name] = [known[1], *(_counted(known[0], part.texts) for part in others)]
        _check(should_stop)
    if not found:
        return _shares(parts, n_classes)
    features = [hstack(each).tocsr() for each in zip(*found.values(), strict=True)]
    best = _best(features, parts, n_classes, _STRENGTHS["words"], should_stop)
    if len(found) == len(_N_GRAMS):
        return best
    return replace(best, chosen=f"{best.chosen}, {' and '.join(found)} alone")


def linear_head(
    parts: Parts, n_classes: int, *, should_stop: Callable[[], bool] = never_stop
) -> Fitted:
    """Logistic regression on the vectors of a frozen encoder.

    Raises:
        Cancelled: `should_stop` said so.
    """
    features = [part.vectors for part in parts]
    return _best(features, parts, n_classes, _STRENGTHS["vectors"], should_stop)


def regression(
    features: Any,
    class_ids: ClassIds,
    strength: float,
    weights: str | None,
    *,
    kind: Callable[..., Any] = LogisticRegression,
) -> Any:
    """A fitted logistic regression, by the solver that is quick for such features.

    Args:
        features: Shape (n, width), dense or sparse.
        class_ids: Shape (n,).
        strength: Inverse strength of regularization (C of scikit-learn).
        weights: scikit-learn's class_weight.
        kind: Makes it.

    Raises:
        FloatingPointError: it has weights that are no numbers.
    """
    sparse = not isinstance(features, np.ndarray)
    binary = len(np.unique(class_ids)) == 2
    solver = "liblinear" if sparse and binary else "lbfgs"
    model = kind(C=strength, class_weight=weights, solver=solver, max_iter=3000)
    # OpenBLAS's kernels for AVX-512 now and then call finite products invalid: what counts are
    # the weights.
    with np.errstate(invalid="ignore"):
        model.fit(features, class_ids)
    if not np.isfinite(model.coef_).all():
        raise FloatingPointError("a logistic regression's weights are no numbers")
    return model


def _shares(parts: Parts, n_classes: int) -> Fitted:
    """Every row gets the shares of the classes."""
    shares = np.bincount(parts.train.class_ids, minlength=n_classes) / len(parts.train.class_ids)
    seen, unseen = (
        np.tile(shares.astype(np.float32), (len(part.class_ids), 1))
        for part in (parts.validation, parts.test)
    )
    return Fitted(seen, unseen, "no two texts share a word or a part of one: shares of the classes")


def _counted(vectorizer: Any, texts: list[str]) -> csr_matrix:
    # scikit-learn refuses to count the words of no texts.
    return vectorizer.transform(texts) if texts else csr_matrix((0, len(vectorizer.vocabulary_)))


def _best(
    features: list[Any],
    parts: Parts,
    n_classes: int,
    strengths: Iterable[float],
    should_stop: Callable[[], bool],
) -> Fitted:
    if len(np.unique(parts.train.class_ids)) < 2:
        return replace(_shares(parts, n_classes), chosen="one class in the train part")
    best: tuple[float, Fitted] | None = None
    for strength in strengths:
        for weights in _CLASS_WEIGHTS:
            _check(should_stop)
            model = regression(features[0], parts.train.class_ids, strength, weights)
            seen, unseen = (_all_classes(model, rows, n_classes) for rows in features[1:])
            quality = _quality(parts.validation.class_ids, seen)
            if best is None or quality > best[0]:
                chosen = f"C {strength:g}, {weights or 'no'} class weights"
                best = quality, Fitted(seen, unseen, chosen)
    assert best is not None
    return best[1]


def _all_classes(model: Any, features: Any, n_classes: int) -> Probabilities:
    """Its probabilities, with a column for classes that the train part lacks, too."""
    found = np.zeros((features.shape[0], n_classes), np.float32)
    if features.shape[0]:
        found[:, model.classes_] = model.predict_proba(features)
    return found


def _quality(class_ids: ClassIds, probabilities: Probabilities) -> float:
    if probabilities.shape[1] == 2:
        return (
            float(average_precision_score(class_ids, probabilities[:, 1]))
            if class_ids.any()
            else 0.0
        )
    answers = probabilities.argmax(axis=1)
    return float(f1_score(class_ids, answers, average="macro", zero_division=0))


def _check(should_stop: Callable[[], bool]) -> None:
    if should_stop():
        raise Cancelled("fitting a baseline")
