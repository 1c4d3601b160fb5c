"""Cells of further columns: beside rows of texts, or whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.column import Column
from core.data.dataset import ROW, Dataset, columns_file
from core.explore.query import NUMBERED, query_files
from core.workspace import Workspace

_BATCH_ROWS = 65_536


def with_cells(
    workspace: Workspace,
    dataset: Dataset,
    table: pa.Table,
    rows: NDArray[np.int64],
    columns: Sequence[Column],
) -> pa.Table:
    """The table of these rows with their cells of further columns, under `Column.cells`.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    if not columns:
        return table
    with columns_file(workspace, dataset) as path:
        found = query_files(
            f"""SELECT {", ".join(column.cells for column in columns)}
                FROM {NUMBERED} JOIN wanted ON file_row_number = wanted.{ROW} ORDER BY place""",
            None,
            wanted=pa.table({ROW: rows, "place": np.arange(len(rows))}),
            numbered=path,
        )
    for column in columns:
        table = table.append_column(column.cells, found[column.cells])
    return table


def column_categories(
    workspace: Workspace, dataset: Dataset, column: Column
) -> tuple[list[str], NDArray[np.int32]]:
    """The different cells, and of each row the place of its own, -1 where there is none.

    For columns of few different cells: these are what takes memory.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    name = column.cells
    with (
        columns_file(workspace, dataset) as path,
        pq.ParquetFile(path, read_dictionary=[name]) as file,
    ):
        found = file.read(columns=[name], use_threads=False)[name].unify_dictionaries()
    places = [pc.fill_null(piece.indices, -1).to_numpy() for piece in found.chunks]
    values: list[str] = found.chunk(0).dictionary.to_pylist() if found.num_chunks else []
    return values, np.concatenate([np.zeros(0, np.int32), *places])


def column_batches(workspace: Workspace, dataset: Dataset, column: Column) -> Iterator[pa.Array]:
    """The cells as written, in pieces: texts as a whole would take too much memory.

    Raises:
        DamagedFile: the file of the columns is missing or damaged.
    """
    with columns_file(workspace, dataset) as path, pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=[column.cells], use_threads=False):
            yield batch.column(0)
