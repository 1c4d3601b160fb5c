"""What a queue finds, and what its labels are worth: real labels play the person who labels.

Quora's labelled questions are divided at random into a pool and TEST rows. The person labels what
the queue asks; after every REFIT labels the quick model is fitted anew, as on the Label page. Its
F1 is that on the test rows, at the threshold that it chose itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from core.labels.assign.queues import SHARES, Queue, Stream, likely_first, slots, uncertain_first
from core.labels.quality.prevalence import RandomPart, random_part
from core.labels.quick_model.quick_model import ask, mean_opinion
from core.labels.quick_model.refit import REFIT
from core.labels.quick_model.stop_meter import NEXT, is_enough, measured_worth
from core.runs.predicted_labels import ClassIds, Probabilities

TEST = 6_000
FIRST_SEED = 100
"""Shares and settings of the quick model were chosen on divisions with smaller numbers."""
MARKS = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000)


@dataclass(frozen=True)
class Mark:
    """How things stand after so many labels."""

    labels: int
    positives: int
    f1: float
    foretold: float
    """F1 that the stop meter expects of the next NEXT labels."""
    deviation: float
    sample: RandomPart


@dataclass
class _State:
    labelled: list[int]
    streams: list[str]
    model: Probabilities | None = None
    threshold: float = 0.5


def simulate(
    features: Sequence[Any],
    class_ids: ClassIds,
    *,
    mixed: bool,
    seed: int,
    measure_worth: bool = True,
) -> list[Mark]:
    """Label MARKS[-1] rows by the mixed or the random queue.

    Args:
        features: Matrices of all rows, shape (n, width).
        class_ids: 0 or 1, shape (n,).
        mixed: Whether the queue is mixed.
        seed: Of the division and the random order.
        measure_worth: Ask the stop meter at each mark, too.
    """
    order = np.random.default_rng(seed).permutation(len(class_ids))
    test, pool = order[:TEST], order[TEST:]
    state, marks = _State([], []), []
    while len(state.labelled) < MARKS[-1]:
        _label(state, pool, REFIT, mixed)
        labelled = np.array(state.labelled)
        known = class_ids[labelled]
        enough = is_enough(known, 2)
        at_mark = len(labelled) in MARKS
        if len(np.unique(known)) < 2:
            continue
        state.model = mean_opinion(ask(features, known, labelled, pool, 2))
        foretold = deviation = float("nan")
        if enough and (at_mark or mixed):
            worth, threshold = measured_worth(
                known, 2, state.model, _fit(features, known, labelled), step=lambda: None
            )
            state.threshold = 0.5 if threshold is None else threshold
            foretold, deviation = worth.gain.value, (worth.gain.high - worth.gain.low) / 3.92
        if at_mark:
            seen = mean_opinion(ask(features, known, labelled, test, 2))[:, 1]
            f1 = float(f1_score(class_ids[test], seen >= state.threshold))
            sample = _sample(state, pool, class_ids)
            marks.append(
                Mark(len(labelled), int(known.sum()), f1, foretold, deviation, sample)
            )  # fmt: skip
    return marks


def _fit(features: Sequence[Any], known: ClassIds, labelled: ClassIds) -> Any:
    def fit(own: ClassIds, others: ClassIds) -> Probabilities:
        return mean_opinion(ask(features, known[own], labelled[own], labelled[others], 2))

    return fit


def _label(state: _State, pool: NDArray[np.int64], count: int, mixed: bool) -> None:
    """Label so many rows, each from the stream whose turn it is."""
    streams = [Stream("random", pool)]
    if mixed and state.model is not None:
        ranked = {
            Queue.LIKELY: pool[likely_first(state.model[:, 1])],
            Queue.UNCERTAIN: pool[uncertain_first(state.model, state.threshold)],
            Queue.RANDOM: pool,
        }
        streams = [Stream(part.value, ranked[part], share) for part, share in SHARES.items()]
    turns, known = slots(streams), set(state.labelled)
    sources = [iter(stream.rows.tolist()) for stream in streams]
    for _ in range(count):
        turn = turns[len(state.labelled) % len(turns)]
        row = next(row for row in sources[turn] if row not in known)
        known.add(row)
        state.labelled.append(row)
        state.streams.append(streams[turn].name)


def _sample(state: _State, pool: NDArray[np.int64], class_ids: ClassIds) -> RandomPart:
    labelled = np.array(state.labelled)
    given = np.full(len(class_ids), -1)
    given[labelled] = class_ids[labelled]
    assigned = labelled[np.array(state.streams) == "random"]
    return random_part(pool, given, np.zeros(len(class_ids), bool), assigned, 1)


def report(features: Sequence[Any], class_ids: ClassIds, seeds: int) -> list[str]:
    """Both queues side by side, means over seeds; lines of a Markdown table and a summary."""
    runs = {
        mixed: [
            simulate(features, class_ids, mixed=mixed, seed=seed)
            for seed in range(FIRST_SEED, FIRST_SEED + seeds)
        ]
        for mixed in (False, True)
    }
    lines = [
        "| labels | positives: random | mixed | F1: random | mixed | next 100, foretold |"
        " what they gave |",
        "|---|---|---|---|---|---|---|",
    ]
    table: dict[tuple[bool, int], tuple[float, float]] = {}
    for place, labels in enumerate(MARKS):
        for mixed, each in runs.items():
            positives = float(np.mean([run[place].positives for run in each]))
            table[mixed, labels] = positives, float(np.mean([run[place].f1 for run in each]))
        told, gave = _foretold(runs[True], place)
        lines.append(
            f"| {labels:,} | {table[False, labels][0]:.0f} | {table[True, labels][0]:.0f} |"
            f" {table[False, labels][1]:.3f} | {table[True, labels][1]:.3f} | {told} | {gave} |"
        )
    ratio = table[True, 500][0] / table[False, 500][0]
    lines += [
        "",
        f"At 500 labels the mixed queue has found {ratio:.1f} times the positives of random (goal:"
        f" 4), and reaches F1 {table[True, 500][1]:.3f}; random reaches {table[False, 1000][1]:.3f}"
        " with 1,000 (goal: at least that).",
        _prevalence(runs[True], class_ids),
    ]
    return lines


def _foretold(runs: list[list[Mark]], place: int) -> tuple[str, str]:
    told = [run[place].foretold for run in runs]
    if np.isnan(told).any():
        return "–", "–"
    half = 1.96 * np.mean([run[place].deviation for run in runs])
    shown = f"{100 * np.mean(told):+.1f} ± {100 * half:.1f} points"
    if place + 1 == len(MARKS):
        return shown, "–"
    assert MARKS[place + 1] - MARKS[place] == NEXT
    gave = [run[place + 1].f1 - run[place].f1 for run in runs]
    return shown, f"{100 * np.mean(gave):+.1f}"


def _prevalence(runs: list[list[Mark]], class_ids: ClassIds) -> str:
    shares = [run[-1].sample.prevalence for run in runs]
    told = "; ".join(f"{each.value:.1%} ({each.low:.1%} to {each.high:.1%})" for each in shares)
    is_ = f"{class_ids.mean():.1%}"
    return f"Share of positives by the random part of the mixed queue: {told}; it is {is_}."
