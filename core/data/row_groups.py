"""Walk the row groups of a data set's texts: memory holds one of them at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Rows = NDArray[np.int64]


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
