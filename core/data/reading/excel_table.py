"""Read a sheet of an Excel file."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.importing.import_report import Problem, RowProblem, excerpt
from core.data.reading.batches import Positions, Row, RowBatch, Sample, thinned
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.reading.cells import arrow_column, shown
from core.data.reading.column_names import bare_name
from core.data.reading.csv_table import numbered_columns
from core.data.reading.excel_process import HEAD_ROWS, MERGED, ROWS, SHEET, SHEETS, write_sheet
from core.data.reading.formats import OLD_OFFICE_MAGIC, refuse_other_documents
from core.data.reading.headers import has_header, table_start
from core.data.reading.limited_process import ReadingFailed
from core.errors import BadInput

_SAMPLE_ROWS = 10_000
_OLD_WORD = "WordDocument".encode("utf-16-le")
_OLD_SLIDES = "PowerPoint Document".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class ExcelTable:
    """One sheet, see `Table`; rows have the numbers that a spreadsheet shows, blank ones are none.

    `sheets` names all sheets of the file, `sheet` the one that is read; `merged` of its cells are
    merged over several rows, and stand in each of them.
    """

    def __init__(
        self,
        path: Path,
        scratch: Path,
        *,
        sheet: str = "",
        header: bool | None = None,
        first_line: int = 0,
        head_only: bool = False,
        progress: Progress = ignore_progress,
    ) -> None:
        """Open a file.

        Args:
            path: The file.
            scratch: A folder for the sheet's rows, which must stay as long as the table.
            sheet: The sheet's name; empty for the one that looks most like a table.
            header: Whether the table's first row names the columns; None guesses.
            first_line: The number of that row; 0 looks for it behind titles.
            head_only: Whether the first rows are enough.
            progress: Called again and again while the file is opened; raising from it cancels.
        """
        self.size = path.stat().st_size
        self._head_only = head_only
        refuse_other_documents(path)
        self._rows = scratch / "rows.arrow"
        try:
            write_sheet(path, sheet, self._rows, head_only=head_only, progress=progress)
        except ReadingFailed as error:
            raise _refusal(path, str(error)) from error
        with pa.OSFile(str(self._rows)) as file, pa.ipc.open_stream(file) as stream:
            described = stream.schema.metadata
            head = stream.read_next_batch()[:HEAD_ROWS]
        self.sheets: tuple[str, ...] = tuple(json.loads(described[SHEETS]))
        self.sheet: str = described[SHEET].decode()
        self._height = int(described[ROWS])
        self.merged = int(described[MERGED])
        cells = [shown(row) for row in zip(*(c.to_pylist() for c in head.columns[1:]), strict=True)]
        numbers: list[int] = head.column(0).to_pylist()
        above = _rows_above(cells, numbers, first_line)
        self.first_line = max(first_line, 1) if not above else numbers[above]
        cells = cells[above:]
        self.has_header = has_header([list(row) for row in cells]) if header is None else header
        self.first_row = numbers[above] + self.has_header
        self._head = cells[self.has_header :]
        self._names = [name.strip() for name in cells[0]]
        self.header = (
            tuple(map(bare_name, cells[0])) if self.has_header else numbered_columns(len(cells[0]))
        )

    def head(self, rows: int) -> list[Row]:
        """As `Table.head`."""
        return self._head[:rows]

    def sample(self) -> Sample:
        """As `Table.sample`."""
        found: list[Row] = []
        step = 1 if self._head_only else max(1, -(-self._height // _SAMPLE_ROWS))
        with pa.OSFile(str(self._rows)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                rows = batch.filter(pc.greater_equal(batch.column(0), self.first_row))
                cells = [column.to_pylist()[::step] for column in rows.columns[1:]]
                found += [shown(row) for row in zip(*cells, strict=True)]
        return thinned(found, whole=self._height <= HEAD_ROWS)

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        with pa.OSFile(str(self._rows)) as file, pa.ipc.open_stream(file) as stream:
            for batch in stream:
                rows = batch.filter(pc.greater_equal(batch.column(0), self.first_row))
                again = self._headers(rows)
                if again is not None:
                    removed, rows = rows.filter(again), rows.filter(pc.invert(again))
                last = batch.column(0)[-1].as_py()
                yield RowBatch(
                    np.asarray(rows.column(0).to_numpy(), np.int64),
                    {p: arrow_column(rows.column(p + 1)) for p in positions.wanted},
                    [] if again is None else [_problem(row) for row in _cells(removed)],
                    done=self.size * last // max(self._height, last),
                    remains=[] if again is None else [row[1:] for row in _cells(removed)],
                )

    def _headers(self, rows: pa.RecordBatch) -> pa.Array | None:
        """Which rows are the header once more; None if none is."""
        if not self.has_header:
            return None
        same = pa.array(np.ones(len(rows), np.bool_))
        for column, name in zip(rows.columns[1:], self._names, strict=True):
            texts = pc.fill_null(pc.utf8_trim_whitespace(column), "")
            same = pc.and_(same, pc.equal(texts, name))
            if not pc.any(same).as_py():
                return None
        return same


def _cells(rows: pa.RecordBatch) -> list[list[str]]:
    """Rows as text, the numbers first."""
    columns = (column.cast(pa.string()).fill_null("").to_pylist() for column in rows.columns)
    return [list(row) for row in zip(*columns, strict=True)]


def _problem(row: list[str]) -> RowProblem:
    return RowProblem(int(row[0]), Problem.HEADER, excerpt(" | ".join(row[1:])))


def _rows_above(cells: list[tuple[str, ...]], numbers: list[int], first_line: int) -> int:
    """How many of the rows stand above the table."""
    if not first_line:
        return table_start([list(row) for row in cells]).row
    above = sum(number < first_line for number in numbers)
    if above == len(numbers):
        raise BadInput(
            f"a table that begins in row {first_line:,}",
            f"the first {len(numbers):,} rows with something in them above it",
            "choose a row further up",
        )
    return above


def _refusal(path: Path, said: str) -> BadInput:
    """What to say of a workbook that cannot be read."""
    with path.open("rb") as file:
        is_old = file.read(len(OLD_OFFICE_MAGIC)) == OLD_OFFICE_MAGIC
        content = file.read() if is_old else b""
    if _ENCRYPTED in content or "assword" in said:
        return BadInput(
            "an Excel file without a password",
            "one that is locked",
            "open it in Excel, save it without a password and choose that",
        )
    kind = "a Word document" if _OLD_WORD in content else ""
    kind = "a PowerPoint presentation" if _OLD_SLIDES in content else kind
    said = " ".join(said.split())[:120]
    return BadInput(
        "an undamaged Excel file",
        kind or f"one that cannot be read ({said})",
        "save the table as .xlsx or CSV and choose that",
    )
