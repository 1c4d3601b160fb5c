"""Read a Parquet file, a few thousand rows at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.reading.batches import Positions, RowBatch
from core.data.reading.cells import arrow_column, shown
from core.errors import BadInput

_BATCH_ROWS = 16_384
_BUFFER_BYTES = 1 << 20


class ParquetTable:
    """A Parquet file, see `Table`; the first row has the number 1."""

    first_row = 1

    def __init__(self, path: Path, *, batch_rows: int = _BATCH_ROWS) -> None:
        """Open a file to read `batch_rows` of it at once."""
        self._batch_rows = batch_rows
        self.size = path.stat().st_size
        with _errors():
            # A buffer keeps a column of a whole file out of the memory.
            self._file = pq.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
            names = self._file.schema_arrow.names
        self._names: list[str] = names
        self.header = shown(names)
        if not self.header:
            raise BadInput("a Parquet file with columns", "none", "choose another file")

    def head(self, rows: int) -> list[tuple[str, ...]]:
        """As `Table.head`."""
        with _errors():
            for batch in self._file.iter_batches(batch_size=rows):
                cells = [arrow_column(column).texts for column in batch.columns]
                columns = [_readable(column) for column in cells]
                return [shown(row) for row in zip(*columns, strict=True)]
        return []

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """As `Table.batches`."""
        number = 1
        for rows in self._arrow_batches(positions):
            with _errors():
                columns = {
                    position: arrow_column(column)
                    for position, column in zip(positions.wanted, rows, strict=True)
                }
            numbers = np.arange(number, number + len(rows[0]), dtype=np.int64)
            number += len(numbers)
            done = self.size * (number - 1) // max(self._file.metadata.num_rows, 1)
            typed = pa.RecordBatch.from_arrays(rows, [self.header[p] for p in positions.wanted])
            yield RowBatch(numbers, columns, done=done, typed=typed)

    def _arrow_batches(self, positions: Positions) -> Iterator[list[pa.Array]]:
        """The wanted columns, in ascending order of their positions."""
        names = [self._names[position] for position in positions.wanted]
        # A name may occur twice, or mean a part of a nested column.
        clear = all("." not in name and self._names.count(name) == 1 for name in names)
        if not self._file.metadata.num_rows:
            kinds = self._file.schema_arrow.types
            yield [pa.array([], kinds[position]) for position in positions.wanted]
            return
        with _errors():
            for batch in self._file.iter_batches(
                self._batch_rows, columns=names if clear else None
            ):
                if clear:
                    yield [batch.column(name) for name in names]
                else:
                    yield [batch.column(position) for position in positions.wanted]


def _readable(column: pa.Array) -> list[str | None]:
    """A column's cells; those with MARK in them, which are no UTF-8, included."""
    cells = column.cast(pa.binary()).to_pylist()
    return [cell if cell is None else cell.decode("utf-8", "surrogateescape") for cell in cells]


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as error:
        said = " ".join(str(error).split())
        raise BadInput(
            "an undamaged Parquet file",
            f"one that cannot be read ({said[:120]})",
            "write or download it again",
        ) from error
