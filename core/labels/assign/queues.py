"""Which rows to ask about next: orders of rows, and how they are mixed.

Ours: libraries of active learning rank rows, but none mixes in a random part that keeps the
share of a class unbiased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.floating]

RANDOM_STREAM = "random"
_SLOTS = 20


class Queue(str, Enum):
    """What somebody labels. All but RANDOM, SELECTION and the last two ask the quick model."""

    MIXED = "mixed"
    RANDOM = "random"
    LIKELY = "likely"
    UNCERTAIN = "uncertain"
    COMMITTEE = "committee"
    SELECTION = "selection"
    SUSPECTS = "suspects"
    ADJUDICATION = "adjudication"

    @property
    def needs_model(self) -> bool:
        """Whether the quick model chooses what it asks."""
        return self in (Queue.MIXED, Queue.LIKELY, Queue.UNCERTAIN, Queue.COMMITTEE)


SHARES: Mapping[Queue, float] = {Queue.LIKELY: 0.2, Queue.UNCERTAIN: 0.6, Queue.RANDOM: 0.2}
"""What the mixed queue is made of; `make bench-label` tells what that gains."""


@dataclass(frozen=True)
class Stream:
    """Rows in the order in which they are to be asked, and their share of what is asked.

    `name` is kept with every label as its queue.
    """

    name: str
    rows: Rows
    share: float = 1.0


def random_order(rows: Rows, seed: int = 0) -> Rows:
    """The rows in an order that is the same for everybody, always."""
    return np.random.default_rng(seed).permutation(rows)


def likely_first(scores: Scores) -> Rows:
    """Places of the highest scores first: certainty sampling, which finds a rare class."""
    return np.argsort(-scores, kind="stable")


def uncertain_first(probabilities: Scores, threshold: float | None = None) -> Rows:
    """Places of the most uncertain rows first: uncertainty sampling (Lewis and Gale 1994).

    Args:
        probabilities: Shape (n, classes).
        threshold: For two classes the score from which a row is called positive: what is next to
            it is uncertain. None takes the margin between the two likeliest classes.
    """
    if threshold is not None:
        return np.argsort(np.abs(probabilities[:, 1] - threshold), kind="stable")
    top = np.partition(probabilities, -2, axis=1)[:, -2:]
    return np.argsort(np.abs(top[:, 1] - top[:, 0]), kind="stable")


def divided_first(opinions: Sequence[Scores]) -> Rows:
    """Places of the rows first on which classifiers differ most.

    Query by committee (Seung, Opper and Sompolinsky 1992); how far the probabilities of each, of
    shape (n, classes), are from their mean is Kullback and Leibler's divergence (McCallum and
    Nigam 1998).
    """
    stacked = np.clip(np.stack(list(opinions)), 1e-9, 1.0)
    mean = stacked.mean(axis=0)
    divergence = (stacked * np.log(stacked / mean)).sum(axis=2).mean(axis=0)
    return np.argsort(-divergence, kind="stable")


def slots(streams: Sequence[Stream]) -> list[int]:
    """Which stream each of the next rows comes from, as evenly as their shares allow.

    Returns:
        Positions of streams, _SLOTS of them, to be gone through again and again: smooth weighted
        round robin, as servers share their load.
    """
    weights = np.array([stream.share for stream in streams], np.float64)
    credit = np.zeros(len(streams))
    found = []
    for _ in range(_SLOTS):
        credit += weights
        chosen = int(credit.argmax())
        credit[chosen] -= weights.sum()
        found.append(chosen)
    return found
