"""Score a CSV file row by row: same rows, same order, two more columns."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
from numpy.typing import NDArray

from core.datasets.bytestream import Utf8Stream, open_utf8
from core.datasets.formats import FileFormat, FileKind, detect_format
from core.datasets.preview import Columns, Preview, check_columns, preview_file
from core.errors import BadInput, Cancelled, disk_errors, never_stop

if TYPE_CHECKING:  # The dashboard reads results through this module, without TensorFlow.
    from core.scoring.scorer import Scorer

CHUNK_ROWS = 1024
HISTOGRAM_BINS = 50


@dataclass(frozen=True)
class TableProgress:
    """How far a scoring is; speed is over all rows so far."""

    rows: int
    total: int
    rows_per_s: float


@dataclass(frozen=True)
class TableResult:
    """What a scoring gave.

    `histogram` counts scores in HISTOGRAM_BINS equal bins from 0 to 1. `unscored` are rows whose
    text is empty or missing, `too_long` rows with more cells than the header has, so that it is
    not known which one is the text; both keep their place, without a score.
    """

    rows: int
    unscored: int
    too_long: int
    label_counts: dict[str, int]
    histogram: list[int]
    score_column: str
    label_column: str
    seconds: float

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def ignore_table_progress(progress: TableProgress) -> None:
    """The default listener: says nothing."""


def score_file(
    scorer: Scorer,
    source: Path,
    target: Path,
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    on_progress: Callable[[TableProgress], None] = ignore_table_progress,
    should_stop: Callable[[], bool] = never_stop,
) -> TableResult:
    """`score_table` into a file that appears whole or not at all.

    Raises:
        SincerelyError: as `score_table`, and DiskError when the disk is full.
    """
    check_target(target)
    with disk_errors("the scored file"):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as sink:
                result = score_table(
                    scorer,
                    source,
                    sink,
                    text_column=text_column,
                    encoding=encoding,
                    on_progress=on_progress,
                    should_stop=should_stop,
                )
            os.replace(name, target)
        finally:
            Path(name).unlink(missing_ok=True)
    return result


def check_target(target: Path) -> None:
    """Make sure that a file can be written there, before anything slow begins.

    Raises:
        BadInput: its folder does not exist or is closed to this user, or it is a folder.
    """
    folder = target.absolute().parent
    found = None
    if target.is_dir():
        found = "a folder of that name"
    elif not folder.is_dir():
        found = "no such folder"
    elif not os.access(folder, os.W_OK):
        found = "a folder this user may not write"
    if found is not None:
        raise BadInput(f"a file to write at {str(target)!r}", found, "choose another place")


def score_table(
    scorer: Scorer,
    source: Path,
    sink: TextIO,
    *,
    text_column: str | None = None,
    encoding: str | None = None,
    on_progress: Callable[[TableProgress], None] = ignore_table_progress,
    should_stop: Callable[[], bool] = never_stop,
) -> TableResult:
    """Copy a CSV file with `score` and `label` added; memory stays bounded.

    Cells are separated as in the file. If it has a column of such a name already, the new one
    is called `predicted_…`.

    Args:
        scorer: What answers.
        source: A CSV file, perhaps packed.
        sink: Where rows go, as they are scored.
        text_column: Column with the text; None takes the likeliest.
        encoding: One of `bytestream.ENCODINGS`; None detects.
        on_progress: Called after every chunk.
        should_stop: Asked before every chunk.

    Raises:
        NotFound: there is no such file.
        BadInput: the file or the column cannot be used.
        Cancelled: `should_stop` said so; what is in the sink is not whole.
    """
    preview = preview_csv_file(source, encoding=encoding)
    text_column = text_column or preview.guess.text
    check_columns(Columns(text=text_column), preview)
    total = _count(source, preview, should_stop)
    tally = _Tally(total, len(preview.header), preview.header.index(text_column))
    score_column, label_column = (_free(name, preview.header) for name in ("score", "label"))
    rows = _rows(source, preview)
    writer = csv.writer(sink, delimiter=preview.format.delimiter, lineterminator="\n")
    writer.writerow([*next(rows), score_column, label_column])
    for chunk in _chunks(rows):
        if should_stop():
            raise Cancelled(f"scoring {source.name}")
        writer.writerows(tally.score(scorer, chunk))
        on_progress(tally.progress())
    return tally.result(score_column, label_column)


def preview_csv_file(path: Path, *, encoding: str | None = None) -> Preview:
    """The head of a CSV file, which is all that can be scored.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is of another kind, empty, damaged or in another encoding.
    """
    found = detect_format(path)
    if found.kind is not FileKind.CSV:
        raise BadInput(
            "a CSV file", f"a file of kind {found.kind.label}", "save the table as CSV in UTF-8"
        )
    return preview_file(path, replace(found, encoding=encoding or found.encoding))


class _Tally:
    """Scores chunks of rows and counts what comes out."""

    def __init__(self, total: int, width: int, position: int) -> None:
        self._total = total
        self._width = width
        self._position = position
        self._rows = 0
        self._unscored = 0
        self._too_long = 0
        self._labels: Counter[str] = Counter()
        self._histogram = np.zeros(HISTOGRAM_BINS, np.int64)
        self._start = time.monotonic()

    def score(self, scorer: Scorer, chunk: list[list[str]]) -> list[list[str]]:
        texts = [self._text(row) for row in chunk]
        present = [number for number, text in enumerate(texts) if text.strip()]
        scores = scorer.score([texts[number] for number in present])
        cells = [("", "")] * len(chunk)
        for number, value, label in zip(present, scores.values, scores.labels, strict=True):
            cells[number] = (f"{value:.6f}", label)
        self._count(len(chunk), scores.values, scores.labels)
        return [self._widen(row, cell) for row, cell in zip(chunk, cells, strict=True)]

    def progress(self) -> TableProgress:
        seconds = max(time.monotonic() - self._start, 1e-6)
        return TableProgress(self._rows, self._total, self._rows / seconds)

    def result(self, score_column: str, label_column: str) -> TableResult:
        return TableResult(
            rows=self._rows,
            unscored=self._unscored - self._too_long,
            too_long=self._too_long,
            label_counts=dict(self._labels),
            histogram=self._histogram.tolist(),
            score_column=score_column,
            label_column=label_column,
            seconds=round(time.monotonic() - self._start, 3),
        )

    def _count(self, rows: int, values: NDArray[np.float32], labels: list[str]) -> None:
        self._rows += rows
        self._unscored += rows - len(values)
        self._labels.update(labels)
        self._histogram += np.histogram(values, bins=HISTOGRAM_BINS, range=(0, 1))[0]

    def _text(self, row: list[str]) -> str:
        if len(row) > self._width:
            self._too_long += 1
            return ""
        return row[self._position] if self._position < len(row) else ""

    def _widen(self, row: list[str], cells: tuple[str, str]) -> list[str]:
        """The row with the new cells under their headers, however many cells it had."""
        padding = [""] * (self._width - len(row))
        return [*row[: self._width], *padding, *cells, *row[self._width :]]


def _rows(source: Path, preview: Preview) -> Iterator[list[str]]:
    """The file's rows, header first, without blank lines."""
    if not preview.format.has_header:
        yield list(preview.header)
    with _open(source, preview.format) as stream:
        text = _Lines(io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8", newline=""))
        last: list[str] = []
        quote = preview.format.quote
        try:
            for row in csv.reader(
                text,
                delimiter=preview.format.delimiter,
                quotechar=quote or None,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            ):
                if row:
                    yield row
                    last = row
        except csv.Error as error:
            raise BadInput(
                "rows of comma-separated values",
                f"a row that cannot be read ({error})",
                "save the table again as CSV in UTF-8",
            ) from error
        # Only a quoted cell holds line breaks, and the file's last one must close at its end.
        if quote and last and "\n" in last[-1] and text.last_character != quote:
            raise BadInput(
                "a quotation mark that closes each one that opens",
                f"a last row that begins {last[0][:40]!r} and never ends",
                "mend that row in the file",
            )


def _open(source: Path, format: FileFormat) -> Utf8Stream:
    return open_utf8(
        source, encoding=format.encoding or "utf-8", packing=format.packing, strict=True
    )


class _Lines:
    """Lines of text; `last_character` is the last one so far that is not white space."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.last_character = ""
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.last_character = line.rstrip()[-1:] or self.last_character
        return line


def _count(source: Path, preview: Preview, should_stop: Callable[[], bool]) -> int:
    """Rows without the header; reading the file once before also finds its faults early."""
    rows = 0
    for rows, _ in enumerate(_rows(source, preview)):
        if rows % CHUNK_ROWS == 0 and should_stop():
            raise Cancelled(f"scoring {source.name}")
    return rows


def _chunks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    chunk: list[list[str]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _free(name: str, header: tuple[str, ...]) -> str:
    while name in header:
        name = f"predicted_{name}"
    return name
