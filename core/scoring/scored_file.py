"""Score a file of any size: the same rows in the same order, with what the run says of each."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.column import distinct_names
from core.data.output.output_kind import OutputKind
from core.data.output.table_output import Output, open_output
from core.data.output.target_file import whole_file
from core.data.reading.charset import WrittenAs
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.tables import OpenTable
from core.data.text_recipe import TextRecipe
from core.errors import Cancelled, never_stop
from core.scoring.drift import drift_accumulator
from core.scoring.input_rows import FileRows
from core.scoring.prediction_cache import (
    KEPT_AT_ONCE,
    CachedPredictions,
    PredictionCache,
    predict_once,
)
from core.scoring.scored_output import free_names, written_like
from core.scoring.summary import FileProgress, FileResult, ResultAccumulator
from core.scoring.text_source import open_source

if TYPE_CHECKING:
    from core.scoring.scorer import Scorer

SCORES_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("text", pa.string()),
        ("score", pa.float32()),
        ("calibrated", pa.float32()),
        ("label", pa.string()),
        ("error", pa.string()),
    ]
)
"""Columns of a file of scores alone; `row` is the row's number in the scored file."""

OnProgress = Callable[[FileProgress], None]


def ignore_progress(progress: FileProgress) -> None:
    """The default listener: says nothing."""


def score_file(
    scorer: Scorer,
    source: Path,
    target: Path | IO[bytes],
    *,
    store: Path,
    kind: OutputKind = OutputKind.CSV,
    text_recipe: TextRecipe | None = None,
    format: FileFormat | None = None,
    scores: Path | None = None,
    on_progress: OnProgress = ignore_progress,
    should_stop: Callable[[], bool] = never_stop,
    kept_at_once: int = KEPT_AT_ONCE,
    now_s: Callable[[], float] = time.monotonic,
) -> FileResult:
    """Copy a file's rows with score, label, calibrated probability and error; memory is bounded.

    Other columns stay as they are, but that CSV guards formulas. Cells of CSV are separated as in
    the source, in the encoding of the source and with its byte-order mark; Parquet keeps the types
    of a Parquet source. Each different text is scored once: what the model says of it is kept in
    the store, from which a scoring that broke off or was cancelled is taken up by the same call;
    `drop_cache` takes it away.

    Args:
        scorer: What answers.
        source: A file of any format that can be imported.
        target: A file, which appears whole or not at all; or where rows go as they are scored.
        store: A file for predictions, see `core.scoring.prediction_cache.PredictionCache`.
        kind: How the rows are written.
        text_recipe: Which columns make a text; None takes the run's or the likeliest.
        format: How to read the file; None detects.
        scores: Where a Parquet file of SCORES_SCHEMA goes besides; None writes none.
        on_progress: Called after every few hundred texts.
        should_stop: Asked between any two batches of the model.
        kept_at_once: Texts whose predictions are kept together.
        now_s: The clock that the speed is measured by.

    Raises:
        NotFound: there is no such file.
        BadInput: the file, the column or the target cannot be used.
        DiskError: no room for the target, the store or a decompressed source.
        JobError: another process has the store open.
        Cancelled: `should_stop` said so; what a stream has got is not whole.
    """
    with _sink(target) as sink, tempfile.TemporaryDirectory(prefix="sincerely-") as scratch:
        found = open_source(
            source,
            scorer.run,
            Path(scratch),
            text_recipe=text_recipe,
            format=format,
            should_stop=should_stop,
        )
        kept = PredictionCache(store, _identity(scorer))
        with closing(kept), _scores_output(scores) as alone:
            rate = _ProgressRate(found.total, on_progress, now_s)
            pass_ = _Pass(scorer, kept, rate, should_stop, kept_at_once)
            written = written_like(source, found.opened.format, scorer.run.classes)
            layout = _Layout(scorer, found.opened, kind, written)
            return pass_.copy(found.rows(), sink, layout, alone)


def _sink(target: Path | IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return (
        whole_file(target, "the scored file") if isinstance(target, Path) else nullcontext(target)
    )


class _ProgressRate:
    """Tells progress; the speed is that since the model first had something to do."""

    def __init__(self, total: int, on_progress: OnProgress, now_s: Callable[[], float]) -> None:
        self._total = total
        self._now_s = now_s
        self._tell = on_progress
        self._began: tuple[float, float] | None = None

    def say(self, rows: float, *, reading: bool = False) -> None:
        """So many rows are done, and whether the model is at work on the next ones."""
        if reading and self._began is None:
            self._began = (rows, self._now_s())
        rate = 0.0
        if self._began is not None:
            first, moment = self._began
            rate = (rows - first) / max(self._now_s() - moment, 1e-6)
        self._tell(FileProgress(int(rows), self._total, rate))


class _Pass:
    """One way through a file."""

    def __init__(
        self,
        scorer: Scorer,
        store: PredictionCache,
        rate: _ProgressRate,
        should_stop: Callable[[], bool],
        kept_at_once: int,
    ) -> None:
        self._scorer = scorer
        self._store = store
        self._kept_before = len(store)
        self._rate = rate
        self._should_stop = should_stop
        self._kept_at_once = kept_at_once
        self._accumulator = ResultAccumulator(drift_accumulator(scorer))

    def copy(
        self,
        parts: Iterator[FileRows],
        sink: IO[bytes],
        layout: _Layout,
        alone: Output | None,
    ) -> FileResult:
        """Score every row and write it."""
        output: Output | None = None
        with ExitStack() as stack:
            for rows in parts:
                scored = self._score(rows)
                batch = layout.batch(rows, scored)
                if output is None:
                    output = stack.enter_context(layout.output(sink, batch.schema))
                output.write(batch)
                if alone is not None:
                    alone.write(pa.record_batch(scored.columns(rows), schema=SCORES_SCHEMA))
                if layout.typed(rows) is None:
                    self._accumulator.replaced += rows.replaced
        assert output is not None, "a table gives at least one batch, if only of no rows"
        return self._accumulator.result(
            texts=len(self._store),
            read=len(self._store) - self._kept_before,
            columns=layout.new_names,
            threshold=self._scorer.threshold,
            guarded=output.guarded,
        )

    def _score(self, rows: FileRows) -> _Scored:
        if self._should_stop():  # The model does not ask where there is little or nothing to read.
            raise Cancelled("scoring the file")
        texts = rows.texts.drop_null().to_pylist()
        before = self._accumulator.rows

        def on_read(done: int) -> None:
            self._rate.say(before + len(rows) * done / len(texts), reading=True)

        predictions = predict_once(
            self._scorer.read,
            self._store,
            texts,
            on_read,
            self._should_stop,
            kept_at_once=self._kept_at_once,
        )
        labels = self._scorer.labels(predictions)
        self._accumulator.add(rows, predictions, labels)
        self._rate.say(self._accumulator.rows)
        return _Scored(rows.texts.is_valid(), predictions, labels)


class _Scored:
    """Predictions and predicted labels of some rows, and which of the rows have them."""

    def __init__(self, scored: pa.Array, predictions: CachedPredictions, labels: list[str]) -> None:
        self._scored: NDArray[np.bool_] = scored.to_numpy(zero_copy_only=False)
        self._predictions = predictions
        self._labels = labels

    def score(self) -> pa.Array:
        return self._spread(self._predictions["score"])

    def calibrated(self) -> pa.Array:
        return self._spread(self._predictions["calibrated"])

    def label(self) -> pa.Array:
        places = np.zeros(len(self._scored), np.int64)
        places[self._scored] = np.arange(len(self._labels))
        return pa.array(self._labels or [""], pa.string()).take(
            pa.array(places, mask=~self._scored)
        )

    def columns(self, rows: FileRows) -> list[pa.Array]:
        """Those of SCORES_SCHEMA."""
        return [
            pa.array(rows.numbers),
            rows.texts,
            self.score(),
            self.calibrated(),
            self.label(),
            rows.errors,
        ]

    def _spread(self, values: NDArray[np.float32]) -> pa.Array:
        spread = np.zeros(len(self._scored), np.float32)
        spread[self._scored] = values
        return pa.array(spread, pa.float32(), mask=~self._scored)


class _Layout:
    """Where the file's own columns and the new ones stand in the output."""

    def __init__(
        self, scorer: Scorer, opened: OpenTable, kind: OutputKind, written: WrittenAs
    ) -> None:
        self._kind = kind
        self._written = written
        self._header = opened.table.header
        own = opened.format
        kept = own.kind is FileKind.CSV and own.delimiter != '"'
        self._delimiter = own.delimiter if kept else ","
        held = ["score", "label", "calibrated", "error"]
        self.new_names = dict(zip(held, free_names(self._header, held), strict=True))

    def batch(self, rows: FileRows, scored: _Scored) -> pa.RecordBatch:
        typed = self.typed(rows)
        own = rows.columns if typed is None else typed.columns
        made = {
            "score": scored.score(),
            "label": scored.label(),
            "calibrated": scored.calibrated(),
            "error": rows.errors,
        }
        return pa.RecordBatch.from_arrays(
            [*own, *(made[held] for held in self.new_names)], self._names()
        )

    def typed(self, rows: FileRows) -> pa.RecordBatch | None:
        """The rows as the file has them, where the output can take them so."""
        return rows.typed if self._kind is OutputKind.PARQUET else None

    def output(self, sink: IO[bytes], schema: pa.Schema) -> AbstractContextManager[Output]:
        return open_output(
            sink, self._kind, schema, delimiter=self._delimiter, written=self._written
        )

    def _names(self) -> list[str]:
        names = [*self._header, *self.new_names.values()]
        return distinct_names(names) if self._kind is OutputKind.PARQUET else names


@contextmanager
def _scores_output(path: Path | None) -> Iterator[Output | None]:
    """The file of scores alone, if one is wanted."""
    if path is None:
        yield None
        return
    with (
        whole_file(path, "the scores") as sink,
        open_output(sink, OutputKind.PARQUET, SCORES_SCHEMA) as output,
    ):
        yield output


def _identity(scorer: Scorer) -> dict[str, object]:
    """What predictions depend on beside the text; a later run may have a deleted one's id."""
    run = scorer.run
    return {
        "run": run.id,
        "created": run.created,
        "step": scorer.step,
        "temperature": scorer.temperature,
    }
