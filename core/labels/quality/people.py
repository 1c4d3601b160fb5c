"""What each person has labelled, how fast, and how that has changed since they began.

Sources of the intervals: Maritz and Jarrett (1978), A note on estimating the variance of the
sample median, for seconds; Jeffreys' intervals (Brown, Cai and DasGupta 2001) for shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.intervals import UNKNOWN, Array, Estimate, spread
from core.labels.quality.agreement import independent_answers
from core.labels.store.events import BULK, IMPORT, Action

LONGEST_PAUSE_MS = 60_000
"""Who does nothing for so long is not at work."""
_NO_HANDWORK = frozenset({IMPORT, BULK})
"""Queues whose events come many at a time and say nothing about pace."""
_FEWEST = 6
"""Labels in a third: of fewer, not even the least and the most hold the median 95 times of 100."""
_DRAWS = 4_000
_PRIOR = 0.5


@dataclass(frozen=True)
class AnnotatorDrift:
    """A figure of the first third of a person's labels by time, of the last, and the difference."""

    first: float
    last: float
    change: Estimate

    @property
    def sure(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        return self.change.low > 0 or self.change.high < 0


NO_DRIFT = AnnotatorDrift(float("nan"), float("nan"), UNKNOWN)


@dataclass(frozen=True)
class Person:
    """What one person has done.

    Attributes:
        name: Of the person.
        labels: Rows that they have labelled on their own.
        skips: How often they skipped a row.
        flags: How often they flagged one.
        seconds: Median seconds from sight to label, pauses of a minute or more left out; NaN if
            no time is known.
        labels_per_hour: While at work; NaN before two events within a minute.
        shares: Of each class among their labels.
        seconds_drift: Of `seconds`.
        share_drift: Of the positive class's share; unknown unless there is one.
        last_at_ms: When they did something last, in milliseconds since 1970, UTC.
    """

    name: str
    labels: int
    skips: int
    flags: int
    seconds: float
    labels_per_hour: float
    shares: dict[str, float]
    seconds_drift: AnnotatorDrift
    share_drift: AnnotatorDrift
    last_at_ms: int


def annotators(standing: pd.DataFrame, *, positive: str | None = None) -> list[Person]:
    """Everybody who has worked by hand, who labelled most first.

    Args:
        standing: Events as `LabelStore.standing` gives them.
        positive: Of two classes the one that is looked for.
    """
    work = standing[~standing["queue"].isin(_NO_HANDWORK)].sort_values(["at_ms", "id"])
    answers = independent_answers(standing).sort_values(["at_ms", "id"])
    own = dict(iter(answers.groupby("annotator")))
    none = answers.iloc[:0]
    found = [
        _person(str(name), events, own.get(name, none), positive)
        for name, events in work.groupby("annotator")
    ]
    return sorted(found, key=lambda person: (-person.labels, person.name))


def _person(name: str, events: pd.DataFrame, answers: pd.DataFrame, positive: str | None) -> Person:
    done = events["action"].value_counts()
    seconds = _seconds(answers)
    shares = answers["value"].value_counts(normalize=True).sort_index()
    hits = (answers["value"] == positive).to_numpy().astype(np.float64)
    return Person(
        name=name,
        labels=len(answers),
        skips=int(done.get(Action.SKIP.value, 0)),
        flags=int(done.get(Action.FLAG.value, 0)),
        seconds=_median(seconds[np.isfinite(seconds)]),
        labels_per_hour=_labels_per_hour(events),
        shares={str(value): float(share) for value, share in shares.items()},
        seconds_drift=_seconds_drift(seconds),
        share_drift=NO_DRIFT if positive is None else _share_drift(hits),
        last_at_ms=int(events["at_ms"].max()),
    )


def _seconds(answers: pd.DataFrame) -> Array:
    """Seconds that each answer took; NaN for pauses and where it is unknown."""
    spent_ms = answers["spent_ms"].to_numpy(np.float64, na_value=np.nan)
    return np.where(spent_ms < LONGEST_PAUSE_MS, spent_ms, np.nan) / 1_000


def _labels_per_hour(events: pd.DataFrame) -> float:
    """Labels that ended a gap without a pause, by the time in those gaps."""
    gaps_ms = events["at_ms"].diff()
    at_work = gaps_ms < LONGEST_PAUSE_MS
    worked_ms = float(gaps_ms[at_work].sum())
    labels = int((events["action"] == Action.LABEL.value)[at_work].sum())
    return labels / worked_ms * 3_600_000 if worked_ms else float("nan")


def _seconds_drift(seconds: Array) -> AnnotatorDrift:
    first, last = (part[np.isfinite(part)] for part in _outer_thirds(seconds))
    if min(len(first), len(last)) < _FEWEST:
        return NO_DRIFT
    rng = np.random.default_rng(0)
    drawn = _drawn_medians(last, rng) - _drawn_medians(first, rng)
    return _drift(_median(first), _median(last), drawn)


def _share_drift(hits: Array) -> AnnotatorDrift:
    first, last = _outer_thirds(hits)
    if len(first) < _FEWEST:
        return NO_DRIFT
    rng = np.random.default_rng(0)
    return _drift(
        float(first.mean()),
        float(last.mean()),
        _drawn_shares(last, rng) - _drawn_shares(first, rng),
    )


def _drift(first: float, last: float, drawn: Array) -> AnnotatorDrift:
    return AnnotatorDrift(first, last, spread(last - first, drawn))


def _outer_thirds(values: Array) -> tuple[Array, Array]:
    third = len(values) // 3
    return values[:third], values[len(values) - third :]


def _median(values: Array) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _drawn_medians(values: Array, rng: np.random.Generator) -> Array:
    """Medians of redrawn values, without redrawing: which of them it is follows a beta law."""
    middle = (len(values) + 1) / 2
    places = (rng.beta(middle, middle, _DRAWS) * len(values)).astype(np.int64)
    return np.sort(values)[places]


def _drawn_shares(hits: Array, rng: np.random.Generator) -> Array:
    return rng.beta(hits.sum() + _PRIOR, len(hits) - hits.sum() + _PRIOR, _DRAWS)
