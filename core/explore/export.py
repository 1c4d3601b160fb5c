"""Rows of a data set as a file: CSV, Parquet, JSON lines or Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.column import VALUE_TYPES, Column, distinct_names
from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset, columns_file, texts_file
from core.data.filters.row_filter import RowFilter
from core.data.labelled import LABELLED_BY, RowLabels
from core.data.output.output_kind import OutputKind
from core.data.output.table_output import open_output
from core.data.output.workbook import check_sheet
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.row_groups import GROUP_BYTES, GROUP_ROWS, taken_rows
from core.errors import BadInput
from core.explore.beside import BesideColumn
from core.explore.search import labelled_table, matching_rows
from core.workspace import Workspace


@dataclass(frozen=True, eq=False)
class ExportParts:
    """What is written of each row, and how.

    Attributes:
        kind: Of the file.
        delimiter: CSV: stands between cells.
        guards: CSV: whether cells that a spreadsheet would take for formulas are guarded.
        numbered: Whether the row's number comes first, and id, text and label are called so;
            else they have the names that they have in the data set's file.
        labels: Those that the rows have now, written with whose they are; None takes the file's.
        columns: Further columns.
        typed: Whether numbers, times and yes/no of these are written as such, not as written.
        beside: What comes behind them.
    """

    kind: OutputKind = OutputKind.CSV
    delimiter: str = ","
    guards: bool = True
    numbered: bool = False
    labels: RowLabels | None = None
    columns: Sequence[Column] = ()
    typed: bool = False
    beside: Sequence[BesideColumn] = ()

    def __post_init__(self) -> None:
        if self.typed and not self.kind.has_types:
            raise BadInput(
                "a kind of file that has types", self.kind.label, "choose Parquet, JSONL or Excel"
            )


@dataclass(frozen=True)
class ExportedRows:
    """How many rows were written, and how many of their cells stand behind an apostrophe."""

    rows: int
    guarded: int


def export_rows(
    workspace: Workspace,
    dataset: Dataset,
    row_filter: RowFilter,
    sink: BinaryIO,
    parts: ExportParts,
    *,
    scores: Path | None = None,
    tokens: Path | None = None,
    labels: RowLabels | None = None,
    progress: Progress = ignore_progress,
    piece_bytes: int = GROUP_BYTES,
) -> ExportedRows:
    """Write all rows that meet a filter, in the order of the data set; memory stays bounded.

    A name that two columns would have gets a number where it is not the file's own. What is
    missing is an empty cell of CSV and Excel, and null elsewhere.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        row_filter: Which rows.
        sink: Where they go.
        parts: What is written of them.
        scores: As `find_rows`.
        tokens: As `find_rows`.
        labels: The labels that the filter is about; None takes the file's.
        progress: Called with rows written and all rows; raising from it cancels.
        piece_bytes: About how much of the further columns is in memory at once.

    Raises:
        BadInput: Excel cannot hold the rows; and as `find_rows`.
        DamagedFile: a file of the data set is missing or damaged.
        SincerelyError: as `find_rows`.
    """
    rows = matching_rows(
        workspace, dataset, row_filter, scores=scores, tokens=tokens, labels=labels
    )
    schema = _schema(dataset, parts)
    if parts.kind is OutputKind.EXCEL:
        check_sheet(len(rows), len(schema))
    done = 0
    with open_output(
        sink, parts.kind, schema, delimiter=parts.delimiter, guards=parts.guards
    ) as output:
        for table in _tables(workspace, dataset, rows, parts, piece_bytes):
            output.write(_batch(table, schema))
            done += len(table)
            progress(done, len(rows))
    return ExportedRows(len(rows), output.guarded)


def _batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column.cast(kind).combine_chunks()
        for column, kind in zip(table.columns, schema.types, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _schema(dataset: Dataset, parts: ExportParts) -> pa.Schema:
    """Names and types of the columns, in their order."""
    own = {ID: dataset.id_column, TEXT: dataset.text_column, LABEL: dataset.label_column}
    if parts.numbered:
        own = {name: name for name in (ROW, ID, TEXT, LABEL)}
    fields = [
        *((own[name] or name, bool(own[name]), _type(name)) for name in _roles(dataset, parts)),
        *([(LABELLED_BY, False, pa.string())] if parts.labels is not None else []),
        *((column.name, True, _cell_type(column, parts)) for column in parts.columns),
        *((column.name, False, column.type) for column in parts.beside),
    ]
    # Names that the file has stay as they are: these come first.
    order = sorted(range(len(fields)), key=lambda place: not fields[place][1])
    names = dict(zip(order, distinct_names([fields[place][0] for place in order]), strict=True))
    return pa.schema([(names[place], kind) for place, (_, _, kind) in enumerate(fields)])


def _roles(dataset: Dataset, parts: ExportParts) -> list[str]:
    """The columns of the texts' file that are written."""
    if parts.numbered:
        return [ROW, ID, TEXT, LABEL]
    labelled = dataset.label_column or dataset.labelled or parts.labels is not None
    return [ID, TEXT, *([LABEL] if labelled else [])]


def _type(name: str) -> pa.DataType:
    return pa.int64() if name == ROW else pa.string()


def _cell_type(column: Column, parts: ExportParts) -> pa.DataType:
    return VALUE_TYPES.get(column.kind, pa.string()) if parts.typed else pa.string()


def _tables(
    workspace: Workspace,
    dataset: Dataset,
    rows: NDArray[np.int64],
    parts: ExportParts,
    piece_bytes: int,
) -> Iterator[pa.Table]:
    """The rows with all their columns, at most those of one row group of the texts at a time."""
    roles = _roles(dataset, parts)
    kept = [column.values if parts.typed else column.cells for column in parts.columns]
    further = _Further(workspace, dataset, rows, kept, piece_bytes)
    with texts_file(workspace, dataset) as path:
        for some, texts in taken_rows(path, rows, roles):
            for start in range(0, len(some), further.rows_at_once):
                here = slice(start, start + further.rows_at_once)
                table = labelled_table(texts.select(roles)[here], some[here], parts.labels)
                for name, column in further.next(len(table)).items():
                    table = table.append_column(name, column)
                for beside in parts.beside:
                    table = table.append_column(beside.name, beside.at(some[here]))
                yield table


class _Further:
    """Further columns in step with the texts, whose row groups end at other rows."""

    def __init__(
        self,
        workspace: Workspace,
        dataset: Dataset,
        rows: NDArray[np.int64],
        kept: Sequence[str],
        piece_bytes: int,
    ) -> None:
        self._kept = kept
        self._pieces = _pieces(workspace, dataset, rows, kept)
        self._waiting: list[pa.Table] = []
        self.rows_at_once = GROUP_ROWS
        if kept:  # A short text may stand beside a long column, such as an article's body.
            with columns_file(workspace, dataset) as path:
                self.rows_at_once = _rows_of_bytes(path, piece_bytes)

    def next(self, count: int) -> dict[str, pa.ChunkedArray]:
        """The next so many rows, each column by its name in the file."""
        if not self._kept:
            return {}
        while sum(map(len, self._waiting)) < count:
            self._waiting.append(next(self._pieces))
        table = pa.concat_tables(self._waiting)
        self._waiting = [table[count:]]
        return {name: table[name][:count] for name in self._kept}


def _rows_of_bytes(path: Path, most: int) -> int:
    """How many rows of a Parquet file are about so many bytes; one at least."""
    held = pq.read_metadata(path)
    groups = map(held.row_group, range(held.num_row_groups))
    size: int = sum(group.total_byte_size for group in groups)
    rows: int = most * held.num_rows // max(size, 1)
    return max(1, min(GROUP_ROWS, rows))


def _pieces(
    workspace: Workspace, dataset: Dataset, rows: NDArray[np.int64], kept: Sequence[str]
) -> Iterator[pa.Table]:
    with columns_file(workspace, dataset) as path:
        for _, table in taken_rows(path, rows, kept):
            yield table
