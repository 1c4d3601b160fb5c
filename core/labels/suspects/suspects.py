"""Rows whose labels may be wrong, the most suspicious first.

Two signs: a classifier that has not seen the row doubts its label (confident learning: Northcutt,
Jiang and Chuang 2021, by their library cleanlab), or a near copy of the row has another label.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import pandas as pd
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray

from core.data.dataset import ROW
from core.runs.predicted_labels import ClassIds, Probabilities

SUGGESTION = "suggestion"
QUALITY = "quality"
SURE = "sure"
REASON = "reason"
COPY = "copy"
NO_COPY = -1

Quality = NDArray[np.float64]
Groups = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Reason(str, Enum):
    """Why a label is suspected, in words for people."""

    LEARNING = "confident learning"
    NEAR_COPY = "a near copy has another label"
    BOTH = "confident learning and a near copy"


def label_quality(class_ids: ClassIds, probabilities: Probabilities) -> Quality:
    """How well each label fits, 0 to 1: the out-of-fold probability of the label itself.

    Of cleanlab's scores this one found most flipped labels; see tests/benchmarks/suspects.py.

    Args:
        class_ids: Class ids, shape (n,).
        probabilities: Out-of-fold, shape (n, classes).
    """
    quality: Quality = get_label_quality_scores(
        class_ids, probabilities.astype(np.float64), method="self_confidence"
    )
    return quality


def doubted(class_ids: ClassIds, probabilities: Probabilities) -> Flags:
    """Rows that confident learning takes for mislabelled, shape (n,)."""
    flags: Flags = find_label_issues(
        class_ids, probabilities.astype(np.float64), filter_by="prune_by_noise_rate", n_jobs=1
    )
    return flags


def suspect_table(
    rows: ClassIds, class_ids: ClassIds, probabilities: Probabilities, groups: Groups
) -> pd.DataFrame:
    """The suspects among labelled rows.

    Args:
        rows: Row numbers, shape (n,).
        class_ids: Their class ids, shape (n,).
        probabilities: Out-of-fold, shape (n, classes).
        groups: Rows of one number are copies of one another, shape (n,).

    Returns:
        Columns row; label and suggestion (class ids); quality (see `label_quality`), by which
        they are ordered; sure (out-of-fold probability of the suggestion); reason (values of
        `Reason`); copy (row number of a near copy that has the suggested label, or NO_COPY).
    """
    by_model = doubted(class_ids, probabilities)
    copies = outvoted_copies(class_ids, probabilities, groups)
    by_copy = copies != NO_COPY
    suggested = _second_opinion(class_ids, probabilities)
    suggested[by_copy] = class_ids[copies[by_copy]]
    table = pd.DataFrame(
        {
            ROW: rows,
            "label": class_ids,
            SUGGESTION: suggested,
            QUALITY: label_quality(class_ids, probabilities),
            SURE: probabilities[np.arange(len(class_ids)), suggested],
            REASON: np.select(
                [by_model & by_copy, by_copy],
                [Reason.BOTH.value, Reason.NEAR_COPY.value],
                Reason.LEARNING.value,
            ),
            COPY: np.where(by_copy, rows[copies], NO_COPY),
        }
    )
    kept: pd.DataFrame = table[by_model | by_copy].sort_values(QUALITY, kind="stable")
    return kept.reset_index(drop=True)


def outvoted_copies(class_ids: ClassIds, probabilities: Probabilities, groups: Groups) -> Groups:
    """For each row whose copies mostly have another label, the place of one that has it.

    Where labels are equally frequent among copies, the classifier's probabilities decide.

    Returns:
        Places in these arrays, shape (n,); NO_COPY for rows that are not outvoted.
    """
    found: Groups = np.full(len(class_ids), NO_COPY)
    _, numbers, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    places = np.flatnonzero(sizes[numbers] > 1)
    if not len(places):
        return found
    _, numbers = np.unique(numbers[places], return_inverse=True)
    own = class_ids[places]
    shape = (int(numbers.max()) + 1, probabilities.shape[1])
    votes, likely = np.zeros(shape), np.zeros(shape)
    np.add.at(votes, (numbers, own), 1)
    np.add.at(likely, numbers, probabilities[places])
    # A mean probability is less than a vote, so it only parts what is equal.
    weights = votes + 0.99 * likely / votes.sum(axis=1, keepdims=True)
    winners = np.where(votes > 0, weights, -1.0).argmax(axis=1)
    of_winner = own == winners[numbers]
    witnesses = np.zeros(shape[0], np.int64)
    witnesses[numbers[of_winner][::-1]] = places[of_winner][::-1]
    found[places[~of_winner]] = witnesses[numbers[~of_winner]]
    return found


def _second_opinion(class_ids: ClassIds, probabilities: Probabilities) -> ClassIds:
    """The likeliest class of each row but for its label."""
    others = probabilities.copy()
    others[np.arange(len(class_ids)), class_ids] = -1.0
    answers: ClassIds = others.argmax(axis=1)
    return answers
