"""Rows as CSV, as spreadsheets take it."""

from __future__ import annotations

import codecs
import re
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from core.data.output.formulas import guarded, risky_cells
from core.data.output.joined_cells import content, joined
from core.data.reading.charset import WrittenAs

UTF_8 = WrittenAs()


class CsvOutput:
    """CSV, its header first; formulas are guarded, see `core.data.output.formulas`."""

    def __init__(
        self,
        sink: IO[bytes],
        schema: pa.Schema,
        *,
        delimiter: str = ",",
        written: WrittenAs = UTF_8,
        guards: bool = True,
    ) -> None:
        """Begin a file.

        Args:
            sink: Where it goes.
            schema: Of the rows; columns that are no strings are written as Arrow writes them,
                short floats with six decimals.
            delimiter: Stands between cells.
            written: The encoding, and the byte-order mark.
            guards: Whether formulas are guarded.
        """
        self.guarded = 0
        self._guards = guards
        self._sink = sink
        self._delimiter = delimiter
        self._special = f'[\r\n"{re.escape(delimiter)}]'
        is_utf_8 = codecs.lookup(written.codec).name == "utf-8"
        self._encoder = None if is_utf_8 else codecs.getincrementalencoder(written.codec)("replace")
        sink.write(written.mark)
        names = [pa.array([name], pa.string()) for name in schema.names]
        self._write([guarded(name) if guards else name for name in names])

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._write([self._cells(column) for column in batch.columns])
        self._sink.flush()

    def close(self) -> None:
        """Hand the sink all that was added."""
        self._sink.flush()

    def _cells(self, column: pa.Array) -> pa.Array:
        """Cells as strings, formulas guarded."""
        if pa.types.is_float32(column.type):
            written = [None if value is None else f"{value:.6f}" for value in column.to_pylist()]
            return pa.array(written, pa.string())
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        risky = (pc.sum(risky_cells(column)).as_py() or 0) if self._guards else 0
        self.guarded += risky
        return guarded(column) if risky else column

    def _write(self, columns: list[pa.Array]) -> None:
        pieces: list[pa.Array | str] = []
        for column in columns:
            pieces += [self._delimiter, self._quoted(column)]
        if len(columns) == 1:  # A line of nothing would be no row.
            pieces[1] = pc.if_else(pc.equal(pieces[1], ""), '""', pieces[1])
        lines = joined([*pieces[1:], "\n"])
        if self._encoder is None:
            self._sink.write(content(lines))
        else:
            self._sink.write(self._encoder.encode("".join(lines.to_pylist())))

    def _quoted(self, column: pa.Array) -> pa.Array:
        """Cells between quotation marks where they need these; empty where one is missing."""
        column = pc.fill_null(column, "")
        special = pc.match_substring_regex(column, self._special)
        if not pc.any(special).as_py():
            return column
        doubled = joined(['"', pc.replace_substring(column, '"', '""'), '"'])
        return pc.if_else(special, doubled, column)
