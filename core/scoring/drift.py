"""Whether the texts of a scored file are like those that the run has learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.data.splits.split import TEST, TRAIN, VALIDATION
from core.errors import BadInput, DamagedFile, NotFound
from core.evaluation.predictions import read_predictions
from core.runs.predicted_labels import predicted_labels, scores_of
from core.runs.run import Run, read_examples
from core.scoring.prediction_cache import CachedPredictions
from core.workspace import Workspace

if TYPE_CHECKING:  # The dashboard reads what this found, without TensorFlow.
    from core.scoring.scorer import Scorer

MODERATE, LARGE = 0.1, 0.25
"""Population stability indices from which a shift is called so. Source: Siddiqi (2006)."""
_BINS = 10
MOST_TEXTS = 20_000
"""Of so many of the run's own texts at most the tokens are counted."""
_MOST_NOISE = 0.05
_FLOOR = 1e-4

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Shift:
    """How a figure is spread in the run's own texts and in the file's.

    Attributes:
        edges: Between neighbouring bins, in ascending order; a value on an edge is below it.
        expected: Of each bin, how many of the run's own texts; one more than edges.
        found: How many of the file's.
    """

    edges: tuple[float, ...]
    expected: tuple[int, ...]
    found: tuple[int, ...]

    @property
    def psi(self) -> float | None:
        """Population stability index; None where it would say nothing.

        So it is where too few texts make chance look like a shift, and where all values of the
        run's own texts are alike, so that there is one bin.

        Without any shift its mean is (bins - 1) · (1/n + 1/m). Source: Yurdakul (2018),
        Statistical properties of population stability index.
        """
        sizes = sum(self.expected), sum(self.found)
        free = len(self.expected) - 1
        if not free or not all(sizes) or free * sum(1 / n for n in sizes) > _MOST_NOISE:
            return None
        expected, found = (
            np.maximum(np.array(counts) / sum(counts), _FLOOR)
            for counts in (self.expected, self.found)
        )
        return float(np.sum((found - expected) * np.log(found / expected)))


@dataclass(frozen=True)
class Drift:
    """A scored file beside what the run knows.

    Lengths and unknown tokens are held against the rows that the run learned from, scores against
    those of `part`, which it did not learn from. Every row of the file with a score counts.

    Attributes:
        part: "test" or "validation".
        lengths: In tokens that the model reads, [CLS] and [SEP] aside.
        scores: As in the file.
        unknown: Shares of tokens that are [UNK]: the run's, the file's.
        cut: Shares of texts that are as long as the model can read, or longer.
        labels: Of each class, the shares of predicted labels for it.
    """

    part: str
    lengths: Shift
    scores: Shift
    unknown: tuple[float, float]
    cut: tuple[float, float]
    labels: dict[str, tuple[float, float]]


class DriftAccumulator:
    """Counts a file's predictions beside the run's own texts.

    Args:
        scorer: The run that answers.
        most_texts: Of how many of the run's own texts the tokens are counted.

    Raises:
        NotFound: the run has not been measured.
        BadInput: its answers cannot be read.
    """

    def __init__(self, scorer: Scorer, *, most_texts: int = MOST_TEXTS) -> None:
        self._classes = scorer.model.card.classes
        self._longest = scorer.model.tokenizer.max_seq_length - 2
        self._part, scores, class_ids = _own_scores(scorer)
        tokens, unknown = _own_tokens(scorer, most_texts)
        self._lengths, self._scores = _shift(tokens), _shift(scores)
        self._own_unknown = int(unknown.sum()) / max(int(tokens.sum()), 1)
        self._own_cut = float(np.mean(tokens >= self._longest))
        self._own_labels = np.bincount(class_ids, minlength=len(self._classes)) / len(class_ids)
        self._rows = self._tokens = self._unknown = self._cut = 0

    def add(self, predictions: CachedPredictions) -> None:
        """Count some rows of the file."""
        self._lengths = _counted(self._lengths, predictions["tokens"])
        self._scores = _counted(self._scores, predictions["score"])
        self._rows += len(predictions)
        self._tokens += int(predictions["tokens"].sum())
        self._unknown += int(predictions["unknown"].sum())
        self._cut += int(np.sum(predictions["tokens"] >= self._longest))

    def result(self, label_counts: Mapping[str, int]) -> Drift:
        """What was counted; `label_counts` are the file's predicted labels by class."""
        rows = max(self._rows, 1)
        return Drift(
            part=self._part,
            lengths=self._lengths,
            scores=self._scores,
            unknown=(self._own_unknown, self._unknown / max(self._tokens, 1)),
            cut=(self._own_cut, self._cut / rows),
            labels={
                name: (float(own), label_counts.get(name, 0) / rows)
                for name, own in zip(self._classes, self._own_labels, strict=True)
            },
        )


def drift_accumulator(scorer: Scorer) -> DriftAccumulator | None:
    """An accumulator for a file that the run scores; None where the run has no answers itself."""
    try:
        return DriftAccumulator(scorer)
    except (NotFound, BadInput, DamagedFile):
        return None


def _own_scores(scorer: Scorer) -> tuple[str, NDArray[np.float32], Counts]:
    """The part with most to say, the scores of its rows, and the predicted labels on them."""
    try:
        found = read_predictions(scorer.workspace, scorer.run, TEST)
    except NotFound:
        found = read_predictions(scorer.workspace, scorer.run, VALIDATION)
    class_ids = predicted_labels(found.probabilities, scorer.threshold)
    return found.part, scores_of(found.probabilities).astype(np.float32), class_ids


def _own_tokens(scorer: Scorer, most_texts: int) -> tuple[Counts, Counts]:
    texts = _some_texts(scorer.workspace, scorer.run, most_texts)
    tokenizer = scorer.model.tokenizer
    return tokenizer.counts(tokenizer.encode(texts))


def _some_texts(workspace: Workspace, run: Run, most: int) -> list[str]:
    texts = read_examples(workspace, run, TRAIN).texts
    if len(texts) <= most:
        return texts
    chosen = np.random.default_rng(run.config.seed).choice(len(texts), most, replace=False)
    return [texts[place] for place in np.sort(chosen)]


def _shift(own: NDArray[Any]) -> Shift:
    """Bins that hold equally many of the run's own values, where values repeat fewer of them."""
    # Edges that are values themselves: between two of them there would be bins without any.
    edges = np.unique(np.quantile(own, np.arange(1, _BINS) / _BINS, method="inverted_cdf"))
    # The largest values may all be on the last edge, which no value is above then.
    edges = edges[edges < own.max()] if len(own) else edges
    return Shift(tuple(map(float, edges)), _histogram(edges, own), (0,) * (len(edges) + 1))


def _counted(shift: Shift, values: NDArray[Any]) -> Shift:
    more = _histogram(np.array(shift.edges), values)
    return replace(shift, found=tuple(a + b for a, b in zip(shift.found, more, strict=True)))


def _histogram(edges: NDArray[np.float64], values: NDArray[Any]) -> tuple[int, ...]:
    places = np.searchsorted(edges, values, side="left")
    return tuple(np.bincount(places, minlength=len(edges) + 1).tolist())
