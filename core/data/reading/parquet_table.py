"""Read a Parquet file, a few thousand rows at a time."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.reading.batches import Positions, Row, RowBatch, Sample, TextColumn, thinned
from core.data.reading.cells import arrow_column, shown
from core.data.reading.class_names import class_names, with_names
from core.data.reading.column_names import bare_name
from core.errors import BadInput

_BATCH_ROWS = 16_384
BATCH_BYTES = 64 << 20
"""Of the rows that are read at once."""
_BUFFER_BYTES = 1 << 20
_MAX_ROW_BYTES = 16 << 20
_MAX_FOOTER_BYTES = 32 << 20
_SAMPLE_BYTES = 128 << 20
_SAMPLE_ROWS = 10_000


class ParquetTable:
    """A Parquet file, see `Table`; the first row has the number 1."""

    first_row = 1

    def __init__(self, path: Path, *, batch_rows: int = _BATCH_ROWS) -> None:
        """Open a file to read `batch_rows` of it at once."""
        self.path = path
        self._batch_rows = batch_rows
        self.size = path.stat().st_size
        _check_footer(path, self.size)
        with _errors():
            # A buffer keeps a column of a whole file out of the memory.
            self._file = pq.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
            schema = self._file.schema_arrow
        self._names: list[str] = schema.names
        self._classes = class_names(schema)
        self.header = tuple(map(bare_name, shown(self._names)))
        if not self.header:
            raise BadInput("a Parquet file with columns", "none", "choose another file")
        self._bytes_a_row = _bytes_a_row(self._file.metadata)

    @property
    def most_bytes(self) -> float:
        """What rows that are read at once may take, if each repeats all that its group holds.

        Of lists nobody knows, before they are read, how long one is.
        """
        held = self._file.metadata
        groups = map(held.row_group, range(held.num_row_groups))
        most = max((g.total_byte_size * min(g.num_rows, _BATCH_ROWS) for g in groups), default=0)
        nested = any(map(pa.types.is_nested, self._file.schema_arrow.types))
        return math.inf if nested else most

    def head(self, rows: int) -> list[Row]:
        """As `Table.head`; fewer rows where they are very long."""
        batch = _next(self._file.iter_batches(min(rows, self._rows_at_once())))
        return [] if batch is None else self._shown(batch)

    def sample(self) -> Sample:
        """As `Table.sample`; from some row groups where they are large."""
        groups = self._spread_groups()
        held = self._file.metadata
        rows = sum(held.row_group(group).num_rows for group in groups)
        step = max(1, -(-rows // _SAMPLE_ROWS))
        found: list[Row] = []
        seen = 0
        batches = self._file.iter_batches(self._rows_at_once(), row_groups=groups)
        while seen <= _SAMPLE_BYTES and (batch := _next(batches)) is not None:
            found += self._some(batch, step)
            seen += batch.nbytes
        return thinned(found, whole=len(found) == held.num_rows)

    def _some(self, batch: pa.RecordBatch, step: int) -> list[Row]:
        """Rows at even steps."""
        if step == 1:
            return self._shown(batch)
        try:
            return self._shown(batch.take(pa.array(np.arange(0, len(batch), step))))
        except pa.ArrowNotImplementedError:  # Arrow takes no rows of views, as Polars has them.
            return self._shown(batch)[::step]

    def _spread_groups(self) -> list[int]:
        """Row groups from all over the file, as many as are not too large together."""
        held = self._file.metadata
        count = held.num_row_groups
        sizes = [held.row_group(group).total_byte_size for group in range(count)]
        fitting = max(1, min(count, int(_SAMPLE_BYTES // max(sum(sizes) / max(count, 1), 1))))
        if fitting == 1:
            return list(range(count))[:1]
        return sorted({group * (count - 1) // (fitting - 1) for group in range(fitting)})

    def _shown(self, batch: pa.RecordBatch) -> list[Row]:
        with _errors():
            named = (self._named(place, column) for place, column in enumerate(batch.columns))
            columns = [_readable(arrow_column(column).texts) for column in named]
            return [shown(row) for row in zip(*columns, strict=True)]

    def _named(self, position: int, column: pa.Array) -> pa.Array:
        """A column with the names of classes in place of their numbers."""
        names = self._classes.get(self._names[position])
        return column if names is None else with_names(column, names)

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        number = 1
        for rows in self.arrow_batches(positions):
            with _errors():
                columns = {
                    position: _short(arrow_column(self._named(position, column)), number)
                    for position, column in zip(positions.wanted, rows, strict=True)
                }
            numbers = np.arange(number, number + len(rows[0]), dtype=np.int64)
            number += len(numbers)
            done = self.size * (number - 1) // max(self._file.metadata.num_rows, 1)
            typed = pa.RecordBatch.from_arrays(rows, [self.header[p] for p in positions.wanted])
            yield RowBatch(numbers, columns, done=done, typed=typed)

    def arrow_batches(self, positions: Positions) -> Iterator[list[pa.Array]]:
        """The wanted columns, in ascending order of their positions."""
        names = [self._names[position] for position in positions.wanted]
        # A name may occur twice, or mean a part of a nested column.
        counts = Counter(self._names)
        clear = all("." not in name and counts[name] == 1 for name in names)
        if not self._file.metadata.num_rows:
            kinds = self._file.schema_arrow.types
            yield [pa.array([], kinds[position]) for position in positions.wanted]
            return
        batches = self._file.iter_batches(self._rows_at_once(), columns=names if clear else None)
        while (batch := _next(batches)) is not None:
            if clear:
                yield [batch.column(name) for name in names]
            else:
                yield [batch.column(position) for position in positions.wanted]

    def _rows_at_once(self) -> int:
        """Rows that are not too many bytes together.

        Raises:
            BadInput: each row is.
        """
        if self._bytes_a_row > _MAX_ROW_BYTES:
            raise _too_long(f"one with {self._bytes_a_row / 1e6:,.0f} MB a row")
        return int(max(1, min(self._batch_rows, BATCH_BYTES // max(self._bytes_a_row, 1))))


def _next(batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    with _errors():
        return next(batches, None)


def _bytes_a_row(held: pq.FileMetaData) -> float:
    """Bytes of a decompressed row, in the row group where they are most.

    Not by column: to ask for a damaged column ends the process.
    """
    groups = map(held.row_group, range(held.num_row_groups))
    return max((g.total_byte_size / max(g.num_rows, 1) for g in groups), default=0.0)


def _short(column: TextColumn, first: int) -> TextColumn:
    """A column of which no cell is too long to be worked with; `first` is its first row.

    Raises:
        BadInput: one is.
    """
    lengths = pc.fill_null(pc.binary_length(column.texts), 0).to_numpy(zero_copy_only=False)
    if len(lengths) and lengths.max() > _MAX_ROW_BYTES:
        row = first + int(lengths.argmax())
        raise _too_long(f"{lengths.max() / 1e6:,.0f} MB in row {row:,}")
    return column


def _too_long(found: str) -> BadInput:
    return BadInput(
        f"a Parquet file with rows of at most {_MAX_ROW_BYTES >> 20} MB",
        found,
        "shorten its texts, or leave out the columns that are not needed",
    )


def _check_footer(path: Path, size: int) -> None:
    """Make sure that a file's list of columns and row groups is no burden."""
    with path.open("rb") as file:
        file.seek(max(size - 8, 0))
        end = file.read(8)
    length = struct.unpack("<I", end[:4])[0] if len(end) == 8 else 0
    if end[4:] == b"PAR1" and length > _MAX_FOOTER_BYTES:
        raise refusal(f"its list of columns takes {length / 1e6:,.0f} MB")


def _readable(column: pa.Array) -> list[str | None]:
    """A column's cells; those with MARK in them, which are no UTF-8, included."""
    cells = column.cast(pa.binary()).to_pylist()
    return [cell if cell is None else cell.decode("utf-8", "surrogateescape") for cell in cells]


def refusal(said: str) -> BadInput:
    """What to say of a file that cannot be read; `said` is the library's reason."""
    said = " ".join(said.split())
    return BadInput(
        "an undamaged Parquet file",
        f"one that cannot be read ({said[:120]})",
        "write or download it again",
    )


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise BadInput(
            "a Parquet file that fits into memory, a part at a time",
            "one that asks for more",
            "shorten its texts, or write it with smaller row groups",
        ) from error
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as error:
        raise refusal(str(error)) from error
