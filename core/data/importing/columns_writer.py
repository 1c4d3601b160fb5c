"""Write the further columns of a data set: cells as they come, values once their kind is known.

A column's kind follows from all of its cells, so they wait in a file until the last one is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.column import VALUE_TYPES, Column
from core.data.importing.column_choice import WantedColumn
from core.data.importing.column_hash import ColumnHash
from core.data.importing.kinds.survey import ColumnFinding, ColumnSurvey
from core.data.reading.bytestream import Progress
from core.data.row_groups import RowGroupWriter
from core.workspace import DatasetPaths


class ColumnsWriter:
    """Collects the cells of further columns and writes columns.parquet."""

    def __init__(
        self, folder: Path, wanted: Sequence[WantedColumn], *, rows: int, most_bytes: int
    ) -> None:
        """Begin with no rows.

        Args:
            folder: Of the data set.
            wanted: The columns.
            rows: Rows of a row group.
            most_bytes: A row group ends before it, where its rows take as many.
        """
        self._paths = DatasetPaths(folder)
        self._wanted = wanted
        self._groups = {"rows": rows, "most_bytes": most_bytes}
        self._surveys = [ColumnSurvey() for _ in wanted]
        self._hashes = [ColumnHash() for _ in wanted]
        self._rows = 0
        self._schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(wanted))])
        self._waiting = folder / "cells.arrow"
        self._sink = pa.OSFile(str(self._waiting), "wb")
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._file = pa.ipc.new_stream(self._sink, self._schema, options=options)

    def write(self, cells: Sequence[pa.Array], numbers: NDArray[np.int64]) -> None:
        """Add rows.

        Args:
            cells: Strings of each column; null where one is missing.
            numbers: The numbers of these rows in their file.
        """
        for survey, hashed, column in zip(self._surveys, self._hashes, cells, strict=True):
            survey.add(column, numbers)
            hashed.update(column)
        self._rows += len(numbers)
        self._file.write_batch(pa.RecordBatch.from_arrays(list(cells), schema=self._schema))

    def digest(self) -> bytes:
        """Hash of the names and all cells."""
        digest = hashlib.sha256()
        for wanted, hashed in zip(self._wanted, self._hashes, strict=True):
            digest.update(hashlib.sha256(wanted.name.encode("utf-8", "surrogatepass")).digest())
            digest.update(hashed.digest())
        return digest.digest()

    def finish(self, progress: Progress) -> tuple[Column, ...]:
        """Write the file; nothing can be added then.

        Args:
            progress: Called with rows written and all rows; raising from it cancels.
        """
        self.close()
        found = [
            survey.finding(wanted.name, wanted.kind)
            for survey, wanted in zip(self._surveys, self._wanted, strict=True)
        ]
        columns = [
            Column(
                wanted.name,
                of.kind,
                place,
                of.missing,
                of.different,
                wanted.sensitive,
                "" if wanted.sensitive else of.note,  # It may quote cells.
            )
            for place, (wanted, of) in enumerate(zip(self._wanted, found, strict=True))
        ]
        kept = [
            column for column in columns if self._wanted[column.place].named or column.different
        ]
        if kept:
            self._write_values(kept, found, progress)
        self._waiting.unlink()
        return tuple(kept)

    def _write_values(
        self, columns: Sequence[Column], found: Sequence[ColumnFinding], progress: Progress
    ) -> None:
        valued = [column for column in columns if column.kind.has_values]
        fields = [(column.values, VALUE_TYPES[column.kind]) for column in valued]
        schema = pa.schema([*((column.cells, pa.string()) for column in columns), *fields])
        file = RowGroupWriter(self._paths.columns, schema, **self._groups)
        done = 0
        try:
            for cells in self._batches():
                kept = [cells[column.place] for column in columns]
                values = [found[c.place].values(cells[c.place]) for c in valued]
                file.write(pa.Table.from_arrays([*kept, *values], schema=schema))
                done += len(cells[0])
                progress(done, self._rows)
            file.finish()
        finally:
            file.close()

    def _batches(self) -> Iterator[list[pa.Array]]:
        with pa.OSFile(str(self._waiting), "rb") as source, pa.ipc.open_stream(source) as stream:
            for batch in stream:
                yield batch.columns

    def close(self) -> None:
        """Close the file of cells as it is."""
        if not self._sink.closed:
            self._file.close()
            self._sink.close()
