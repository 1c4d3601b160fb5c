"""Whether a run is better than guessing, as far as its validation rows can tell."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from scipy.stats import beta

from core.data.splits.split import VALIDATION
from core.evaluation.doctor.case import Case
from core.runs.metrics import VALIDATION as VALIDATIONS

CHANCE_DEVIATIONS = 2.0
"""ROC-AUC within so many standard deviations of 0.5 is what 98 of 100 guessers stay below."""
CHANCE_MCC = 0.1
"""With several classes, an MCC below this is no use even where luck does not explain it."""
GOOD_AREA = 0.8
"""Rows that cannot rule out so good a ROC-AUC do not tell a guesser from a good model."""


class Skill(Enum):
    """What the validations say: better than guessing, no better, or nothing for want of rows."""

    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


def skill_of(case: Case) -> Skill:
    """What the best validation says; SOME before the first."""
    if not len(case.validations("step")):
        return Skill.SOME
    return _of_area(case) if case.binary else _of_accuracy(case)


def guessed_area_deviation(first: int, second: int) -> float:
    """How far the ROC-AUC of a guesser strays from 0.5 with so many rows of two classes.

    The rank-sum statistic's deviation: Mann and Whitney (1947).
    """
    return math.sqrt((first + second + 1) / (12 * first * second))


def only_majority(case: Case) -> bool:
    """Whether the newest answers are all of one class, the commonest."""
    column = "accuracy_at_half" if case.binary else "accuracy"
    same = math.isclose(
        case.measured.last(VALIDATIONS, column), case.measured.last(VALIDATIONS, "majority")
    )
    return same and (case.binary or case.measured.last(VALIDATIONS, "mcc") == 0.0)


def _of_area(case: Case) -> Skill:
    areas, counts = case.validations("roc_auc"), case.class_counts(VALIDATION)
    if not min(counts.values()):
        return Skill.UNKNOWN
    if not np.isfinite(areas).any():
        return Skill.SOME
    best = float(np.nanmax(areas))
    luck = CHANCE_DEVIATIONS * guessed_area_deviation(*counts.values())
    if best > 0.5 + luck:
        return Skill.SOME
    # Of rows so few even a perfect order may be luck, and the worst one, too.
    return Skill.UNKNOWN if luck >= 0.5 or best + luck >= GOOD_AREA else Skill.NONE


def _of_accuracy(case: Case) -> Skill:
    rows, share = case.rows.size(VALIDATION), float(case.validations("majority")[-1])
    if not rows:
        return Skill.UNKNOWN
    best, mcc = case.validations("accuracy").max(), case.validations("mcc").max()
    luck = CHANCE_DEVIATIONS * math.sqrt(share * (1 - share) / rows)
    if best > share + luck or mcc > max(CHANCE_DEVIATIONS / math.sqrt(rows), CHANCE_MCC):
        return Skill.SOME
    # Jeffreys' interval: Brown, Cai and DasGupta (2001).
    highest = beta.ppf(0.975, best * rows + 0.5, (1 - best) * rows + 0.5)
    if highest >= (1 + share) / 2:  # It may well avoid half of a guesser's mistakes.
        return Skill.UNKNOWN
    return Skill.NONE if mcc < CHANCE_MCC else Skill.SOME
