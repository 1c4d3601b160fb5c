"""All rows that a filter finds, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pyarrow import csv

from core.data.column import Column, distinct_names
from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset
from core.data.filters.row_filter import RowFilter
from core.data.labelled import LABELLED_BY, RowLabels
from core.explore.cells import with_cells
from core.explore.search import labelled_table, matching_rows, read_rows
from core.workspace import Workspace

_EXPORT_ROWS = 50_000


def export_rows(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    sink: BinaryIO,
    *,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
    columns: Sequence[Column] = (),
) -> int:
    """Write all rows that meet a filter as CSV in UTF-8: row, id, text, label, with a header.

    Where labels are given, a column labelled_by follows: file, people or empty; then the given
    further columns as they were written, under their names. One that is called like a column
    before it gets a number.

    Memory stays bounded: rows go out a few tens of thousands at a time. A row without a label
    has an empty field.

    Returns:
        How many rows were written.

    Raises:
        SincerelyError: as `find_rows`.
    """
    rows = matching_rows(
        workspace, dataset, row_filter, scores=scores, tokens=tokens, labels=labels
    )
    own = (ROW, ID, TEXT, LABEL)
    said = [*own, *([LABELLED_BY] if labels is not None else [])]
    names = distinct_names([*said, *(column.name for column in columns)])
    schema = pa.schema([(names[0], pa.int64()), *((name, pa.string()) for name in names[1:])])
    with csv.CSVWriter(sink, schema) as writer:
        for first in range(0, len(rows), _EXPORT_ROWS):
            chunk = rows[first : first + _EXPORT_ROWS]
            table = labelled_table(read_rows(workspace, dataset, chunk, own), chunk, labels)
            table = with_cells(workspace, dataset, table, chunk, columns)
            writer.write(table.rename_columns(names).cast(schema))
    return len(rows)
