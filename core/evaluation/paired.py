"""Two runs on the same rows: where their predictions differ, who is right, and if it is luck.

Differences get their intervals as single figures do (see `intervals`), from rows weighted anew
that are the same for both, and imaginary rows beside them on which either may be right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from core.data.dataset import ROW
from core.errors import BadInput
from core.evaluation.intervals import (
    IMAGINARY,
    UNKNOWN,
    Array,
    Estimate,
    Ranking,
    ranking_areas,
    spread,
    weighted_areas,
)
from core.evaluation.mistakes import class_sums, draws_of, of_class
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import ClassIds, predicted_labels, scores_of

_PRIOR = 0.5
_MOST_GROUPS = 64
"""Of either run's scores: what both make of a row is one of 64 x 64 kinds."""
FIRST = "first"
SECOND = "second"


@dataclass(frozen=True)
class Paired:
    """How two runs' predicted labels on the same rows compare.

    `p_value` is that of McNemar's exact test (1947): how likely so uneven a share of the rows
    that only one has right would be if both were equally good. `differences` are the second's
    figures less the first's, with 95 % intervals.
    """

    rows: int
    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float
    differences: dict[str, Estimate]


def same_rows(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions]:
    """Both runs' answers on the rows that both have, in one order.

    Raises:
        BadInput: other classes, no row in common, or rows that were labelled anew in between.
    """
    if first.classes != second.classes:
        raise BadInput("two runs with the same classes", "others", "choose another run")
    rows, ours, theirs = np.intersect1d(first.rows, second.rows, return_indices=True)
    if not len(rows):
        raise BadInput(
            "two runs that were measured on the same rows",
            "no row in common",
            "train them with one saved split",
        )
    one, other = first.take(ours), second.take(theirs)
    changed = int((one.class_ids != other.class_ids).sum())
    if changed:
        raise BadInput(
            "rows with the same labels in both runs",
            f"{changed:,} labels that differ",
            "train both on the same labels",
        )
    return one, other


def paired(first: Predictions, second: Predictions, thresholds: tuple[float, float]) -> Paired:
    """Compare two runs, each at its own threshold, on rows from `same_rows`."""
    class_ids = first.class_ids
    one = predicted_labels(first.probabilities, thresholds[0])
    other = predicted_labels(second.probabilities, thresholds[1])
    right, right_too = one == class_ids, other == class_ids
    only_first = int((right & ~right_too).sum())
    only_second = int((~right & right_too).sum())
    differing = only_first + only_second
    return Paired(
        rows=len(class_ids),
        both=int((right & right_too).sum()),
        only_first=only_first,
        only_second=only_second,
        neither=int((~right & ~right_too).sum()),
        p_value=float(binomtest(only_first, differing).pvalue) if differing else 1.0,
        differences=_differences(first, second, one, other),
    )


def flips(first: Predictions, second: Predictions, thresholds: tuple[float, float]) -> pd.DataFrame:
    """The rows that the two give different predicted labels, the widest gap of scores first.

    Returns:
        Columns row, label, first, second (class ids), first_score, second_score (of the
        second class, or with more than two classes of each one's predicted label) and right (first,
        second or, with more than two classes, neither of them as "").
    """
    one = predicted_labels(first.probabilities, thresholds[0])
    other = predicted_labels(second.probabilities, thresholds[1])
    places = np.flatnonzero(one != other)
    table = pd.DataFrame(
        {
            ROW: first.rows[places],
            "label": first.class_ids[places],
            FIRST: one[places],
            SECOND: other[places],
            "first_score": scores_of(first.probabilities[places]).astype(np.float64),
            "second_score": scores_of(second.probabilities[places]).astype(np.float64),
        }
    )
    right = np.where(table[FIRST] == table["label"], FIRST, "")
    table["right"] = np.where(table[SECOND] == table["label"], SECOND, right)
    gaps = (table["first_score"] - table["second_score"]).abs()
    return table.loc[gaps.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _differences(
    first: Predictions, second: Predictions, one: ClassIds, other: ClassIds
) -> dict[str, Estimate]:
    found = _count_differences(first, one, other)
    if first.binary:
        found |= _area_differences(first, second)
    if np.array_equal(first.probabilities, second.probabilities) and np.array_equal(one, other):
        return dict.fromkeys(found, Estimate(0.0, 0.0, 0.0))  # The same model twice.
    return found


def _count_differences(
    predictions: Predictions, one: ClassIds, other: ClassIds
) -> dict[str, Estimate]:
    """Of accuracy and F1 (with more than two classes, the mean over classes)."""
    classes = len(predictions.classes)
    kinds = (predictions.class_ids * classes + one) * classes + other
    kinds, rows = np.unique(kinds, return_counts=True)
    labels, pair = np.divmod(kinds, classes * classes)
    rng, draws = np.random.default_rng(0), draws_of(max(len(kinds), classes))
    weights = rng.standard_gamma(rows, (draws, len(rows)))
    # Imaginary rows: both are right, the first alone, the second alone, neither.
    both, first, second, neither = rng.standard_gamma(_PRIOR, (4, draws))
    imaginary = (both + first, second + neither), (both + second, first + neither)
    plain, drawn = [], []
    for answers, added in zip(np.divmod(pair, classes), imaginary, strict=True):
        counted = class_sums(rows[None], labels, answers, classes, *np.zeros((2, 1)))
        known = counted[1] + counted[2] > 0
        plain.append(_count_figures(counted, known))
        drawn.append(_count_figures(class_sums(weights, labels, answers, classes, *added), known))
    return {
        name: spread(plain[1][name][0] - plain[0][name][0], drawn[1][name] - drawn[0][name])
        for name in ("accuracy", "f1")
    }


def _count_figures(sums: tuple[Array, Array, Array], known: NDArray[np.bool_]) -> dict[str, Array]:
    """Accuracy and F1 for every line of sums by class; F1 of a class without a row is 0."""
    hits, truly, called = sums
    f1 = np.where(known, 2 * hits / np.where(known, truly + called, 1.0), 0.0)
    return {
        "accuracy": hits.sum(axis=1) / truly.sum(axis=1),
        "f1": f1[:, 1] if f1.shape[1] == 2 else f1.mean(axis=1),
    }


def _area_differences(first: Predictions, second: Predictions) -> dict[str, Estimate]:
    class_ids, runs = first.class_ids, (first, second)
    exact = [ranking_areas(class_ids, run.scores)(np.ones(len(run))) for run in runs]
    if first.one_class:
        return dict.fromkeys(exact[0], UNKNOWN)
    rankings = [Ranking.of(class_ids, run.scores, _MOST_GROUPS) for run in runs]
    sizes = [len(ranking.ends) - 1 for ranking in rankings]
    places = class_ids, *(ranking.groups for ranking in rankings)
    kinds, rows = np.unique(np.ravel_multi_index(places, (2, *sizes)), return_counts=True)
    labels, *groups = np.unravel_index(kinds, (2, *sizes))
    drawn = _drawn_areas(rankings, labels, groups, rows)
    grouped = [weighted_areas(*ranking.sides(class_ids)) for ranking in rankings]
    found = {}
    for name in exact[0]:
        value, rough = (each[1][name] - each[0][name] for each in (exact, grouped))
        found[name] = spread(value, drawn[1][name] - drawn[0][name] + value - rough)
    return found


def _drawn_areas(
    rankings: list[Ranking], labels: ClassIds, groups: list[ClassIds], rows: ClassIds
) -> list[dict[str, Array]]:
    """Each run's areas of rows weighted anew, the weights the same for both.

    Args:
        rankings: Of the runs.
        labels: The class of every kind of row, shape (kinds,).
        groups: Its group in each ranking.
        rows: How many rows are of the kind, shape (kinds,).
    """
    rng, draws = np.random.default_rng(0), draws_of(len(rows))
    sides: list[list[Array]] = [[], []]
    for side in (1, 0):
        own = labels == side
        weights = rng.standard_gamma(rows[own], (draws, int(own.sum())))
        imaginary = rng.standard_gamma(IMAGINARY, draws)
        for run, (ranking, group) in enumerate(zip(rankings, groups, strict=True)):
            weighted = weights @ of_class(group[own], len(ranking.ends) - 1)
            sides[run].append(ranking.with_imaginary(weighted, imaginary, rng))
    return [weighted_areas(*weighted) for weighted in sides]
