"""Why a text has its score, as values that a scorer gives and others read; no TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.explain.identity_swap import ScoredSwap

TOLERANCE = 0.05
"""Nats that the parts may miss of the difference before more points are taken."""


class Method(str, Enum):
    """How contributions of words are found; see `core.model.attribution`.

    INTEGRATED_GRADIENTS: the parts add up to the difference from a blank text.
    LEAVE_ONE_OUT: what the log-odds lose without each word.
    """

    INTEGRATED_GRADIENTS = "integrated_gradients"
    LEAVE_ONE_OUT = "leave_one_out"


@dataclass(frozen=True)
class Word:
    """The word `text[start:end]` and what it adds to the log-odds, in nats."""

    start: int
    end: int
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """What each word of a text adds to the log-odds of `label`.

    `log_odds` is the whole text's answer, `baseline` that of a blank text of its length and
    `gap` what the parts miss of their difference, all in nats; both are None where the method
    has no baseline. Of the text the run reads the first `read` characters.
    """

    label: str
    method: Method
    log_odds: float
    baseline: float | None
    gap: float | None
    read: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Neighbour:
    """A row that the run learned from; `similarity` is the cosine of the two texts' vectors."""

    row: int
    text: str
    label: str
    similarity: float


@dataclass(frozen=True)
class Neighbours:
    """The most similar rows first, of `searched` rows out of the `train_rows` of the run."""

    found: tuple[Neighbour, ...]
    searched: int
    train_rows: int


@dataclass(frozen=True)
class Preparation:
    """How many of the rows to be searched have a vector so far."""

    done: int
    total: int


@dataclass(frozen=True)
class SwapSample:
    """Swaps in rows of a run's `part`, drawn at random.

    `looked` of its `rows` were looked through; `tried` of them mention a term.
    """

    part: str
    rows: int
    looked: int
    tried: int
    swaps: tuple[ScoredSwap, ...]

    def joined(self, more: SwapSample) -> SwapSample:
        """This sample and the slice that was drawn after it."""
        return SwapSample(
            more.part, more.rows, more.looked, self.tried + more.tried, self.swaps + more.swaps
        )
