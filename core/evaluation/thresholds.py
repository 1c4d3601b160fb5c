"""The threshold as a choice: what every one gives, and the one that suits a need."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, betabinom

from core.errors import BadInput
from core.evaluation.intervals import (
    Array,
    Confusion,
    Estimate,
    count_figures,
    posterior,
    spread,
)
from core.evaluation.metrics import Gain, bagged_threshold, f_beta_gain
from core.evaluation.operating_point import OperatingPoint, Rule
from core.runs.predicted_labels import ClassIds

Finder = Callable[[tuple[float, ...], ClassIds, NDArray[np.float32]], float]
_SURE = 0.975
"""How sure a threshold is never to flag more than can be reviewed, where texts stay the same."""
_PRIOR = 0.5
_MANY_TEXTS = 100_000
_MARGIN = 1.0
"""How far beyond the lowest score a threshold lies that flags every row, in log-odds."""


@dataclass(frozen=True)
class Sweep:
    """What every threshold gives on some rows.

    `thresholds` are the distinct scores from high to low, after infinity, which flags nothing;
    `tp` and `fp` count the rows that the rule `score >= threshold` calls positive; all of shape
    (m,). `positives` and `negatives` count the rows by their labels.
    """

    thresholds: Array
    tp: Array
    fp: Array
    positives: int
    negatives: int

    @classmethod
    def of(cls, class_ids: ClassIds, scores: NDArray[np.float32]) -> Sweep:
        """Sweep over rows with these true classes (0 or 1) and scores, both of shape (n,)."""
        order = np.argsort(-scores, kind="stable")
        ordered = scores[order].astype(np.float64)
        last_of_equals = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        hits = np.cumsum(class_ids[order] == 1)[last_of_equals]
        return cls(
            np.append(np.inf, ordered[last_of_equals]),
            np.append(0.0, hits),
            np.append(0.0, last_of_equals + 1 - hits),
            int((class_ids == 1).sum()),
            int((class_ids == 0).sum()),
        )

    @property
    def cells(self) -> Array:
        """True negatives, false positives, false negatives, true positives; shape (m, 4)."""
        columns = [self.negatives - self.fp, self.fp, self.positives - self.tp, self.tp]
        return np.column_stack(columns)

    def figures(self) -> dict[str, Array]:
        """`count_figures` at every threshold, each of shape (m,)."""
        return count_figures(self.cells)

    def places(self, points: int) -> NDArray[np.int64]:
        """At most so many places to draw: closer where few rows are flagged and curves move."""
        last = len(self.thresholds) - 1
        if last < points:
            return np.arange(last + 1)
        close = np.geomspace(1, last, points // 2)
        even = np.linspace(0, last, points // 2)
        return np.unique(np.concatenate([close, even]).astype(np.int64))

    def at(self, threshold: float) -> Confusion:
        """The confusion matrix of the rule `score >= threshold`."""
        tn, fp, fn, tp = (int(count) for count in self.cells[self.place(threshold)])
        return Confusion(tn, fp, fn, tp)

    def place(self, threshold: float) -> int:
        """Which of `thresholds` flags the rows that this one does."""
        return max(int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1, 0)

    def between(self, place: int) -> float:
        """A threshold that flags what `thresholds[place]` does, half-way to the next lower score.

        Half-way in log-odds, so that rounding does not matter and high and low scores are alike.
        """
        if place == 0:
            return float(np.nextafter(1.0, 2.0)) if len(self.thresholds) > 1 else 1.0
        odds = log_odds(self.thresholds[place : place + 2])
        middle = odds.mean() if len(odds) == 2 else odds[0] - _MARGIN
        return float(1.0 / (1.0 + np.exp(-middle)))


def log_odds(scores: NDArray[np.floating]) -> Array:
    """Log-odds of probabilities, kept finite."""
    inside = np.clip(np.asarray(scores, np.float64), 1e-7, 1 - 1e-7)
    odds: Array = np.log(inside / (1.0 - inside))
    return odds


def choose(
    rule: Rule, amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> OperatingPoint:
    """The threshold that a rule asks for.

    Args:
        rule: What is wanted.
        amounts: As `Rule` lists them.
        class_ids: True classes of the rows to tune on, 0 or 1, shape (n,).
        scores: Their probabilities of class 1, shape (n,).

    Raises:
        BadInput: the amounts cannot be used, no threshold reaches them, or the rows are of one
            class.
    """
    point = OperatingPoint(0.5, rule, amounts)
    if rule is Rule.HAND:
        return point.moved(amounts[0])
    if len(np.unique(class_ids)) < 2:
        raise BadInput(
            "rows of both classes to tune a threshold on", "rows of one", "set it by hand"
        )
    return point.moved(_FINDERS[rule](amounts, class_ids, scores))


def _highest(gain: Gain) -> Finder:
    return lambda amounts, class_ids, scores: bagged_threshold(class_ids, scores, gain)


def _for_f_beta(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    return bagged_threshold(class_ids, scores, f_beta_gain(amounts[0] if amounts else 1.0))


def _for_costs(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    """The cheapest threshold on these rows; to flag none of them may be.

    Not the mean over redrawn rows: where a false alarm costs a thousand misses, the mean of
    thresholds that each avoid all alarms of their draw raises some.
    """
    alarm, miss = amounts
    sweep = Sweep.of(class_ids, scores)
    return sweep.between(int(np.argmin(alarm * sweep.fp - miss * sweep.tp)))


def _for_precision(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    """The lowest threshold, so the one with most found, that is as precise as asked."""
    sweep, floor = Sweep.of(class_ids, scores), amounts[0]
    precision = sweep.figures()["precision"]
    reached = np.flatnonzero((precision >= floor) & (sweep.tp > 0))
    if not len(reached):
        raise BadInput(
            f"a precision that a threshold reaches, up to {precision.max():.3f} on these rows",
            f"{floor:g}",
            "ask for less, or train a better model",
        )
    return sweep.between(int(reached[-1]))


def _for_recall(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    """The highest threshold that finds as large a share of the positives as asked."""
    sweep = Sweep.of(class_ids, scores)
    reached = np.flatnonzero(sweep.tp >= amounts[0] * sweep.positives)
    return sweep.between(int(reached[0]))


def _for_workload(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    """The lowest threshold that flags no larger share than can be reviewed."""
    reviewed, arriving = amounts
    sweep = Sweep.of(class_ids, scores)
    fits = np.flatnonzero(sweep.tp + sweep.fp <= len(class_ids) * reviewed / arriving)
    return sweep.between(int(fits[-1]))


def _for_never_more(
    amounts: tuple[float, ...], class_ids: ClassIds, scores: NDArray[np.float32]
) -> float:
    """The lowest threshold that will flag no more than can be reviewed, and not only on average."""
    reviewed, arriving = (int(amount) for amount in amounts)
    sweep, rows = Sweep.of(class_ids, scores), len(class_ids)
    flagged = sweep.tp + sweep.fp
    # The more rows a threshold flags, the likelier it flags too many.
    place = bisect_right(
        range(len(flagged)),
        1 - _SURE,
        key=lambda place: _more_than(reviewed, arriving, float(flagged[place]), rows),
    )
    if not place:
        raise BadInput(
            f"enough validation rows to be sure of never more than {reviewed:,} of {arriving:,}",
            f"{rows:,}, which cannot show that any threshold keeps to it",
            "allow more to be reviewed, or give more rows to validation",
        )
    # A score above those of all these rows may still come, and is to be flagged.
    return sweep.between(place - 1) if place > 1 else float(np.nextafter(sweep.thresholds[1], 2.0))


def _more_than(most: int, texts: int, flagged: float, rows: int) -> float:
    """How likely more than so many of `texts` are flagged where `flagged` of `rows` are.

    Beta-binomial with Jeffreys' prior: Aitchison and Dunsmore (1975), Statistical prediction
    analysis. Of very many texts the share is as good as certain, given the rows.
    """
    shape = flagged + _PRIOR, rows - flagged + _PRIOR
    if texts > _MANY_TEXTS:
        return float(beta.sf(most / texts, *shape))
    return float(betabinom.sf(most, texts, *shape))


def _mcc_gain(tp: Array, called: Array, positives: float, rows: float) -> Array:
    cells = [rows - positives - called + tp, called - tp, positives - tp, tp]
    return count_figures(np.stack(cells, axis=-1))["mcc"]


_FINDERS: dict[Rule, Finder] = {
    Rule.F_BETA: _for_f_beta,
    Rule.MCC: _highest(_mcc_gain),
    Rule.PRECISION: _for_precision,
    Rule.RECALL: _for_recall,
    Rule.COSTS: _for_costs,
    Rule.WORKLOAD: _for_workload,
    Rule.NEVER_MORE: _for_never_more,
}


@dataclass(frozen=True)
class Workload:
    """What a threshold makes of so many texts a day, if they are as the measured rows are."""

    flagged: Estimate
    found: Estimate
    missed: Estimate
    alarms: Estimate


def workload(confusion: Confusion, arriving: float) -> Workload:
    """What to expect of `arriving` texts, with intervals from the measured rows."""
    counts = np.array([confusion.tn, confusion.fp, confusion.fn, confusion.tp], np.float64)
    _, fp, fn, tp = counts / max(confusion.rows, 1) * arriving
    drawn = posterior(confusion) * arriving
    return Workload(
        flagged=spread(fp + tp, drawn[:, 1] + drawn[:, 3]),
        found=spread(tp, drawn[:, 3]),
        missed=spread(fn, drawn[:, 2]),
        alarms=spread(fp, drawn[:, 1]),
    )
