"""Tables as files, batch by batch: CSV, Parquet, JSON lines, Excel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.output.csv_output import UTF_8, CsvOutput
from core.data.output.json_lines import JsonLinesOutput
from core.data.output.output_kind import OutputKind
from core.data.output.workbook import WorkbookOutput
from core.data.reading.charset import WrittenAs


class Output(Protocol):
    """Takes batches of rows; `guarded` counts cells that stand behind an apostrophe."""

    guarded: int

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows; all batches have one schema."""

    def close(self) -> None:
        """Write what is still waiting."""


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
    guards: bool = True,
) -> Iterator[Output]:
    """An output that is whole when the block ends without an error.

    Args:
        sink: Where it goes.
        kind: Of the file.
        schema: Of the rows; but for CSV each name stands there once.
        delimiter: CSV: stands between cells.
        written: CSV: the encoding, and the byte-order mark.
        guards: CSV: whether formulas are guarded; files of other kinds hold none.
    """
    output: Output
    if kind is OutputKind.CSV:
        output = CsvOutput(sink, schema, delimiter=delimiter, written=written, guards=guards)
    elif kind is OutputKind.PARQUET:
        output = ParquetOutput(sink, schema)
    elif kind is OutputKind.JSONL:
        output = JsonLinesOutput(sink, schema)
    else:
        output = WorkbookOutput(sink, schema)
    try:
        yield output
    except BaseException:
        with suppress(Exception):  # What broke first is what is told.
            output.close()
        raise
    output.close()
