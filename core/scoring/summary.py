"""What the scoring of a file gave, counted as the rows go by; needs no TensorFlow."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, fields

import numpy as np

from core.records import from_plain, parse_json
from core.scoring.drift import Drift, DriftAccumulator
from core.scoring.input_rows import FileRows
from core.scoring.prediction_cache import CachedPredictions

HISTOGRAM_BINS = 50


@dataclass(frozen=True)
class FileProgress:
    """How far a scoring is; speed counts from the first text that the model had to score."""

    rows: int
    total: int
    rows_per_s: float

    @property
    def seconds_left(self) -> float | None:
        """None while nothing is known of the speed."""
        return (self.total - self.rows) / self.rows_per_s if self.rows_per_s else None


@dataclass(frozen=True)
class FileResult:
    """What the scoring of a file gave.

    Attributes:
        rows: Rows of the file, without its header.
        texts: Different texts that the model scored or had scored before a break.
        read: How many of them the model has read since the scoring was last taken up.
        unscored: How many rows have no score for which `core.scoring.input_rows.Reason`.
        label_counts: Predicted labels by class.
        histogram: Scores in HISTOGRAM_BINS equal bins from 0 to 1.
        columns: Names of the new columns by what they hold: score, label, calibrated, error.
        threshold: What the predicted labels were given at.
        seconds: Since the scoring was last taken up.
        guarded: Cells that stand behind an apostrophe, lest a spreadsheet takes them for formulas.
        replaced: Cells or characters that no output could take as they were.
        short: Scored rows with fewer cells than the header, filled up with empty ones.
        drift: The file beside the run's own texts; None where there is nothing to compare with.
    """

    rows: int
    texts: int
    read: int
    unscored: dict[str, int]
    label_counts: dict[str, int]
    histogram: list[int]
    columns: dict[str, str]
    threshold: float
    seconds: float
    guarded: int = 0
    replaced: int = 0
    short: int = 0
    drift: Drift | None = None

    @property
    def scored(self) -> int:
        """Rows with a score."""
        return sum(self.label_counts.values())

    def to_json(self) -> str:
        """The result as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> FileResult:
        """What `to_json` gave.

        Raises:
            ValueError: it is damaged.
        """
        values = parse_json(text)
        if set(values) != {field.name for field in fields(cls)}:
            raise ValueError("a result with other fields")
        return from_plain(cls, values)


class ResultAccumulator:
    """Counts what comes out of a scoring.

    Args:
        drift: Holds the predictions against the run's own; None where there are none.
    """

    def __init__(self, drift: DriftAccumulator | None) -> None:
        self.rows = self.replaced = self._short = 0
        self._drift = drift
        self._unscored: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()
        self._histogram = np.zeros(HISTOGRAM_BINS, np.int64)
        self._start = time.monotonic()

    def add(self, rows: FileRows, predictions: CachedPredictions, labels: list[str]) -> None:
        """Count some rows; `predictions` and `labels` are of those with a text."""
        self.rows += len(rows)
        self._unscored += rows.reasons
        self._short += rows.short
        self._labels.update(labels)
        self._histogram += np.histogram(predictions["score"], bins=HISTOGRAM_BINS, range=(0, 1))[0]
        if self._drift is not None:
            self._drift.add(predictions)

    def result(
        self, *, texts: int, read: int, columns: dict[str, str], threshold: float, guarded: int
    ) -> FileResult:
        """All that was counted; see FileResult."""
        labels = dict(self._labels)
        return FileResult(
            rows=self.rows,
            texts=texts,
            read=read,
            unscored=dict(self._unscored),
            label_counts=labels,
            histogram=self._histogram.tolist(),
            columns=columns,
            threshold=threshold,
            seconds=time.monotonic() - self._start,
            guarded=guarded,
            replaced=self.replaced,
            short=self._short,
            drift=self._drift.result(labels) if self._drift is not None else None,
        )
