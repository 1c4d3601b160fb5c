"""Write and walk the row groups of a data set's files: memory holds one of them at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Rows = NDArray[np.int64]
GROUP_ROWS = 65_536
GROUP_BYTES = 64 << 20
"""A row group is written when its rows or bytes are as many."""


class RowGroupWriter:
    """Writes tables to a Parquet file in even row groups; long rows make them shorter."""

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        rows: int = GROUP_ROWS,
        most_bytes: int = GROUP_BYTES,
        **options: Any,
    ) -> None:
        """Begin a file.

        Args:
            path: The file.
            schema: Of the tables.
            rows: Rows of a row group.
            most_bytes: A row group ends before it, where its rows take as many.
            **options: Of `pyarrow.parquet.ParquetWriter`.
        """
        self._rows, self._bytes = rows, most_bytes
        self._waiting: list[pa.Table] = []
        self._file = pq.ParquetWriter(path, schema, compression="zstd", **options)

    def write(self, table: pa.Table) -> None:
        """Add rows, and write as many whole row groups as there are."""
        self._waiting.append(table)
        while (
            sum(map(len, self._waiting)) >= self._rows
            or sum(table.nbytes for table in self._waiting) >= self._bytes
        ):
            table, rows = pa.concat_tables(self._waiting), self._rows
            self._file.write_table(table[:rows], row_group_size=rows)
            self._waiting = [table[rows:]] if len(table) > rows else []

    def finish(self) -> None:
        """Write what is still waiting; nothing can be added then."""
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=self._rows)
            self._waiting = []
        self.close()

    def close(self) -> None:
        """Close the file as it is, whole or not; `finish` writes what is waiting first."""
        self._file.close()


def row_groups(texts: Path, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
    """The number of each row group's first row, and these columns of it."""
    start = 0
    with pq.ParquetFile(texts) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=list(columns))
            yield start, table
            start += table.num_rows


def taken_rows(
    texts: Path, rows: Rows, columns: Sequence[str] | None = None
) -> Iterator[tuple[Rows, pa.Table]]:
    """Rows with these ascending numbers, those of one row group at a time; others are not read.

    Args:
        texts: The Parquet file.
        rows: Row numbers, counted from the file's first row.
        columns: The columns to read; None reads all.
    """
    end = 0
    with pq.ParquetFile(texts) as file:
        for group in range(file.num_row_groups):
            start, end = end, end + file.metadata.row_group(group).num_rows
            here = rows[slice(*np.searchsorted(rows, [start, end]))]
            if len(here):
                table = file.read_row_group(group, columns=columns and list(columns))
                yield here, table.take(pa.array(here - start))
