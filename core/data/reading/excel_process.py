"""Read a sheet in a process of its own, which a damaged file may bring down.

`python -m core.data.reading.excel_process FILE SHEET ROWS TARGET` writes the rows that are not
blank as an Arrow stream: their numbers, then their cells as text. Damage can make the library that
reads workbooks ask for any amount of memory, or end its process: the dashboard must not be that
one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
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
from core.errors import BadInput

SHEETS, SHEET, ROWS = b"sheets", b"sheet", b"rows"
"""Keys of the stream's metadata: all sheets as JSON, the one that is read, its number of rows."""
_BATCH_ROWS = 8_192
_MEMORY_BYTES = 6 << 30
_POLL_S = 0.05
_PATIENCE_S = 600
_REFUSED, _DAMAGED = 3, 4

Row = list[str | None]


class DamagedWorkbook(Exception):
    """The workbook cannot be read; the message is the library's."""


def write_sheet(
    path: Path, sheet: str, target: Path, *, rows: int, progress: Progress = ignore_progress
) -> None:
    """Write a sheet's rows as an Arrow stream.

    Args:
        path: The workbook.
        sheet: The sheet's name; empty for the first one with rows, hidden ones last.
        target: The file to write.
        rows: How many rows at most; 0 for all.
        progress: Called again and again while it takes time; raising from it cancels.

    Raises:
        BadInput: the workbook has no such sheet.
        DamagedWorkbook: it cannot be read.
    """
    module, project = "core.data.reading.excel_process", Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", module, str(path.resolve()), sheet, str(rows), str(target)]
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            said = _last_words(process, progress)
        except BaseException:
            process.kill()
            raise
    if process.returncode == _REFUSED:
        raise BadInput(**json.loads(said))
    if process.returncode:
        raise DamagedWorkbook(said.decode("utf-8", "replace") or "it asks for too much memory")


def _last_words(process: subprocess.Popen[bytes], progress: Progress) -> bytes:
    """What a process says on standard output until its end."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return process.communicate(timeout=_POLL_S)[0]
        except subprocess.TimeoutExpired:
            progress(0, 1)
    raise DamagedWorkbook(f"nothing came of it in {_PATIENCE_S} s")


def main(path: str, sheet: str, rows: str, target: str) -> int:
    """Write a sheet; returns the exit code, after what is to be said on standard output."""
    _limit_memory()
    try:
        with Path(path).open("rb") as file:
            _write(CalamineWorkbook.from_filelike(file), sheet, int(rows), Path(target))
    except BadInput as error:
        found = {"expected": error.expected, "found": error.found, "action": error.action}
        sys.stdout.write(json.dumps(found))
        return _REFUSED
    except BaseException as error:
        damage = (CalamineError, OSError, ValueError, OverflowError, MemoryError)
        # What a bug in the library raises is no Exception.
        if not isinstance(error, damage) and type(error).__name__ != "PanicException":
            raise
        sys.stdout.buffer.write(str(error).encode("utf-8", "replace"))
        return _DAMAGED
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        least = _MEMORY_BYTES if most == resource.RLIM_INFINITY else min(most, _MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))


def _write(book: CalamineWorkbook, name: str, rows: int, target: Path) -> None:
    names = _sheet_names(book)
    sheet = _chosen(book, name, names)
    found = _rows(sheet)
    first = next(found, None)
    if first is None:
        raise BadInput("a sheet with rows", f"the empty sheet {sheet.name!r}", "choose another")
    columns = [pa.field("", pa.string()) for _ in first[1]]
    described = {SHEETS: json.dumps(names), SHEET: sheet.name, ROWS: str(sheet.total_height)}
    schema = pa.schema([pa.field("row", pa.int64()), *columns], metadata=described)
    with target.open("wb") as file, pa.ipc.new_stream(file, schema) as stream:
        kept = _with_first(first, found)
        kept = islice(kept, rows) if rows else kept
        while batch := list(islice(kept, _BATCH_ROWS)):
            cells = zip(*(row for _, row in batch), strict=True)
            arrays = [pa.array(column, pa.string()) for column in cells]
            numbers = pa.array([number for number, _ in batch], pa.int64())
            stream.write_batch(pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema))


def _with_first(
    first: tuple[int, Row], rest: Iterator[tuple[int, Row]]
) -> Iterator[tuple[int, Row]]:
    yield first
    yield from rest


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Row]]:
    """The rows that are not blank, with their numbers."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = [None if cell == "" else cell_text(cell) for cell in cells]
        if any(cell is not None for cell in row):
            yield number, row


def _sheet_names(book: CalamineWorkbook) -> list[str]:
    """The sheets of cells, hidden ones last."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    sheets.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    if not sheets:
        raise BadInput("a file with a sheet of cells", "none", "choose another file")
    return [sheet.name for sheet in sheets]


def _chosen(book: CalamineWorkbook, name: str, names: list[str]) -> CalamineSheet:
    if name and name not in names:
        listed = ", ".join(names[:12])
        raise BadInput(f"one of the file's sheets ({listed})", repr(name), "choose one of these")
    sheets = (book.get_sheet_by_name(candidate) for candidate in ([name] if name else names))
    found = next(sheets)
    while not found.height and (other := next(sheets, None)) is not None:
        found = other
    return found


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
