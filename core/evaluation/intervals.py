"""Values with their 95 % intervals: of counts, and of areas under a curve.

Figures of one threshold follow from four counts, so their intervals come from those: shares drawn
from a Dirichlet distribution with Jeffreys' prior, which is the Bayesian bootstrap made honest
for few rows (three right answers of three do not make certainty). Sources: Rubin (1981), The
Bayesian bootstrap; Goutte and Gaussier (2005), A probabilistic interpretation of precision,
recall and F-score; Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion.

Areas get theirs from the Bayesian bootstrap over the rows (for curves: Gu, Ghosal and Roy 2008,
Bayesian bootstrap estimation of ROC curve), with one imaginary row of each class added that
may have any rank: the Dirichlet process of Ferguson (1973), A Bayesian analysis of some
nonparametric problems. Without it five rows in perfect order would make certainty.
tests/benchmarks/README.md says how often both kinds hold the truth.
Ours: scipy's bootstrap resamples rows, which makes three of three certain, and takes minutes where
counts take milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.runs.predicted_labels import ClassIds

Array = NDArray[np.float64]
LEVEL = 0.95
_TAILS = (50 * (1 - LEVEL), 50 * (1 + LEVEL))
_POSTERIOR_DRAWS = 4_000
_AREA_DRAWS = 1_000
_PRIOR = 0.5
IMAGINARY = 1.0
"""Imaginary rows of each class: with half a one, areas of two positive rows held in 87 of 100."""
_MOST_GROUPS = 400
"""So many groups of rows draw a curve well enough for its spread; its value is exact."""


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval; NaN where the rows do not say."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Confusion:
    """How many rows of two classes got which predicted label."""

    tn: int
    fp: int
    fn: int
    tp: int

    @property
    def rows(self) -> int:
        """All rows."""
        return self.tn + self.fp + self.fn + self.tp

    @property
    def flagged(self) -> int:
        """Rows that were called positive."""
        return self.fp + self.tp

    @property
    def positives(self) -> int:
        """Rows that are of the positive class."""
        return self.fn + self.tp


def count_figures(cells: Array) -> dict[str, Array]:
    """Figures of one threshold or of many.

    Args:
        cells: Counts or shares of true negatives, false positives, false negatives and true
            positives, shape (..., 4).

    Returns:
        accuracy, f1, precision, recall, specificity and mcc (Matthews), each of shape (...).
        A figure whose denominator is 0 is 0, as scikit-learn has it.
    """
    tn, fp, fn, tp = np.moveaxis(np.asarray(cells, np.float64), -1, 0)
    root = np.sqrt((tp + fp) * (tp + fn)) * np.sqrt((tn + fp) * (tn + fn))
    return {
        "accuracy": _divided(tp + tn, tn + fp + fn + tp),
        "f1": _divided(2 * tp, 2 * tp + fp + fn),
        "precision": _divided(tp, tp + fp),
        "recall": _divided(tp, tp + fn),
        "specificity": _divided(tn, tn + fp),
        "mcc": _divided(tp * tn - fp * fn, root),
    }


def posterior(confusion: Confusion, *, draws: int = _POSTERIOR_DRAWS, seed: int = 0) -> Array:
    """Shares of the four kinds of rows that may have given these counts, shape (draws, 4)."""
    counts = np.array([confusion.tn, confusion.fp, confusion.fn, confusion.tp], np.float64)
    return np.random.default_rng(seed).dirichlet(counts + _PRIOR, draws)


def count_estimates(confusion: Confusion) -> dict[str, Estimate]:
    """`count_figures` of a confusion matrix with intervals."""
    counts = np.array([confusion.tn, confusion.fp, confusion.fn, confusion.tp], np.float64)
    drawn = count_figures(posterior(confusion))
    return {name: spread(value, drawn[name]) for name, value in count_figures(counts).items()}


def spread(value: float | Array, drawn: Array) -> Estimate:
    """A value with the middle 95 % of what it might have been, which always holds it."""
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return Estimate(float(value), float("nan"), float("nan"))
    low, high = np.percentile(known, _TAILS)
    return Estimate(float(value), float(min(low, value)), float(max(high, value)))


def area_estimates(
    class_ids: ClassIds,
    scores: NDArray[Any],
    *,
    draws: int = _AREA_DRAWS,
    groups: int = _MOST_GROUPS,
) -> dict[str, Estimate]:
    """PR-AUC (average precision) and ROC-AUC with 95 % intervals.

    Args:
        class_ids: 0 or 1, shape (n,).
        scores: Higher for rows more likely to be 1, shape (n,).
        draws: How often the rows are weighted anew.
        groups: Into how many the rows are put at most, by their scores, for the interval.

    Returns:
        pr_auc and roc_auc; NaN where only one class occurs.
    """
    found = ranking_areas(class_ids, scores)(np.ones(len(class_ids)))
    if np.isnan(found["roc_auc"]):
        return dict.fromkeys(found, UNKNOWN)
    ranking, rng = Ranking.of(class_ids, scores, groups), np.random.default_rng(0)
    sides = ranking.sides(class_ids)
    drawn = [
        ranking.with_imaginary(
            rng.standard_gamma(rows, (draws, rows.shape[1])),
            rng.standard_gamma(IMAGINARY, draws),
            rng,
        )
        for rows in sides
    ]
    grouped = weighted_areas(*sides)
    usual, least = weighted_areas(*drawn), weighted_areas(*drawn, least=True)
    return {
        name: Estimate(
            value,
            max(spread(value, least[name] + value - grouped[name]).low, 0.0),
            min(spread(value, usual[name] + value - grouped[name]).high, 1.0),
        )
        for name, value in found.items()
    }


@dataclass(frozen=True)
class Ranking:
    """Rows by their scores, those in one group that a curve need not tell apart.

    `groups` is each row's, from 0 for the highest scores, shape (n,); `ends` are the ranks
    between the groups, from 0 to n, shape (groups + 1,).
    """

    groups: ClassIds
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, class_ids: ClassIds, scores: NDArray[Any], most: int) -> Ranking:
        """Group rows of equal scores, neighbours without a positive row, and more if need be.

        Args:
            class_ids: 0 or 1, shape (n,).
            scores: Shape (n,).
            most: About how many groups may remain; the highest scores are grouped last.
        """
        _, groups = np.unique(-scores, return_inverse=True)
        empty = np.bincount(groups, class_ids) == 0
        groups = np.cumsum(~empty | ~np.append(False, empty[:-1]))[groups] - 1
        if groups.max() >= most:
            ends = np.cumsum(np.bincount(groups))
            halves = np.geomspace(1, len(groups), most // 2), np.linspace(0, len(groups), most // 2)
            places = np.searchsorted(np.unique(np.concatenate(halves).astype(np.int64)), ends)
            groups = np.unique(places, return_inverse=True)[1][groups]
        return cls(groups, np.append(0, np.cumsum(np.bincount(groups))))

    def sides(self, class_ids: ClassIds) -> tuple[Array, Array]:
        """How many rows of each group are positive, and how many are not, shape (1, groups)."""
        rows = np.bincount(self.groups).astype(np.float64)
        positive = np.bincount(self.groups, class_ids)
        return positive[None].astype(np.float64), (rows - positive)[None]

    def with_imaginary(self, weights: Array, imaginary: Array, rng: np.random.Generator) -> Array:
        """Weights of the groups and of the gaps before, between and after them.

        Args:
            weights: Of the groups, shape (draws, groups).
            imaginary: Of a row that may have any rank, shape (draws,).
            rng: Draws the rank.

        Returns:
            Shape (draws, 2 * groups + 1), the gaps in the even columns.
        """
        placed = np.zeros((len(weights), 2 * weights.shape[1] + 1))
        placed[:, 1::2] = weights
        ranks = rng.integers(0, self.ends[-1] + 1, len(weights))
        gaps = np.searchsorted(self.ends, ranks)
        inside = self.ends[gaps] != ranks  # Among rows of one group it is one of them.
        placed[np.arange(len(weights)), 2 * gaps - inside] += imaginary
        return placed


def weighted_areas(positive: Array, negative: Array, *, least: bool = False) -> dict[str, Array]:
    """Both areas for every line of weights of groups, the highest scores first.

    Args:
        positive: Weights of the positive rows, shape (draws, groups).
        negative: The same of the others.
        least: Let no row vouch for itself: precision as half of a group finds it. Of few rows in
            no order, average precision is too high by what each positive adds to its own.

    Returns:
        pr_auc and roc_auc, each of shape (draws,).
    """
    hits = np.cumsum(positive, axis=1)
    called = hits + np.cumsum(negative, axis=1)
    precision = _divided(hits, called)
    above = hits - positive / 2
    if least:
        precision = np.minimum(precision, _divided(above, called - (positive + negative) / 2))
    alarms = called[:, -1] - hits[:, -1]
    return {
        "pr_auc": (positive * precision).sum(axis=1) / hits[:, -1],
        "roc_auc": (negative * above).sum(axis=1) / (hits[:, -1] * alarms),
    }


def ranking_areas(
    class_ids: ClassIds, scores: NDArray[Any]
) -> Callable[[Array], Mapping[str, float]]:
    """A function that gives both areas for rows counted so many times each, shape (n,).

    Sorted once, because hundreds of draws are to come.
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last_of_equals = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    positive = class_ids[order].astype(np.float64)

    def areas(times: Array) -> Mapping[str, float]:
        weights = times[order]
        hits = np.cumsum(weights * positive)[last_of_equals]
        called = np.cumsum(weights)[last_of_equals]
        if not 0 < hits[-1] < called[-1]:
            return {"pr_auc": float("nan"), "roc_auc": float("nan")}
        new_hits = np.diff(hits, prepend=0.0)
        pr_auc = (new_hits * _divided(hits, called)).sum() / hits[-1]
        alarms = called - hits
        above = np.concatenate([[0.0], hits[:-1]]) + new_hits / 2
        pairs = hits[-1] * alarms[-1]
        roc_auc = (np.diff(alarms, prepend=0.0) * above).sum() / pairs
        return {"pr_auc": float(pr_auc), "roc_auc": float(roc_auc)}

    return areas


def resamples(rows: int, draws: int, *, seed: int = 0) -> Iterator[Array]:
    """How many times each row is drawn, for each of so many draws with replacement."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.bincount(rng.integers(0, rows, rows), minlength=rows).astype(np.float64)


def _divided(upper: Array, lower: Array) -> Array:
    return np.divide(upper, lower, out=np.zeros_like(lower, np.float64), where=lower > 0)
