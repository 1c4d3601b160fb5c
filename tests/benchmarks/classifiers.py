"""Classifiers that fine-tuning has to beat: the majority, words counted, the encoder frozen.

Each is fitted on the train part; what it can be set to is chosen by PR-AUC on validation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

Array = NDArray[Any]
_STRENGTHS = {"words": (0.3, 1.0, 3.0, 10.0), "vectors": (1.0, 10.0, 100.0, 1000.0)}
_CLASS_WEIGHTS = (None, "balanced")


@dataclass(frozen=True)
class Part:
    """Rows of one part: texts, 0 or 1 for each, and their vectors by the frozen encoder."""

    texts: list[str]
    codes: Array
    vectors: Array | None = None


@dataclass(frozen=True)
class Scores:
    """Probability of class 1 for the rows of two parts, and what the choice fell on."""

    validation: Array
    test: Array
    chosen: str


def majority(train: Part, validation: Part, test: Part) -> Scores:
    """Every row is of the commoner class."""
    score = float(train.codes.mean() >= 0.5)
    return Scores(np.full(len(validation.codes), score), np.full(len(test.codes), score), "")


def word_counts(train: Part, validation: Part, test: Part) -> Scores:
    """TF-IDF of words, pairs of words and parts of words, and logistic regression."""
    found = []
    for settings in (
        {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"},
        {"analyzer": "char_wb", "ngram_range": (2, 5)},
    ):
        vectorizer = TfidfVectorizer(
            sublinear_tf=True, min_df=2, strip_accents="unicode", **settings
        )
        vectorizer.fit(train.texts)
        found.append([vectorizer.transform(part.texts) for part in (train, validation, test)])
    features = [hstack(pair).tocsr() for pair in zip(*found, strict=True)]
    return _best_regression(features, train, validation, _STRENGTHS["words"])


def frozen_encoder(train: Part, validation: Part, test: Part) -> Scores:
    """The encoder's own vectors of the texts, mean-pooled, and logistic regression."""
    features = [part.vectors for part in (train, validation, test)]
    return _best_regression(features, train, validation, _STRENGTHS["vectors"])


def _best_regression(
    features: list[Any], train: Part, validation: Part, strengths: Iterable[float]
) -> Scores:
    best: tuple[float, Scores] | None = None
    for strength in strengths:
        for weights in _CLASS_WEIGHTS:
            # Exact for sparse and dense features alike, and quick on few cores.
            solver = "lbfgs" if isinstance(features[0], np.ndarray) else "liblinear"
            model = LogisticRegression(
                C=strength, class_weight=weights, solver=solver, max_iter=3000
            )
            model.fit(features[0], train.codes)
            seen, unseen = (model.predict_proba(rows)[:, 1] for rows in features[1:])
            quality = float(average_precision_score(validation.codes, seen))
            if best is None or quality > best[0]:
                best = quality, Scores(seen, unseen, f"C {strength:g}, {weights or 'no'} weights")
    assert best is not None
    return best[1]
