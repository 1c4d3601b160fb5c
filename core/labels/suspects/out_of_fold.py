"""Out-of-fold probabilities: what a linear classifier says of rows that it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.baselines.baselines import regression
from core.runs.predicted_labels import ClassIds, Probabilities

FOLDS = 5
_SPARSE_STRENGTH = 1.0
_DENSE_STRENGTH = 1.0
Folds = NDArray[np.int64]
Flags = NDArray[np.bool_]
Step = Callable[[], None]
"""Called after every fit; may raise to stop."""


@dataclass(frozen=True)
class Rows:
    """Labelled rows to fit on.

    `features` are matrices of shape (n, width), dense or sparse, one for each of the classifiers
    whose answers are averaged; `class_ids` (n,), class ids below `classes`; `groups` (n,), the
    same number for rows that are copies of one another; `folds` (n,), from 0 to FOLDS - 1.
    """

    features: tuple[Any, ...]
    class_ids: ClassIds
    groups: NDArray[np.int64]
    folds: Folds
    classes: int

    def __len__(self) -> int:
        return len(self.class_ids)


def judged_classes(class_ids: ClassIds, groups: NDArray[np.int64]) -> ClassIds:
    """The classes with enough different texts to have one in every fold, ascending.

    Args:
        class_ids: Class ids, shape (n,).
        groups: Rows of one number are copies of one another, shape (n,).
    """
    pairs = np.unique(np.column_stack([class_ids, groups]), axis=0)
    counts = np.bincount(pairs[:, 0]) if len(pairs) else np.zeros(0, np.int64)
    return np.flatnonzero(counts >= FOLDS)


def stratified_folds(class_ids: ClassIds, groups: NDArray[np.int64], *, seed: int = 0) -> Folds:
    """A fold for each row, classes in equal shares; copies fall into one fold.

    A copy in another fold would vouch for a label that it shares, wrong or right.

    Args:
        class_ids: Class ids, shape (n,).
        groups: Rows of one number are copies of one another, shape (n,).
        seed: Of the drawing.
    """
    _, firsts, members = np.unique(groups, return_index=True, return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(firsts))
    # Dealt out class by class, like cards.
    drawn = drawn[np.argsort(class_ids[firsts][drawn], kind="stable")]
    dealt = np.empty(len(firsts), np.int64)
    dealt[drawn] = np.arange(len(firsts)) % FOLDS
    folds: Folds = dealt[members]
    return folds


def out_of_fold(rows: Rows, *, step: Step) -> Probabilities:
    """What classifiers fitted on the other folds say of each row, shape (n, classes)."""
    found = np.zeros((len(rows), rows.classes), np.float32)
    for fold in range(FOLDS):
        here = rows.folds == fold
        found[here] = fit_and_ask(rows, rows.class_ids, ~here, here)
        step()
    return found


def fit_and_ask(rows: Rows, class_ids: ClassIds, train: Flags, asked: Flags) -> Probabilities:
    """Probabilities of the rows `asked`, the mean of classifiers fitted on the rows `train`.

    Their errors differ, so the mean of vectors and words finds more than either; see
    tests/benchmarks/suspects.py. Classes have no weights: with balanced ones the top of the
    ranking held 47 % of the labels flipped in Quora's questions, without them 83 %.

    Args:
        rows: What `train` and `asked` choose from.
        class_ids: The labels to fit, shape (n,).
        train: Shape (n,).
        asked: Shape (n,).

    Returns:
        Shape (rows asked, classes); a class that no row of `train` has is never likely.
    """
    found = np.zeros((int(asked.sum()), rows.classes), np.float32)
    seen = np.unique(class_ids[train])
    if len(seen) < 2:
        found[:, seen] = 1.0
        return found
    if not len(found):
        return found
    for features in rows.features:
        strength = _DENSE_STRENGTH if isinstance(features, np.ndarray) else _SPARSE_STRENGTH
        model = regression(features[train], class_ids[train], strength, None)
        found[:, model.classes_] += model.predict_proba(features[asked]) / len(rows.features)
    return found
