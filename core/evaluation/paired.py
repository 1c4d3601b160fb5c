"""Two runs on the same rows: where their predictions differ, who is right, and if it is luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from core.data.dataset import ROW
from core.errors import BadInput
from core.evaluation.intervals import Array, Estimate, ranking_areas, resamples, spread
from core.evaluation.predictions import Predictions
from core.runs.predicted_labels import ClassIds, predicted_labels, scores_of

_DRAWS = 500
FIRST = "first"
SECOND = "second"


@dataclass(frozen=True)
class Paired:
    """How two runs' predicted labels on the same rows compare.

    `p_value` is that of McNemar's exact test (1947): how likely so uneven a share of the rows
    that only one has right would be if both were equally good. `differences` are the second's
    figures less the first's, with 95 % intervals over redrawn rows.
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
    sides = [_measured(first, one), _measured(second, other)]
    found = []
    for times in (np.ones(len(one)), *resamples(len(one), _DRAWS)):
        ours, theirs = (side(times) for side in sides)
        found.append({name: theirs[name] - ours[name] for name in ours})
    return {
        name: spread(found[0][name], np.array([draw[name] for draw in found[1:]]))
        for name in found[0]
    }


def _measured(
    predictions: Predictions, answers: ClassIds
) -> Callable[[Array], Mapping[str, float]]:
    """A function from how often each row counts to the figures."""
    class_ids, right = predictions.class_ids, answers == predictions.class_ids
    areas = ranking_areas(class_ids, predictions.scores) if predictions.binary else None
    classes = [1] if predictions.binary else range(len(predictions.classes))
    calls = [(class_ids == class_id, answers == class_id) for class_id in classes]

    def figures(times: Array) -> Mapping[str, float]:
        f1 = []
        for truly, called in calls:
            marked = times[truly].sum() + times[called].sum()
            f1.append(2 * times[truly & called].sum() / marked if marked else 0.0)
        found = {"accuracy": float(times[right].sum() / times.sum()), "f1": float(np.mean(f1))}
        return {**found, **areas(times)} if areas else found

    return figures
