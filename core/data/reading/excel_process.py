"""Read a sheet in a process of its own, see `limited_process`.

`python -m core.data.reading.excel_process FILE SHEET all|head TARGET` writes the rows that are not
blank as an Arrow stream: their numbers, then their cells as text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.data.reading.bytestream import Progress, ignore_progress
from core.data.reading.cells import cell_text
from core.data.reading.compression import check_room, grows
from core.data.reading.excel_sheets import likeliest_table
from core.data.reading.limited_process import answer, run_limited
from core.errors import BadInput, disk_errors

SHEETS, SHEET, ROWS, MERGED = b"sheets", b"sheet", b"rows", b"merged"
"""Keys of the stream's metadata: all sheets as JSON, the one that is read, its number of rows, and
how many of its cells are merged over several rows."""
HEAD_ROWS = 500
_BATCH_ROWS = 8_192
_SOME_ROWS = 5_000
MAX_ROW_CHARACTERS = 16 << 20
_MEMORY_BYTES = 6 << 30

Row = list[str | None]


def write_sheet(
    path: Path, sheet: str, target: Path, *, head_only: bool, progress: Progress = ignore_progress
) -> None:
    """Write a sheet's rows as an Arrow stream.

    Args:
        path: The workbook.
        sheet: The sheet's name; empty for the one that looks most like a table.
        target: The file to write.
        head_only: Whether the first rows are enough, and some from the rest of the sheet.
        progress: Called again and again while it takes time; raising from it cancels.

    Raises:
        BadInput: the workbook has no such sheet, or one of very much more text than it takes.
        DiskError: the disk is full or nearly full.
        ReadingFailed: it cannot be read.
    """
    wanted = "head" if head_only else "all"
    arguments = [str(path.resolve()), sheet, wanted, str(target)]
    run_limited("core.data.reading.excel_process", arguments, progress)


def main(path: str, sheet: str, wanted: str, target: str) -> None:
    """Write a sheet; as `write_sheet` says."""
    with Path(path).open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        size = Path(path).stat().st_size
        _write(book, sheet, Path(target), size, head_only=wanted == "head")


def _write(book: CalamineWorkbook, name: str, target: Path, size: int, *, head_only: bool) -> None:
    names = _sheet_names(book)
    sheet = _named(book, name, names) if name else likeliest_table(book, names)
    found = _rows(sheet)
    first = next(found, None)
    if first is None:
        raise BadInput("a sheet with rows", f"the empty sheet {sheet.name!r}", "choose another")
    columns = [pa.field("", pa.string()) for _ in first[1]]
    described = {
        SHEETS: json.dumps(names),
        SHEET: sheet.name,
        ROWS: str(sheet.total_height),
        MERGED: str(len(_tall(sheet))),
    }
    schema = pa.schema([pa.field("row", pa.int64()), *columns], metadata=described)
    kept = _with_first(first, found)
    kept = _head_and_some(kept, sheet.total_height) if head_only else kept
    with (
        disk_errors("the rows of the sheet"),
        target.open("wb") as file,
        pa.ipc.new_stream(file, schema) as stream,
    ):
        for rows in _parts(kept):
            batch = _batch(rows, schema)
            if file.tell() > batch.nbytes:  # A small sheet asks for no room to spare.
                check_room(target.parent, batch.nbytes)
            _check_growth(file.tell() + batch.nbytes, size)
            stream.write_batch(batch)


def _parts(rows: Iterator[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Rows that are not too much text together.

    Raises:
        BadInput: one alone is: a cell that is repeated takes next to nothing in the file.
    """
    part: list[tuple[int, Row]] = []
    characters = 0
    for number, row in rows:
        length = sum(len(cell) for cell in row if cell is not None)
        if length > MAX_ROW_CHARACTERS:
            raise BadInput(
                f"rows of at most {MAX_ROW_CHARACTERS:,} characters",
                f"{length:,} in row {number:,}",
                "shorten its texts, or leave out the columns that are not needed",
            )
        if part and (len(part) == _BATCH_ROWS or characters + length > MAX_ROW_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append((number, row))
        characters += length
    if part:
        yield part


def _batch(rows: list[tuple[int, Row]], schema: pa.Schema) -> pa.RecordBatch:
    cells = zip(*(row for _, row in rows), strict=True)
    arrays = [pa.array(column, pa.string()) for column in cells]
    numbers = pa.array([number for number, _ in rows], pa.int64())
    return pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema)


def _check_growth(written: int, size: int) -> None:
    if grows(written, size):
        raise BadInput(
            "a sheet of a size as usual in an Excel file",
            f"one of more than {written / 1e6:,.0f} MB in a file of {size / 1e6:,.1f} MB",
            "save the sheet as CSV and choose that, if it is what you expect",
        )


def _with_first(
    first: tuple[int, Row], rest: Iterator[tuple[int, Row]]
) -> Iterator[tuple[int, Row]]:
    yield first
    yield from rest


def _head_and_some(rows: Iterator[tuple[int, Row]], height: int) -> Iterator[tuple[int, Row]]:
    """The first rows, some from the rest at even steps, and the last one."""
    yield from islice(rows, HEAD_ROWS)
    step = -(-height // _SOME_ROWS)
    last = None
    for place, last in enumerate(rows):
        if place % step == 0:
            yield last
    if last is not None and place % step:
        yield last


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Row]]:
    """The rows that are not blank, with their numbers; a cell merged over several is in each."""
    merged = sorted(_tall(sheet), reverse=True)
    held: dict[int, tuple[int, str | None]] = {}
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = [None if cell == "" else cell_text(cell) for cell in cells]
        if all(cell is None for cell in row):
            continue
        while merged and merged[-1][0] < number:
            top, column, last = merged.pop()
            if top == number - 1 and column < len(row):
                held[column] = last, row[column]
        for column, (last, value) in list(held.items()):
            if number > last + 1:
                del held[column]
            elif row[column] is None:
                row[column] = value
        yield number, row


def _tall(sheet: CalamineSheet) -> list[tuple[int, int, int]]:
    """Of each cell that is merged over several rows, its first row, its column and its last row."""
    ranges = sheet.merged_cell_ranges or ()
    return [(top, left, bottom) for (top, left), (bottom, _) in ranges if bottom > top]


def _sheet_names(book: CalamineWorkbook) -> list[str]:
    """The sheets of cells, hidden ones last."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    sheets.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    if not sheets:
        raise BadInput("a file with a sheet of cells", "none", "choose another file")
    return [sheet.name for sheet in sheets]


def _named(book: CalamineWorkbook, name: str, names: list[str]) -> CalamineSheet:
    if name not in names:
        listed = ", ".join(names[:12])
        raise BadInput(f"one of the file's sheets ({listed})", repr(name), "choose one of these")
    return book.get_sheet_by_name(name)


if __name__ == "__main__":
    answer(
        lambda _: main(*sys.argv[1:]),
        memory=_MEMORY_BYTES,
        damage=(CalamineError, OSError, ValueError, OverflowError, MemoryError),
    )
