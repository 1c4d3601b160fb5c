"""Whether the rows of a part are too few to say much, in a sentence for the doctor and Evaluate."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.data.splits.split import VALIDATION
from core.evaluation.doctor.finding import Finding, Severity
from core.evaluation.doctor.skill import CHANCE_DEVIATIONS, guessed_area_deviation

MIN_POSITIVES = 50
"""Shares of 50 rows are uncertain by 14 points (95 %): more than runs differ by."""
MIN_CLASS_ROWS = 5
"""A class measured on fewer rows moves the mean of the classes by chance."""
_RULE = "few_rows"
_MORE = "Give more rows to {part}, or label more"


def small_sample(part: str, counts: Mapping[str, int], doubt: str = "") -> Finding | None:
    """What is to be said of a part with few rows; None of one with enough.

    Args:
        part: Its name.
        counts: Its rows by class, of every class of the run.
        doubt: What was found there, if it cannot tell a good model from a guesser.
    """
    rows = sum(counts.values())
    if not rows:
        return None
    if max(counts.values()) == rows:
        return _one_class(part, counts)
    if doubt or not _can_tell(counts):
        return Finding(
            _RULE,
            Severity.WARNING,
            f"The {_rows(part, counts)} are too few: they cannot tell whether the run is better"
            f" than guessing ({doubt or 'even a perfect result may be luck'}).",
            f"{_MORE.format(part=part)}; until then, do not trust any figure measured on them.",
        )
    return _few_of_two(part, counts) if len(counts) == 2 else _few_of_many(part, counts)


def _one_class(part: str, counts: Mapping[str, int]) -> Finding:
    name = max(counts, key=lambda name: counts[name])
    return Finding(
        _RULE,
        Severity.WARNING,
        f"All {counts[name]:,} {part} rows are '{name}': they cannot tell how well the run finds"
        " anything else.",
        f"{_MORE.format(part=part)} of the other classes.",
    )


def _rows(part: str, counts: Mapping[str, int]) -> str:
    if len(counts) == 2:
        named = ", ".join(f"{count:,} of '{name}'" for name, count in counts.items())
        return f"{sum(counts.values()):,} {part} rows ({named})"
    return f"{sum(counts.values()):,} {part} rows"


def _can_tell(counts: Mapping[str, int]) -> bool:
    """Whether these rows, all answered right, would be more than luck."""
    rows = sum(counts.values())
    if len(counts) == 2:
        return CHANCE_DEVIATIONS * guessed_area_deviation(*counts.values()) < 0.5
    share = max(counts.values()) / rows
    return share + CHANCE_DEVIATIONS * math.sqrt(share * (1 - share) / rows) < 1


def _few_of_two(part: str, counts: Mapping[str, int]) -> Finding | None:
    rarer = min(counts, key=lambda name: counts[name])
    if counts[rarer] >= MIN_POSITIVES:
        return None
    spread = 1.96 * math.sqrt(0.25 / counts[rarer])
    figures = "recall, F1 and the threshold" if part == VALIDATION else "recall and F1"
    return Finding(
        _RULE,
        Severity.WARNING,
        f"Only {counts[rarer]:,} {part} rows are '{rarer}': {figures} are uncertain by up to"
        f" {spread:.0%} of their range.",
        f"{_MORE.format(part=part)} of that class.",
    )


def _few_of_many(part: str, counts: Mapping[str, int]) -> Finding | None:
    few = [name for name, count in counts.items() if count < MIN_CLASS_ROWS]
    if not few:
        return None
    return Finding(
        _RULE,
        Severity.NOTE,
        f"{len(few):,} of {len(counts):,} classes have fewer than {MIN_CLASS_ROWS} {part}"
        f" rows, such as '{few[0]}': F1, the mean of the classes, moves by chance.",
        f"{_MORE.format(part=part)} of these classes.",
    )
