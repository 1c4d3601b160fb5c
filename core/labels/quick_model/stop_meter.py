"""What the next labels are worth, from the order in which labels were given.

Models fitted on the first 40 to 100 % of the labels, in the order in which they came, are all
measured on the same rows, none of which the measured model was fitted on. The curve through them,
a - b / sqrt(labels), is prolonged by 100 labels. Rows that a queue picked are weighted so that
together they look like all rows: by strata of the model's score (post-stratification: Holt and
Smith 1979). `make bench-label` tells how well this foretells what the next labels really gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from core.evaluation.intervals import Estimate, spread
from core.runs.predicted_labels import ClassIds, Probabilities

NEXT = 100
_SHARES = (0.4, 0.55, 0.7, 0.85, 1.0)
_FOLDS = 5
_FEWEST = 10
"""Labels of each class; with fewer a fold may have none."""
_STRATA = 20
_DRAWS = 60
_IMAGINARY = 1.0
_MANY = 3_000
"""Above so many labels one division into folds is enough."""
Weights = NDArray[np.float64]
Fit = Callable[[ClassIds, ClassIds], Probabilities]
"""Fits on some of the labelled rows and answers about others, both by their places there."""


@dataclass(frozen=True)
class Point:
    """F1 of a model that knows so many labels."""

    labels: int
    f1: Estimate


@dataclass(frozen=True)
class Worth:
    """The learning curve so far, and what NEXT labels are expected to add.

    `gain` is in F1, of the positive class or, with more than two, the mean over classes; whatever
    was expected, F1 gets neither above 1 by it nor below 0.
    """

    points: tuple[Point, ...]
    gain: Estimate

    def __post_init__(self) -> None:
        if self.points:
            object.__setattr__(self, "gain", _within_reach(self.gain, self.points[-1].f1.value))

    @property
    def table(self) -> pd.DataFrame:
        """The curve as a table: rows (labels), value, low and high."""
        return pd.DataFrame([{"rows": one.labels, **vars(one.f1)} for one in self.points])


def is_enough(class_ids: ClassIds, n_classes: int) -> bool:
    """Whether there are labels enough of two classes or more to measure anything."""
    counts = np.bincount(class_ids, minlength=n_classes)
    return int((counts >= _FEWEST).sum()) >= 2


def measured_worth(
    class_ids: ClassIds,
    n_classes: int,
    asked: Probabilities,
    fit: Fit,
    *,
    step: Callable[[], None],
    seed: int = 0,
) -> tuple[Worth, float | None]:
    """The learning curve, the worth of further labels, and the best threshold.

    Args:
        class_ids: Class ids in the order in which the labels were given, shape (n,).
        n_classes: How many classes there are.
        asked: What the model of all labels says of all rows, shape (rows, classes).
        fit: See `Fit`.
        step: Called after every fit; may raise to stop.
        seed: Of folds and draws.

    Returns:
        The worth, and for two classes a threshold: the mean of those with the best F1 in redrawn
        labels, because the single best one follows single rows.
    """
    rows = len(class_ids)
    sizes = [max(int(share * rows), 1) for share in _SHARES]
    repeats = 2 if rows <= _MANY else 1
    answers = [_out_of_fold(class_ids, n_classes, size, fit, repeats, step, seed) for size in sizes]
    weights = post_stratified(answers[-1], asked)
    measure = _best_f1 if n_classes == 2 else _macro_f1
    curve = np.array([measure(class_ids, each, weights) for each in answers])
    rng = np.random.default_rng(seed)
    drawn = np.empty((_DRAWS, len(sizes)))
    thresholds = []
    for draw in range(_DRAWS):
        redrawn = weights * np.bincount(rng.integers(0, rows, rows), minlength=rows)
        drawn[draw] = [measure(*_with_imaginary(class_ids, each, redrawn, rng)) for each in answers]
        if n_classes == 2:
            thresholds.append(_best_threshold(class_ids, answers[-1], redrawn)[0])
    gains = np.array([_gain(sizes, each, rows) for each in drawn])
    points = tuple(
        Point(size, _spread_around(value, drawn[:, place]))
        for place, (size, value) in enumerate(zip(sizes, curve, strict=True))
    )
    threshold = float(np.mean(thresholds)) if thresholds else None
    return Worth(points, _around(_gain(sizes, curve, rows), gains.std(), bounded=False)), threshold


def post_stratified(labelled: Probabilities, everything: Probabilities) -> Weights:
    """Weights with which labelled rows look like all rows, by strata of what a model says.

    Args:
        labelled: Out-of-fold probabilities of the labelled rows, shape (n, classes).
        everything: Probabilities of all rows, shape (rows, classes).
    """
    if not len(everything):  # No row is left to be labelled: those that are count alike.
        return np.ones(len(labelled))
    if labelled.shape[1] == 2:
        edges = np.quantile(labelled[:, 1], np.linspace(0, 1, _STRATA + 1)[1:-1])
        own, whole = np.digitize(labelled[:, 1], edges), np.digitize(everything[:, 1], edges)
        count = _STRATA
    else:
        own, whole, count = labelled.argmax(axis=1), everything.argmax(axis=1), labelled.shape[1]
    have = np.bincount(own, minlength=count)
    want = np.bincount(whole, minlength=count)
    weights: Weights = (want / np.maximum(have, 1))[own]
    return weights


def _within_reach(gain: Estimate, f1: float) -> Estimate:
    low, value, high = np.clip([gain.low, gain.value, gain.high], -f1, 1 - f1).tolist()
    return Estimate(value, low, high)


def _with_imaginary(
    class_ids: ClassIds, answers: Probabilities, weights: Weights, rng: np.random.Generator
) -> tuple[ClassIds, Probabilities, Weights]:
    """Add a row of two classes each, answered as a row at random; see `intervals`.

    Without them a few rows that are all right would make certainty.
    """
    classes = answers.shape[1]
    sources, others = rng.integers(0, len(class_ids), (2, 2))
    # Only classes that have labels: a mean over classes counts no others.
    added = np.arange(2) if classes == 2 else class_ids[others]
    imaginary = rng.standard_gamma(_IMAGINARY, 2) * weights.mean()
    return (
        np.append(class_ids, added),
        np.concatenate([answers, answers[sources]]),
        np.append(weights, imaginary),
    )


def _out_of_fold(
    class_ids: ClassIds,
    n_classes: int,
    size: int,
    fit: Fit,
    repeats: int,
    step: Callable[[], None],
    seed: int,
) -> Probabilities:
    """What models of the first `size` labels, without a row's own fold, say of each row."""
    found = np.zeros((len(class_ids), n_classes), np.float32)
    # Rare classes go together: a fold need not have each of them.
    counts = np.bincount(class_ids, minlength=n_classes)
    strata = np.where(counts[class_ids] >= _FOLDS, class_ids, n_classes)
    for repeat in range(repeats):
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed + repeat)
        for train, test in _divisions(folds, strata):
            found[test] += fit(train[train < size], test) / repeats
            step()
    return found


def _divisions(folds: StratifiedKFold, strata: ClassIds) -> Sequence[tuple[ClassIds, ClassIds]]:
    rare = np.bincount(strata)
    # A stratum of fewer rows than folds would be warned about.
    safe = np.where(rare[strata] >= _FOLDS, strata, strata[np.argmax(rare[strata])])
    return list(folds.split(safe, safe))


def _gain(sizes: Sequence[int], curve: Weights, rows: int) -> float:
    """What a - b / sqrt(labels), fitted by least squares, adds from `rows` to `rows` + NEXT."""
    inverse = np.array(sizes, np.float64) ** -0.5
    slope = np.polyfit(inverse, curve, 1)[0] if np.ptp(inverse) else 0.0
    return float(-slope * (rows**-0.5 - (rows + NEXT) ** -0.5))


def _best_f1(class_ids: ClassIds, answers: Probabilities, weights: Weights) -> float:
    return _best_threshold(class_ids, answers, weights)[1]


def _best_threshold(
    class_ids: ClassIds, answers: Probabilities, weights: Weights
) -> tuple[float, float]:
    """The score with the best weighted F1 of class 1, and that F1."""
    scores = answers[:, 1]
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum((weights * (class_ids == 1))[order])
    called = np.cumsum(weights[order])
    f1 = 2 * hits / np.maximum(called + hits[-1], np.finfo(np.float64).tiny)
    f1[:-1][np.diff(scores[order]) == 0] = -1.0  # No threshold divides equal scores.
    best = int(f1.argmax())
    return float(scores[order][best]), float(f1[best])


def _macro_f1(class_ids: ClassIds, answers: Probabilities, weights: Weights) -> float:
    guess = answers.argmax(axis=1)
    found = f1_score(class_ids, guess, average="macro", sample_weight=weights, zero_division=0)
    return float(found)


def _spread_around(value: float, drawn: Weights) -> Estimate:
    """A figure from 0 to 1 with what it might have been, which may lie on one side of it."""
    wide = _around(value, float(np.sqrt(np.mean((drawn - value) ** 2))))
    far = spread(value, drawn)
    return Estimate(float(value), float(min(wide.low, far.low)), float(max(wide.high, far.high)))


def _around(value: float, deviation: float, *, bounded: bool = True) -> Estimate:
    low, high = value - 1.96 * deviation, value + 1.96 * deviation
    return Estimate(value, max(low, 0.0), min(high, 1.0)) if bounded else Estimate(value, low, high)
