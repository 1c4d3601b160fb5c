"""Read a CSV file in chunks, as Python's strict csv reader does but much faster.

A chunk whose quotation marks all stand at the edges of cells means the same to Arrow's parser and
to Python's; any other chunk goes to Python's.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from core.data.importing.import_report import Problem, RowProblem, excerpt
from core.data.reading.batches import Positions, RowBatch, Sample, TextColumn
from core.data.reading.bytestream import MARK, Utf8Stream, open_utf8
from core.data.reading.cells import shown, text_column, unchecked_text
from core.data.reading.charset import detect_encoding
from core.data.reading.csv_records import Record, split_records
from core.data.reading.csv_sample import csv_sample
from core.data.reading.formats import FileFormat
from core.errors import BadInput

MAX_ROW_BYTES = 16 << 20
_LF, _CR = 10, 13
_FEW_TRIES = 8
_BOM = "\ufeff".encode()


class CsvTable:
    """A CSV file, see `Table`; the rows of the file count from 1, blank lines are none."""

    def __init__(self, path: Path, format: FileFormat) -> None:
        self._path = path
        self._format = format
        self._encoding = format.encoding or detect_encoding(path, format.compression)
        with self._open() as stream:
            self.size = stream.size
            text, final = stream.head()
        self.first_row = 2 if format.has_header else 1
        self._records, _ = split_records(text, format.dialect, final=final)
        if len(self._records) < self.first_row:  # A long row is shown though it is cut off.
            self._records, _ = split_records(text, format.dialect, final=True)
        self.header = self._column_names()

    def _open(self) -> Utf8Stream:
        return open_utf8(self._path, encoding=self._encoding, compression=self._format.compression)

    def _column_names(self) -> tuple[str, ...]:
        if not self._format.has_header:
            return numbered_columns(common_width(self._records))
        first = self._records[0] if self._records else ""
        if isinstance(first, str):
            raise BadInput(
                "a first line with column names",
                f"broken quoting ({excerpt(first)!r})" if first.strip() else "an empty line",
                "fix the first line, or choose how the file is quoted",
            )
        header = tuple(name.strip() for name in shown(first))
        if not any(header):
            raise BadInput(
                "a first line with column names", "an empty line", "add a header such as text,label"
            )
        return header

    def head(self, rows: int) -> list[tuple[str, ...]]:
        """The first rows; of a row with broken quoting, its first line as one cell."""
        found = self._records[self.first_row - 1 :][:rows]
        lines = ([r.rstrip("\r\n")] if isinstance(r, str) else r for r in found)
        return [shown(cells) for cells in lines]

    def sample(self) -> Sample:
        """As `Table.sample`; of rows that are as wide as the header."""
        format = self._format
        return csv_sample(
            self._path,
            self.header,
            format.dialect,
            encoding=self._encoding,
            compression=format.compression,
        )

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        number, nuls = 1, 0
        with self._open() as stream:
            for chunk in _chunks(stream, self._format):
                shape = _Shape(number, len(self.header), positions)
                if isinstance(chunk, bytes):
                    batch = _arrow_rows(chunk, self._format, shape)
                else:
                    batch = _python_rows(chunk, shape)
                number += len(batch.numbers) + len(batch.broken)
                batch = _without_header(batch, self.first_row)
                yield replace(batch, done=stream.done, nul_count=stream.nul_count - nuls)
                nuls = stream.nul_count


def numbered_columns(width: int) -> tuple[str, ...]:
    """Names for the columns of a file that has none."""
    return tuple(f"column {number}" for number in range(1, width + 1))


def common_width(records: list[Record]) -> int:
    """The number of cells that most rows have."""
    widths = [len(record) for record in records if not isinstance(record, str)]
    if not widths:
        raise BadInput("a file with rows", "none", "choose another file or how it is quoted")
    return max(sorted(set(widths), reverse=True), key=widths.count)


@dataclass(frozen=True)
class _Shape:
    """What a chunk's rows look like; the first one has the number `first`."""

    first: int
    width: int
    positions: Positions


def _chunks(stream: Utf8Stream, format: FileFormat) -> Iterator[bytes | list[Record]]:
    """Whole rows: bytes that Arrow reads right, or records where Python had to look."""
    pending = b""
    while data := pending + (block := stream.block()):
        cut, is_regular = _regular_cut(data, format, final=not block)
        # Arrow cannot speak of a row of the wrong width in which a MARK is.
        if is_regular and cut and MARK not in data:
            yield data[:cut]
            pending = data[cut:]
        elif cut or not block or len(data) > MAX_ROW_BYTES:
            text = data.decode("utf-8", "surrogateescape")
            longest = MAX_ROW_BYTES if len(data) > MAX_ROW_BYTES else None
            records, used = split_records(text, format.dialect, final=not block, longest=longest)
            if records:
                yield records
            pending = text[used:].encode("utf-8", "surrogateescape")
            if longest and len(pending) > MAX_ROW_BYTES and not used:
                raise _row_too_long()
        else:
            pending = data


def _without_header(batch: RowBatch, first_row: int) -> RowBatch:
    if not len(batch.numbers) or batch.numbers[0] >= first_row:
        return batch
    columns = {
        position: TextColumn(texts[1:], None if marked is None else marked[1:])
        for position, (texts, marked, _) in batch.columns.items()
    }
    return replace(batch, numbers=batch.numbers[1:], columns=columns)


def _row_too_long() -> BadInput:
    return BadInput(
        "rows on lines of their own",
        f"a line of more than {MAX_ROW_BYTES >> 20} MB",
        "choose the file with the table, or save it again with a line a row",
    )


def _regular_cut(data: bytes, format: FileFormat, *, final: bool) -> tuple[int, bool]:
    """Where the last whole row ends if all quotation marks are regular, and whether they are."""
    array = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(array == ord(format.quote)) if format.quote else _NO_PLACES
    cut = len(data) if final and len(quotes) % 2 == 0 else _last_line_end(data, array, quotes)
    return cut, _is_regular(array, quotes[quotes < cut], format)


_NO_PLACES = np.zeros(0, np.int64)


def _last_line_end(data: bytes, array: NDArray[np.uint8], quotes: NDArray[np.int64]) -> int:
    """The place behind the last line end with an even number of quotation marks before it."""
    end = len(data)
    for _ in range(_FEW_TRIES):
        place = max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end))
        before = int(np.searchsorted(quotes, place))
        if place < 0 or before % 2 == 0:
            return place + 1
        end = int(quotes[before - 1])
    places = np.flatnonzero((array == _LF) | (array == _CR))
    outside = places[np.searchsorted(quotes, places) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _is_regular(array: NDArray[np.uint8], quotes: NDArray[np.int64], format: FileFormat) -> bool:
    """Whether each quotation mark opens a cell, closes it, or is one of two inside it."""
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    before = array[opening[opening > 0] - 1]
    after = array[closing[closing < len(array) - 1] + 1]
    edges = np.zeros(256, bool)
    edges[[_LF, _CR, ord(format.delimiter), ord(format.quote)]] = True
    return bool(edges[before].all() and edges[after].all())


def _arrow_rows(chunk: bytes, format: FileFormat, shape: _Shape) -> RowBatch:
    broken: list[tuple[int, list[str]]] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        (cells,), _ = split_records(row.text, format.dialect, final=True)
        broken.append((row.number, list(cells)))
        return "skip"

    names = [str(position) for position in range(shape.width)]
    if chunk.startswith(_BOM):
        chunk = b"\n" + chunk  # Arrow would take it for the file's byte-order mark.
    table = arrow_csv.read_csv(
        pa.BufferReader(chunk),
        read_options=arrow_csv.ReadOptions(
            use_threads=False,  # Keeps row numbers true.
            block_size=max(len(chunk), 1),
            column_names=names,
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=format.delimiter,
            quote_char=format.quote or False,
            newlines_in_values=True,
            invalid_row_handler=note,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pa.binary() for name in names},
            include_columns=[str(position) for position in shape.positions.wanted],
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )
    columns = {
        position: TextColumn(unchecked_text(_joined(table.column(str(position)))))
        for position in shape.positions.wanted
    }
    taken = np.array([number for number, _ in broken], np.int64)
    numbers = np.arange(table.num_rows + len(broken), dtype=np.int64)
    if len(taken):
        numbers = np.delete(numbers, taken - 1)
    found = [RowProblem(shape.first + n - 1, Problem.FIELDS, _shown(cells)) for n, cells in broken]
    remains = [cells for _, cells in broken]
    return RowBatch(numbers + shape.first, columns, found, remains=remains)


def _python_rows(records: list[Record], shape: _Shape) -> RowBatch:
    numbers: list[int] = []
    rows: list[list[str]] = []
    broken: list[RowProblem] = []
    remains: list[list[str]] = []
    for number, record in enumerate(records, shape.first):
        if isinstance(record, str):
            broken.append(RowProblem(number, Problem.QUOTING, excerpt(record)))
            remains.append([record.rstrip("\r\n")])
        elif len(record) != shape.width:
            broken.append(RowProblem(number, Problem.FIELDS, _shown(record)))
            remains.append(record)
        else:
            numbers.append(number)
            rows.append(record)
    columns = {
        position: text_column(row[position] for row in rows) for position in shape.positions.wanted
    }
    return RowBatch(np.array(numbers, np.int64), columns, broken, remains=remains)


def _shown(cells: list[str]) -> str:
    count = "1 field" if len(cells) == 1 else f"{len(cells):,} fields"
    return excerpt(f"{count}: " + " | ".join(cells))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
