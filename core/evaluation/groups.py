"""Whether a run treats groups of people, or of anything else, alike.

A group is held against the background: all other rows. AUC within a group says how well the scores
tell its own rows apart; AUC of background positives and subgroup negatives (BPSN) falls where its
negative rows score too high, and AUC of background negatives and subgroup positives (BNSP) where
its positive rows score too low. Source: Borkan, Dixon, Sorensen, Thain and Vasserman (2019),
Nuanced metrics for measuring unintended bias. At the threshold, gaps of the shares of false alarms
and of misses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot, isfinite

import numpy as np
from scipy.stats import false_discovery_control, norm

from core.evaluation.intervals import (
    UNKNOWN,
    Array,
    Estimate,
    area_estimates,
    spread,
)
from core.evaluation.predictions import Predictions
from core.evaluation.slice_metrics import FALSE_DISCOVERY_RATE, Mask
from core.runs.predicted_labels import predicted_labels

FEWEST = 5
"""A figure needs so many rows of each class that it is about."""
_RANKS = 100
_DRAWS = 4_000
_PRIOR = 0.5
_ENOUGH = 20
_SPREADS = 2 * 1.96

SUBGROUP = "subgroup_auc"
BPSN = "bpsn_auc"
BNSP = "bnsp_auc"
FALSE_ALARMS = "false_alarm_gap"
MISSES = "miss_gap"
AREAS = (SUBGROUP, BPSN, BNSP)
GAPS = (FALSE_ALARMS, MISSES)
FIGURES = AREAS + GAPS


@dataclass(frozen=True)
class GroupFigure:
    """A figure of a group.

    Attributes:
        estimate: Its value and interval; of a gap the group's share less that of all other rows.
        said: Why there is no value; empty where there is one.
        base: What it is held against: AUC of all rows, or the share of the other rows.
        chance: How likely it is luck that the group fares worse, corrected for how many figures of
            how many groups were tried.
    """

    estimate: Estimate = UNKNOWN
    said: str = ""
    base: float = float("nan")
    chance: float = float("nan")

    @property
    def worse(self) -> bool:
        """Whether the group fares worse by it than chance explains."""
        return self.chance <= FALSE_DISCOVERY_RATE


@dataclass(frozen=True)
class Group:
    """Rows that have something in common, and every one of FIGURES of them."""

    name: str
    rows: int
    positives: int
    figures: dict[str, GroupFigure]

    @property
    def worse(self) -> bool:
        """Whether the group fares worse than chance explains."""
        return any(figure.worse for figure in self.figures.values())


@dataclass(frozen=True)
class Groups:
    """Groups of one run's rows, and what is to be said of them first.

    `auc` is that of all rows.
    """

    auc: Estimate
    groups: tuple[Group, ...]
    verdict: str


def compare_groups(
    predictions: Predictions, threshold: float, groups: Iterable[tuple[str, Mask]]
) -> Groups:
    """Hold groups of rows against all other rows.

    Args:
        predictions: Of a run of two classes.
        threshold: What it is used with.
        groups: Names and masks of shape (n,).
    """
    if not predictions.binary:
        raise ValueError("groups are compared by the scores of two classes")
    positive, negative = (int(np.sum(predictions.class_ids == each)) for each in (1, 0))
    auc = UNKNOWN
    if min(positive, negative) >= FEWEST:
        auc = _auc(predictions, np.ones(len(predictions), bool))
    found = [_group(predictions, threshold, name, mask, auc) for name, mask in groups]
    corrected = _corrected(found)
    return Groups(auc, corrected, _verdict(corrected, predictions.classes))


def _group(
    predictions: Predictions, threshold: float, name: str, mask: Mask, auc: Estimate
) -> Group:
    sides = _Sides(predictions, mask)
    figures = {
        SUBGROUP: _area(predictions, sides, (True, True), auc),
        BPSN: _area(predictions, sides, (True, False), auc),
        BNSP: _area(predictions, sides, (False, True), auc),
        **_gaps(predictions, threshold, sides),
    }
    return Group(name, int(mask.sum()), int(sides.rows(1, inside=True).sum()), figures)


@dataclass(frozen=True, eq=False)
class _Sides:
    """The rows in a group and the others, by class."""

    predictions: Predictions
    mask: Mask

    def rows(self, class_id: int, *, inside: bool) -> Mask:
        """Which rows are of this class, in the group or outside it."""
        found: Mask = (self.predictions.class_ids == class_id) & (self.mask == inside)
        return found

    def few(self, class_id: int, *, inside: bool) -> str:
        """What is missing where these rows are too few for a figure; else nothing."""
        count = int(self.rows(class_id, inside=inside).sum())
        if count >= FEWEST:
            return ""
        other = "" if inside else "other "
        rows = f"no {other}row" if not count else f"only {count} {other}row{'s' * (count > 1)}"
        return f"{rows} of {self.predictions.classes[class_id]}"


def _area(
    predictions: Predictions, sides: _Sides, inside: tuple[bool, bool], auc: Estimate
) -> GroupFigure:
    """AUC of negative and of positive rows, each from inside the group or from outside."""
    kinds = tuple(enumerate(inside))
    said = " and ".join(filter(None, (sides.few(each, inside=side) for each, side in kinds)))
    if said:
        return GroupFigure(said=said)
    negatives, positives = (sides.rows(each, inside=side) for each, side in kinds)
    found = _auc(predictions, negatives | positives)
    deviation = hypot(found.high - found.low, auc.high - auc.low) / _SPREADS
    chance = float(norm.sf((auc.value - found.value) / deviation)) if deviation else 1.0
    return GroupFigure(found, base=auc.value, chance=chance)


def _auc(predictions: Predictions, rows: Mask) -> Estimate:
    areas = area_estimates(predictions.class_ids[rows], predictions.scores[rows], groups=_RANKS)
    return areas["roc_auc"]


def _gaps(predictions: Predictions, threshold: float, sides: _Sides) -> dict[str, GroupFigure]:
    """By how much more often the group's rows get the wrong answer than the others, by class."""
    called = predicted_labels(predictions.probabilities, threshold) == 1
    found = {}
    for name, class_id in ((FALSE_ALARMS, 0), (MISSES, 1)):
        wrong = called if class_id == 0 else ~called
        few = (sides.few(class_id, inside=inside) for inside in (True, False))
        said = " and ".join(filter(None, few))
        counts = [
            (int(np.sum(rows & wrong)), int(np.sum(rows & ~wrong)))
            for rows in (sides.rows(class_id, inside=inside) for inside in (True, False))
        ]
        found[name] = GroupFigure(said=said) if said else _gap(*counts)
    return found


def _gap(inside: tuple[int, int], outside: tuple[int, int]) -> GroupFigure:
    """Of wrong and right rows in the group and outside: the gap of the shares that are wrong."""
    shares, drawn = [], []
    for seed, (wrong, right) in enumerate((inside, outside)):
        shares.append(wrong / (wrong + right))
        rng = np.random.default_rng(seed)
        # What the posterior of `intervals` says of one class alone.
        drawn.append(rng.beta(wrong + _PRIOR, right + _PRIOR, _DRAWS))
    gaps = drawn[0] - drawn[1]
    estimate = spread(shares[0] - shares[1], gaps)
    return GroupFigure(estimate, base=shares[1], chance=_luck(gaps))


def _luck(gaps: Array) -> float:
    """How likely there is no gap; where few draws say so, by a normal distribution."""
    count = int(np.sum(gaps <= 0))
    return count / _DRAWS if count >= _ENOUGH else float(norm.sf(gaps.mean() / gaps.std()))


def _corrected(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The same with chances corrected for how many were tried."""
    known = [
        (number, name)
        for number, group in enumerate(groups)
        for name, figure in group.figures.items()
        if isfinite(figure.chance)
    ]
    if not known:
        return tuple(groups)
    raw = [groups[number].figures[name].chance for number, name in known]
    chances = dict(zip(known, false_discovery_control(raw).tolist(), strict=True))
    return tuple(
        replace(
            group,
            figures={
                name: replace(figure, chance=chances.get((number, name), figure.chance))
                for name, figure in group.figures.items()
            },
        )
        for number, group in enumerate(groups)
    )


def _verdict(groups: Sequence[Group], classes: tuple[str, ...]) -> str:
    """What is to be said first, in a sentence."""
    compared = [group for group in groups if any(not each.said for each in group.figures.values())]
    if not compared:
        return (
            f"No group can be compared: each figure needs {FEWEST} rows of a class in the group,"
            " and as many outside it."
        )
    worse = [group for group in compared if group.worse]
    counted = f"{len(compared):,} groups" if len(compared) > 1 else "one group"
    if not worse:
        return f"No group fares worse than chance explains; {counted} compared."
    group, name = min(
        ((group, name) for group in worse for name in FIGURES if group.figures[name].worse),
        key=lambda pair: pair[0].figures[pair[1]].chance,
    )
    fare = "group fares" if len(compared) == 1 else f"of {counted} fare{'s' * (len(worse) == 1)}"
    reason = _reason(name, group.figures[name], classes)
    return (
        f"{len(worse):,} {fare} worse than chance explains. The surest is {group.name}: {reason}."
    )


def _reason(name: str, figure: GroupFigure, classes: tuple[str, ...]) -> str:
    negative, positive = classes
    value, base = figure.estimate.value, figure.base
    if name in GAPS:
        of, what = (negative, "false alarms") if name == FALSE_ALARMS else (positive, "misses")
        return f"{value + base:.0%} of its rows of {of} are {what}, of all other rows {base:.0%}"
    areas = f"{value:.3f}, of all rows {base:.3f}"
    return {
        SUBGROUP: f"the scores tell its own rows apart less well (AUC {areas})",
        BPSN: f"its rows of {negative} score too high beside other rows of {positive}"
        f" (BPSN AUC {areas})",
        BNSP: f"its rows of {positive} score too low beside other rows of {negative}"
        f" (BNSP AUC {areas})",
    }[name]
