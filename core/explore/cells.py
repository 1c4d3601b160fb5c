"""Cells of further columns beside rows of texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.column import Column
from core.data.dataset import ROW, Dataset, columns_file
from core.explore.query import NUMBERED, query_files
from core.workspace import Workspace


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
