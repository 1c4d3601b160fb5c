"""Read a CSV file in chunks, as Python's strict csv reader does but much faster.

A chunk whose quotation marks all stand at the edges of cells means the same to Arrow's parser and
to Python's; any other chunk goes to Python's.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from core.data.importing.import_report import Problem, RowProblem, excerpt
from core.data.reading.batches import Positions, RowBatch, Sample, TextColumn
from core.data.reading.bytestream import CHUNK_BYTES, MARK, Utf8Stream, open_utf8
from core.data.reading.cells import shown, text_column, unchecked_text
from core.data.reading.charset import detect_encoding
from core.data.reading.column_names import bare_name
from core.data.reading.csv_cuts import behind_lines, regular_cut
from core.data.reading.csv_records import Record, located_records, split_lines, split_records
from core.data.reading.csv_sample import csv_sample
from core.data.reading.formats import FileFormat
from core.data.reading.headers import fitted_names
from core.errors import BadInput

MAX_ROW_BYTES = 16 << 20
_BOM = "\ufeff".encode()
_RULE, _RULE_LINE = re.compile(":?-{2,}:?"), re.compile(rb"[ \t|:]*--[-+ \t|:]*\r?\n")


class CsvTable:
    """A CSV file, see `Table`; a table's rows count from its first line on, blank lines are none.

    So a row has the number of its line where none is blank and no cell takes several.
    """

    def __init__(
        self,
        path: Path,
        format: FileFormat,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        max_row_bytes: int = MAX_ROW_BYTES,
    ) -> None:
        """Open a file whose rows have at most `max_row_bytes`, to read `chunk_bytes` at once."""
        self._format = format
        self._max_row_bytes = max_row_bytes
        self._path = path
        self._encoding = format.encoding or detect_encoding(path, format.compression)
        self._open = partial(
            open_utf8,
            path,
            encoding=self._encoding,
            compression=format.compression,
            chunk_bytes=chunk_bytes,
        )
        with self._open() as stream:
            self.size = stream.size
            text, final = stream.head()
        self.first_row = format.first_line + format.has_header
        text = "".join(split_lines(text)[format.first_line - 1 :])
        found = located_records(text, format.dialect, final=final)
        if len(found) < 1 + format.has_header:  # A long row is shown though it is cut off.
            found = located_records(text, format.dialect, final=True)
        self._records = [located.record for located in found]
        self._lines_above = format.first_line - 1
        self._names: list[str] = []
        if format.has_header:
            self._lines_above += found[0].end if found else 0
            self._names = self._first_names(self._records[0] if found else "")
            del self._records[0]
            self.header = tuple(map(bare_name, shown(self._names)))
        else:
            self.header = numbered_columns(common_width(self._records))
        self.header = tuple(fitted_names(list(self.header), self._records))

    def _first_names(self, first: Record) -> list[str]:
        line = self._format.first_line
        if isinstance(first, str):
            raise BadInput(
                f"column names in line {line:,}",
                f"broken quoting ({excerpt(first)!r})" if first.strip() else "an empty line",
                "choose the line that has them, or how the file is quoted",
            )
        if not any(map(str.strip, first)):
            raise BadInput(
                f"column names in line {line:,}",
                "an empty line",
                "add a header such as text,label, or choose the line that has the names",
            )
        return first

    def head(self, rows: int) -> list[tuple[str, ...]]:
        """The first rows; of a row with broken quoting, its first line as one cell."""
        lines = ([r.rstrip("\r\n")] if isinstance(r, str) else r for r in self._records[:rows])
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
        shape = _Shape(self.first_row, len(self.header), positions, self._names, self.first_row)
        nuls = 0
        with self._open() as stream:
            above, longest, width = self._lines_above, self._max_row_bytes, len(self.header)
            for chunk in _chunks(stream, self._format, above, longest, width):
                batch = _rows(chunk, self._format, shape)
                shape = replace(shape, first=shape.first + len(batch.numbers) + len(batch.broken))
                yield replace(batch, done=stream.done, nul_count=stream.nul_count - nuls)
                nuls = stream.nul_count
            if shape.first == self.first_row:  # Even an empty table gives a batch.
                yield replace(_python_rows([], shape), done=stream.done)


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
    """What a chunk's rows look like; the first one has the number `first`.

    `names` are the cells of the header, which must not come again as a row; `below` is the number
    of the row below it.
    """

    first: int
    width: int
    positions: Positions
    names: list[str]
    below: int

    def is_header(self, cells: list[str]) -> bool:
        """Whether a row is the header once more, as in files that were joined.

        A single cell may as well be a text that is the name of its column.
        """
        return (
            len(self.names) > 1
            and len(cells) == len(self.names)
            and bare_name(cells[-1]) == bare_name(self.names[-1])
            and list(map(bare_name, cells)) == list(map(bare_name, self.names))
        )

    def is_rule(self, number: int, cells: list[str]) -> bool:
        """Whether a row is the line below the header of a table in Markdown."""
        bare = [cell.strip() for cell in cells]
        is_line = any(bare) and all(not cell or _RULE.fullmatch(cell) for cell in bare)
        return number == self.below and bool(self.names) and is_line

    def may_have_header(self, columns: dict[int, TextColumn]) -> bool:
        """Whether a text is the name of its column, and so a row perhaps the header once more."""
        if len(self.names) < 2:
            return False
        return any(self._has_name(text, columns[text].texts) for text in self.positions.texts)

    def _has_name(self, text: int, texts: pa.Array) -> bool:
        """Whether a cell of a column is the column's name."""
        place = text - (self.width - len(self.names) if self.names else 0)
        places = {place, text} & set(range(len(self.names)))
        names = {self.names[place] for place in places} - {""}
        wanted = [
            f"{mark}{text}"
            for name in names
            for text in (name, name.strip(), bare_name(name))
            for mark in ("", "\ufeff")
        ]
        # As bytes, because neither side need be UTF-8.
        values = pa.array({text.encode("utf-8", "surrogateescape") for text in wanted}, pa.binary())
        return bool(pc.any(pc.is_in(texts.cast(pa.binary()), value_set=values)).as_py())


def _chunks(
    stream: Utf8Stream, format: FileFormat, above: int, max_row_bytes: int, width: int
) -> Iterator[bytes | list[Record]]:
    """Whole rows below the first lines: bytes that Arrow reads right, else records."""
    dialect = format.dialect
    pending = behind_lines(stream, above)
    while data := pending + (block := stream.block()):
        cut, is_regular = regular_cut(data, dialect, final=not block)
        # Arrow cannot speak of a row of the wrong width in which a MARK is.
        is_plain = is_regular and dialect.is_plain and MARK not in data
        if is_plain and cut and not _has_lone_returns(rows := data[:cut]):
            yield rows
            pending = data[cut:]
        elif cut or not block or len(data) > max_row_bytes or not dialect.is_plain:
            text = data.decode("utf-8", "surrogateescape")
            longest = max_row_bytes if len(data) > max_row_bytes else None
            records, used = split_records(
                text, dialect, final=not block, longest=longest, width=width
            )
            if records:
                yield records
            pending = text[used:].encode("utf-8", "surrogateescape")
            if longest and len(pending) > max_row_bytes and not used:
                raise _row_too_long(max_row_bytes)
        else:
            pending = data


def _has_lone_returns(data: bytes) -> bool:
    both = b"\r" in data and b"\n" in data
    return both and data.count(b"\r") != data.count(b"\r\n")


def _rows(chunk: bytes | list[Record], format: FileFormat, shape: _Shape) -> RowBatch:
    if not isinstance(chunk, bytes):
        return _python_rows(chunk, shape)
    if shape.first == shape.below and _RULE_LINE.match(chunk):
        return _python_rows(_records(chunk, format, shape), shape)
    batch, is_odd = _arrow_rows(chunk, format, shape)
    if not is_odd and not shape.may_have_header(batch.columns):
        return batch
    return _python_rows(_records(chunk, format, shape), shape)


def _records(chunk: bytes, format: FileFormat, shape: _Shape) -> list[Record]:
    text = chunk.decode("utf-8")
    return split_records(text, format.dialect, final=True, width=shape.width)[0]


def _row_too_long(max_row_bytes: int) -> BadInput:
    return BadInput(
        "rows on lines of their own",
        f"a line of more than {max_row_bytes >> 20} MB",
        "choose the file with the table, or save it again with a line a row",
    )


def _arrow_rows(chunk: bytes, format: FileFormat, shape: _Shape) -> tuple[RowBatch, bool]:
    """The rows, and whether some of another width could be rows all the same."""
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
    is_odd = any(
        _without_empty_end(cells, shape.width) or shape.is_header(cells) for cells in remains
    )
    return RowBatch(numbers + shape.first, columns, found, remains=remains), is_odd


def _without_empty_end(cells: list[str], width: int) -> list[str]:
    """A row without empty cells beyond the last column; none if there are others."""
    return [] if len(cells) < width or any(cells[width:]) else cells[:width]


def _python_rows(records: list[Record], shape: _Shape) -> RowBatch:
    numbers: list[int] = []
    rows: list[list[str]] = []
    broken: list[RowProblem] = []
    remains: list[list[str]] = []
    for number, record in enumerate(records, shape.first):
        if isinstance(record, str):
            broken.append(RowProblem(number, Problem.QUOTING, excerpt(record)))
            remains.append([record.rstrip("\r\n")])
        elif shape.is_header(record) or shape.is_rule(number, record):
            broken.append(RowProblem(number, Problem.HEADER, _shown(record)))
            remains.append(record)
        elif not (cells := _without_empty_end(record, shape.width)):
            broken.append(RowProblem(number, Problem.FIELDS, _shown(record)))
            remains.append(record)
        else:
            numbers.append(number)
            rows.append(cells)
    columns = {
        position: text_column(row[position] for row in rows) for position in shape.positions.wanted
    }
    return RowBatch(np.array(numbers, np.int64), columns, broken, remains=remains)


def _shown(cells: list[str]) -> str:
    count = "1 field" if len(cells) == 1 else f"{len(cells):,} fields"
    return excerpt(f"{count}: " + " | ".join(cells))


def _joined(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
