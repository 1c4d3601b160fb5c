"""Open any file that can be imported as a table of text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from core.data.reading.batches import Table
from core.data.reading.bytestream import CHUNK_BYTES, Progress, ignore_progress
from core.data.reading.charset import detect_encoding
from core.data.reading.compression import decompress
from core.data.reading.csv_table import CsvTable
from core.data.reading.excel_table import ExcelTable
from core.data.reading.formats import (
    FileFormat,
    FileKind,
    detect_format,
    filled_head,
    refuse_binary,
)
from core.data.reading.json_table import JsonTable
from core.data.reading.parquet_process import ParquetHead, open_parquet
from core.errors import BadInput

_MAX_COLUMNS = 10_000


class OpenTable(NamedTuple):
    """A table and how it is read; of a spreadsheet, the names of all sheets, and how many cells
    are merged over several rows.
    """

    table: Table
    format: FileFormat
    sheets: tuple[str, ...] = ()
    merged: int = 0


def open_table(
    path: Path,
    format: FileFormat | None,
    scratch: Path,
    *,
    head_only: bool = False,
    progress: Progress = ignore_progress,
    chunk_bytes: int = CHUNK_BYTES,
) -> OpenTable:
    """Open a file for its rows.

    Args:
        path: The file.
        format: How to read it; None detects.
        scratch: A folder for what cannot be read on the way; it must stay as long as the table.
        head_only: Whether the first rows are enough, and some from all over the file.
        progress: Called while the file is decompressed or rewritten there; raising from it cancels.
        chunk_bytes: How much of a text file is read at once.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it cannot be read in this way.
        DiskError: no room to decompress it.
    """
    opened = _opened(path, format, scratch, head_only, progress, chunk_bytes)
    if len(opened.table.header) > _MAX_COLUMNS:
        raise BadInput(
            f"a table with at most {_MAX_COLUMNS:,} columns",
            f"{len(opened.table.header):,}",
            "save those that are needed, or choose how the file is written",
        )
    return opened


def _opened(
    path: Path,
    format: FileFormat | None,
    scratch: Path,
    head_only: bool,
    progress: Progress,
    chunk_bytes: int,
) -> OpenTable:
    found = format or detect_format(path)
    if found.kind.is_text:
        return _text_table(path, found, chunk_bytes)
    wait = progress
    if found.compression:
        compressed, path = path, scratch / "decompressed"
        decompress(compressed, found.compression, path, progress=progress)
        wait = _at_end(progress)
    else:
        filled_head(path, found.compression)
    if found.kind is FileKind.PARQUET:
        return OpenTable(ParquetHead(path) if head_only else open_parquet(path), found)
    is_known = found.first_line > 0 or not found.has_header
    table = ExcelTable(
        path,
        scratch,
        sheet=found.sheet,
        header=found.has_header if is_known else None,
        first_line=found.first_line,
        head_only=head_only,
        progress=wait,
    )
    found = replace(
        found, sheet=table.sheet, has_header=table.has_header, first_line=table.first_line
    )
    return OpenTable(table, found, table.sheets, table.merged)


def _at_end(progress: Progress) -> Progress:
    """Says again and again that this part is done."""
    return lambda done, total: progress(1, 1)


def _text_table(path: Path, format: FileFormat, chunk_bytes: int) -> OpenTable:
    refuse_binary(filled_head(path, format.compression), format.encoding)
    if format.encoding is None:
        format = replace(format, encoding=detect_encoding(path, format.compression))
    kind: type[CsvTable | JsonTable] = CsvTable if format.kind is FileKind.CSV else JsonTable
    table: Table = kind(path, format, chunk_bytes=chunk_bytes)
    return OpenTable(table, format)
