"""The rows a run learned from that are most like a text, by the run's own encoder."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.splits.split import TRAIN
from core.errors import disk_errors
from core.explain.explanation_types import Neighbour, Neighbours, Preparation
from core.model.batches import scoring_order
from core.runs.run import Examples, read_examples
from core.scoring.scorer import Scorer

SAMPLE_ROWS = 50_000
"""Rows searched at most: 38 MB of vectors of width 384, and 10 ms a search."""

_BATCH = 64
_SEED = 0


class TrainVectors:
    """Vectors of a run's train rows: made bit by bit, then kept in the run's folder.

    A vector is the mean of the fine-tuned encoder's token vectors, at length 1. Of a train part
    of more than `sample_rows` rows, so many are drawn at random, the same each time.
    """

    def __init__(self, scorer: Scorer, *, sample_rows: int = SAMPLE_ROWS) -> None:
        self._scorer = scorer
        self._path = scorer.workspace.run(scorer.run.id).train_vectors(scorer.step)
        examples = read_examples(scorer.workspace, scorer.run, TRAIN)
        self._train_rows = len(examples.rows)
        self._examples = _sampled(examples, sample_rows)
        shape = (len(self._examples.rows), scorer.model.width)
        kept = _read(self._path, shape)
        self._vectors = np.zeros(shape, np.float32) if kept is None else kept
        self._waiting: list[NDArray[np.int64]] = []
        if kept is None:
            lengths = np.array([len(text) for text in self._examples.texts])
            self._waiting = scoring_order(lengths, _BATCH)

    def advance(
        self, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> Preparation | None:
        """Make vectors for about so long; None once there is one for every row.

        Raises:
            DiskError: they could not be kept for the next time.
        """
        if not self._waiting:
            return None
        end = clock() + seconds
        self._make_some()  # Some at least, or whoever asks again and again gets nowhere.
        while self._waiting and clock() < end:
            self._make_some()
        left = sum(map(len, self._waiting))
        if left:
            return Preparation(len(self._vectors) - left, len(self._vectors))
        self._keep()
        return None

    def nearest(self, text: str, count: int) -> Neighbours:
        """The rows most similar to a text, once `advance` has given None."""
        similarity = self._vectors @ self._scorer.model.mean_vectors([text])[0]
        examples, classes = self._examples, self._scorer.run.classes
        found = tuple(
            Neighbour(
                row=int(examples.rows[place]),
                text=examples.texts[place],
                label=classes[examples.class_ids[place]],
                similarity=float(similarity[place]),
            )
            for place in np.argsort(-similarity, kind="stable")[:count]
        )
        return Neighbours(found, len(self._vectors), self._train_rows)

    def _make_some(self) -> None:
        rows = self._waiting.pop(0)
        texts = [self._examples.texts[row] for row in rows]
        self._vectors[rows] = self._scorer.model.mean_vectors(texts)

    def _keep(self) -> None:
        workspace = self._scorer.workspace
        with disk_errors("the vectors of the run's rows"), workspace.staging() as folder:
            np.save(folder / self._path.name, self._vectors.astype(np.float16))
            # Those of a model that the run no longer keeps.
            for other in self._path.parent.glob("train-vectors-*.npy"):
                other.unlink(missing_ok=True)
            (folder / self._path.name).replace(self._path)


def _sampled(examples: Examples, most: int) -> Examples:
    if len(examples.rows) <= most:
        return examples
    drawn = np.random.default_rng(_SEED).choice(len(examples.rows), most, replace=False)
    return Examples(
        examples.rows[drawn], [examples.texts[place] for place in drawn], examples.class_ids[drawn]
    )


def _read(path: Path, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """Vectors of this shape that were kept; None where there are none, or not readably."""
    try:
        kept: NDArray[np.float32] = np.load(path).astype(np.float32)
    except (FileNotFoundError, ValueError, EOFError):
        return None
    return kept if kept.shape == shape else None
