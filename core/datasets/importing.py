"""Import a CSV file: look inside, choose the columns, write the data set."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from core.datasets.bytestream import Progress, Utf8Stream, ignore_progress, open_utf8
from core.datasets.dataset import Dataset
from core.datasets.sample import SAMPLE_NAME, sample_batches
from core.datasets.writer import dataset_writer, publish
from core.errors import BadInput
from core.workspace import Workspace

SAMPLE_ROWS = 20_000
_PREVIEW_ROWS = 200
_PREVIEW_CHARS = 1 << 18
_BLOCK_BYTES = 4 << 20  # A longer row is refused.
_LONG_TEXT_CHARS = 20_000
# Not "none": it is a class of its own in several data sets of hateful texts.
_MISSING_LABELS = ["", "nan", "NaN", "NAN", "null", "NULL", "None", "NA", "N/A", "n/a", "<NA>", "?"]
_DELIMITERS = ",;\t|"
_TEXT_NAMES = ("question_text", "text", "comment_text", "comment", "tweet", "message", "sentence")
_LABEL_NAMES = ("target", "label", "labels", "class", "category", "toxic", "sentiment", "y")
_ID_NAMES = ("qid", "id", "uid", "row_id")
csv.field_size_limit(sys.maxsize)


@dataclass(frozen=True)
class Columns:
    """Which column holds what; `label` and `id` may be None."""

    text: str
    label: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class CsvPreview:
    """The head of a CSV file and a guess at its columns."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    guess: Columns


@dataclass(frozen=True)
class ImportResult:
    """What an import gave. `is_new` is False if the same content was there already."""

    dataset: Dataset
    is_new: bool


def preview_csv(path: Path, *, encoding: str | None = None) -> CsvPreview:
    """Read the header and the first rows of a CSV file, and guess its columns.

    Raises:
        NotFound: there is no such file.
        BadInput: the file is empty, binary, wrongly encoded or has no column names.
    """
    with open_utf8(path, encoding=encoding) as stream:
        names, rows, delimiter = _read_head(stream)
    header = tuple(name.strip() for name in names)
    if not any(header):
        raise BadInput(
            "a first line with column names", "an empty line", "add a header such as text,label"
        )
    return CsvPreview(header, rows, delimiter, _guess_columns(header, rows))


def import_csv(
    workspace: Workspace,
    path: Path,
    columns: Columns | None = None,
    *,
    name: str | None = None,
    encoding: str | None = None,
    source: str | None = None,
    progress: Progress = ignore_progress,
) -> ImportResult:
    """Write a CSV file's texts and labels as a data set; memory stays bounded.

    Rows without text and rows with the wrong number of fields are left out; missing labels
    mean unlabelled. What was changed or left out stands in the data set's notes.

    Args:
        workspace: Where the data set goes.
        path: A .csv file, or a .zip with one in it.
        columns: Which column holds what; None takes the guess of `preview_csv`.
        name: Name of the data set; None takes the file's name.
        encoding: One of `bytestream.ENCODINGS`; None detects.
        source: Where the file came from, as said to people; None takes its name.
        progress: Called with bytes done and in all; raising from it cancels cleanly.

    Raises:
        NotFound: there is no such file.
        BadInput: the file or a column cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    preview = preview_csv(path, encoding=encoding)
    columns = columns or preview.guess
    check_columns(columns, preview)
    if not preview.rows:
        raise BadInput(
            "a header line and rows below it", "a header line only", "choose another file"
        )
    report = _Report()
    with (
        dataset_writer(workspace) as (writer, folder),
        open_utf8(path, encoding=encoding) as stream,
    ):
        for batch in _batches(stream, columns, preview, report):
            writer.write(*report.clean(batch, first_row=report.rows_read))
            # Told from here: the file is read in a thread of Arrow's, where no page can be drawn.
            progress(min(stream.bytes_done, stream.size), stream.size)
        report.nul_count = stream.nul_count
        dataset, is_new = publish(
            workspace,
            writer,
            folder,
            name=(name or "").strip() or path.name.split(".")[0] or path.name,
            source=source or path.name,
            notes=report.notes(),
        )
    return ImportResult(dataset, is_new)


def import_sample(workspace: Workspace, *, rows: int = SAMPLE_ROWS, seed: int = 0) -> Dataset:
    """Write the synthetic sample as a data set; the same size and seed give the same one.

    Raises:
        BadInput: `rows` is less than 1.
        DiskError: the disk is full or closed to this user.
    """
    with dataset_writer(workspace) as (writer, folder):
        for batch in sample_batches(max(rows, 0), seed=seed):
            writer.write(batch.column("id"), batch.column("text"), batch.column("label"))
        dataset, _ = publish(
            workspace,
            writer,
            folder,
            name=SAMPLE_NAME,
            source=f"made by Sincerely, {rows:,} questions, seed {seed}",
            synthetic=True,
        )
    return dataset


def check_columns(columns: Columns, preview: CsvPreview) -> None:
    """Make sure that the chosen columns are in the file, once each.

    Raises:
        BadInput: one is missing or repeated, or is chosen as text and as label.
    """
    for column in (columns.text, columns.label, columns.id):
        if column is not None and column not in preview.header:
            raise BadInput(
                "one of the file's columns (" + ", ".join(preview.header[:12]) + ")",
                repr(column),
                "choose one of these",
            )
        if column is not None and preview.header.count(column) > 1:
            raise BadInput(
                "a column name that occurs once",
                f"{preview.header.count(column)} columns called {column!r}",
                "rename them in the file",
            )
    if columns.label == columns.text:
        raise BadInput(
            "a label column besides the text column",
            f"{columns.text!r} for both",
            "choose another column for one of them",
        )


class _Report:
    """Counts what the import leaves out or changes, and puts it into sentences."""

    def __init__(self) -> None:
        self.rows_read = 0
        self.nul_count = 0
        self._counts: Counter[str] = Counter()
        self._first_bad_row: int | None = None

    def skip_row(self, row: arrow_csv.InvalidRow) -> str:
        if "\n" in row.text and row.text.count('"') % 2:
            return "error"  # An open quotation mark has swallowed the rows that follow.
        self._counts["fields"] += 1
        self._first_bad_row = self._first_bad_row or row.number
        return "skip"

    def clean(
        self, batch: pa.RecordBatch, *, first_row: int
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Ids, texts and labels of the rows that have a text."""
        self.rows_read += len(batch)
        texts = batch.column("text")
        keep = pc.not_equal(pc.utf8_trim_whitespace(texts), "")
        self._counts["empty"] += len(batch) - pc.sum(keep).as_py()
        labels = self._labels(batch)
        ids = _ids(batch, first_row)
        kept_texts = texts.filter(keep)
        long_texts = pc.sum(pc.greater(pc.utf8_length(kept_texts), _LONG_TEXT_CHARS)).as_py()
        self._counts["long"] += long_texts or 0
        kept_labels = labels.filter(keep)
        if "label" in batch.schema.names:
            self._counts["unlabelled"] += kept_labels.null_count
        return ids.filter(keep), kept_texts, kept_labels

    @staticmethod
    def _labels(batch: pa.RecordBatch) -> pa.Array:
        if "label" not in batch.schema.names:
            return pa.nulls(len(batch), pa.string())
        labels = pc.utf8_trim_whitespace(batch.column("label"))
        missing = pc.is_in(labels, pa.array(_MISSING_LABELS))
        return pc.if_else(missing, pa.scalar(None, pa.string()), labels)

    def notes(self) -> list[str]:
        counts = self._counts
        said = [
            (counts["fields"], "{n} with the wrong number of fields left out"
             + f" (the first is row {self._first_bad_row})"),
            (counts["empty"], "{n} without text left out"),
            (counts["unlabelled"], "{n} without a label kept as unlabelled"),
            (counts["long"], f"{{n}} longer than {_LONG_TEXT_CHARS:,} characters kept whole"
             "; a model reads only their beginning"),
        ]  # fmt: skip
        notes = [text.format(n=_rows(count)) for count, text in said if count]
        if self.nul_count:
            notes.append(f"{self.nul_count:,} NUL characters replaced by spaces")
        return notes


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _ids(batch: pa.RecordBatch, first_row: int) -> pa.Array:
    if "id" in batch.schema.names:
        return batch.column("id")
    return pa.array([str(row) for row in range(first_row, first_row + len(batch))], pa.string())


def _batches(
    stream: Utf8Stream, columns: Columns, preview: CsvPreview, report: _Report
) -> Iterator[pa.RecordBatch]:
    """Batches with the chosen columns under the names text, label and id."""
    chosen = {
        role: column
        for role, column in (("text", columns.text), ("label", columns.label), ("id", columns.id))
        if column is not None
    }
    numbered = [f"{position}" for position in range(len(preview.header))]
    wanted = {role: str(preview.header.index(column)) for role, column in chosen.items()}
    last = ""
    with _csv_errors():
        reader = arrow_csv.open_csv(
            io.BufferedReader(stream),  # Arrow takes what one read gives as a whole block.
            # One thread keeps row numbers true; positions as names allow repeated headers.
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                block_size=_BLOCK_BYTES,
                column_names=numbered,
                skip_rows_after_names=1,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=preview.delimiter,
                newlines_in_values=True,
                invalid_row_handler=report.skip_row,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={position: pa.string() for position in numbered},
                include_columns=sorted({*wanted.values(), numbered[-1]}),
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            last = batch.column(numbered[-1])[-1].as_py() if len(batch) else last
            yield pa.RecordBatch.from_arrays(
                [batch.column(position) for position in wanted.values()], names=list(wanted)
            )
    # Only a quoted cell holds line breaks, and the file's last one must close at its very end.
    if "\n" in last and stream.last_character != '"':
        raise _unclosed_quote(f"a last row that begins {last[:40]!r} and never ends")


@contextmanager
def _csv_errors() -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        said = str(error).splitlines()[0]
        if "straddling" in said:
            said = f"longer than {_BLOCK_BYTES >> 20} MB"
        raise _unclosed_quote(f"a row that cannot be read ({said[:120]})") from error


def _unclosed_quote(found: str) -> BadInput:
    return BadInput(
        "rows of comma-separated values",
        found,
        "look for a quotation mark that is opened and never closed",
    )


def _read_head(stream: Utf8Stream) -> tuple[list[str], tuple[tuple[str, ...], ...], str]:
    """The header, the first rows, and the delimiter that gives the header the most columns."""
    text = io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8", newline="")
    start = text.read(_PREVIEW_CHARS)
    try:
        headers = {delimiter: next(_csv_rows(start, delimiter), []) for delimiter in _DELIMITERS}
        delimiter = max(_DELIMITERS, key=lambda candidate: len(headers[candidate]))
        rows = [tuple(row) for row in islice(_csv_rows(start, delimiter), 1, None) if row]
    except csv.Error as error:
        raise BadInput(
            "rows of comma-separated values", f"a row that cannot be read ({error})",
            "save the table again as CSV in UTF-8",
        ) from error  # fmt: skip
    if len(start) == _PREVIEW_CHARS and len(rows) > 1:
        rows.pop()  # It may be cut off.
    return headers[delimiter], tuple(rows[:_PREVIEW_ROWS]), delimiter


def _csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _guess_columns(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Columns:
    lowered = [name.lower() for name in header]

    def named(names: tuple[str, ...]) -> str | None:
        return next((header[lowered.index(name)] for name in names if name in lowered), None)

    def mean_length(position: int) -> float:
        cells = [row[position] for row in rows if position < len(row)]
        return sum(map(len, cells)) / max(len(cells), 1)

    longest = max(range(len(header)), key=mean_length)
    text = named(_TEXT_NAMES) or header[longest]
    label, identifier = named(_LABEL_NAMES), named(_ID_NAMES)
    return Columns(
        text=text,
        label=label if label != text else None,
        id=identifier if identifier not in (text, label) else None,
    )
