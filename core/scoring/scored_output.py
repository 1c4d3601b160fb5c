"""Scored rows as a file: CSV as spreadsheets take it, or Parquet."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import IO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.output.formulas import guarded, risky_cells
from core.data.reading.charset import WrittenAs, written_as
from core.data.reading.formats import FileFormat
from core.errors import BadInput

_SUFFIXES = {
    "": "csv",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
# csv.writer quotes cells for the characters of its own line end, and readers break lines at both.
_LINE_END = "\r\n"
UTF_8 = WrittenAs()


class OutputKind(str, Enum):
    """How scored rows are written."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def label(self) -> str:
        """Its name for people."""
        return {"csv": "CSV", "parquet": "Parquet"}[self.value]

    @property
    def suffix(self) -> str:
        """How names of such files end."""
        return f".{self.value}"


def kind_of(path: Path) -> OutputKind:
    """What a file's name asks for: Parquet or CSV by its ending, CSV without one.

    Raises:
        BadInput: it ends as files of another kind do.
    """
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise BadInput(
            "a file to write that ends in .csv, .tsv, .txt, .parquet or .pq, or has no ending",
            repr(path.name),
            "choose another name",
        )
    return OutputKind(found)


class Output(Protocol):
    """Takes batches of rows; `guarded` counts cells that stand behind an apostrophe."""

    guarded: int

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows; all batches have one schema."""

    def close(self) -> None:
        """Write what is still waiting."""


class CsvOutput:
    """CSV, its header first; formulas are guarded, see `core.data.output.formulas`."""

    def __init__(
        self, sink: IO[bytes], schema: pa.Schema, delimiter: str, written: WrittenAs
    ) -> None:
        self.guarded = 0
        self._sink = sink
        sink.write(written.mark)
        self._writer = csv.writer(
            _Lines(sink, written.codec), delimiter=delimiter, lineterminator=_LINE_END
        )
        self._writer.writerow(guarded(pa.array(schema.names, pa.string())).to_pylist())

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows, formulas guarded."""
        columns = [self._cells(column) for column in batch.columns]
        self._writer.writerows(zip(*columns, strict=True))
        self._sink.flush()

    def close(self) -> None:
        """Hand the sink all that was added."""
        self._sink.flush()

    def _cells(self, column: pa.Array) -> list[str | None]:
        if pa.types.is_float32(column.type):
            return ["" if value is None else f"{value:.6f}" for value in column.to_pylist()]
        risky = pc.sum(risky_cells(column)).as_py()
        self.guarded += risky or 0
        cells: list[str | None] = (guarded(column) if risky else column).to_pylist()
        return cells


class _Lines:
    """Takes rows that end with _LINE_END and writes them with a line feed instead."""

    def __init__(self, sink: IO[bytes], codec: str) -> None:
        self._sink = sink
        self._encoder = codecs.getincrementalencoder(codec)("replace")

    def write(self, row: str) -> int:
        return self._sink.write(self._encoder.encode(f"{row.removesuffix(_LINE_END)}\n"))


class ParquetOutput:
    """A Parquet file, compressed with Zstandard."""

    def __init__(self, sink: IO[bytes], schema: pa.Schema) -> None:
        self.guarded = 0
        self._writer = pq.ParquetWriter(sink, schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a row group."""
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write the footer, without which the file cannot be read."""
        self._writer.close()


@contextmanager
def open_output(
    sink: IO[bytes],
    kind: OutputKind,
    schema: pa.Schema,
    *,
    delimiter: str = ",",
    written: WrittenAs = UTF_8,
) -> Iterator[Output]:
    """An output that is whole when the block ends without an error."""
    output: Output = (
        CsvOutput(sink, schema, delimiter, written)
        if kind is OutputKind.CSV
        else ParquetOutput(sink, schema)
    )
    try:
        yield output
    except BaseException:
        with suppress(Exception):  # What broke first is what is told.
            output.close()
        raise
    output.close()


def written_like(source: Path, format: FileFormat, classes: Sequence[str]) -> WrittenAs:
    """As a file is written, if it is text; in UTF-8 where its encoding lacks letters of a class.

    Args:
        source: The file.
        format: How it is read.
        classes: What is to be written besides.
    """
    if not format.kind.is_text or format.encoding is None:
        return UTF_8
    written = written_as(source, format.encoding, format.compression)
    try:
        "".join(classes).encode(written.codec)
    except UnicodeEncodeError:
        return WrittenAs(mark=codecs.BOM_UTF8)
    return written


def free_names(header: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Names for new columns: as wanted, or `predicted_…` where a column has that name."""

    def free(name: str) -> str:
        return free(f"predicted_{name}") if name in header else name

    return [free(name) for name in wanted]


def distinct_names(names: Sequence[str]) -> list[str]:
    """The same names, each once, none empty: Parquet's readers go by them."""
    made: list[str] = []
    for place, name in enumerate(names, 1):
        base = name or f"column {place}"
        free, number = base, 2
        while free in made or (free != name and free in names):
            free, number = f"{base} ({number})", number + 1
        made.append(free)
    return made
