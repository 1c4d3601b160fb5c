"""Parquet files read in a process of its own, see `limited_process`.

`python -m core.data.reading.parquet_process FILE` writes the head as JSON, and with positions of
columns (`FILE 0,3`) their rows in Arrow's stream format.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from core.data.reading.batches import Positions, Row, RowBatch, Sample
from core.data.reading.limited_process import (
    ReadingFailed,
    answer,
    limited_stream,
    run_limited,
)
from core.data.reading.parquet_table import BATCH_BYTES, ParquetTable, refusal
from core.records import from_json, to_json

HEAD_ROWS = 500
_MODULE = "core.data.reading.parquet_process"
_SMALL_FILE_BYTES, _SMALL_BYTES = 1 << 16, BATCH_BYTES
_CELL_CHARS = 20_000
_CHARS = 16 << 20
_MEMORY_BYTES = 4 << 30  # Of the address space, of which libraries reserve some for nothing.


class _Head(NamedTuple):
    header: Row
    rows: list[Row]
    sample: list[Row]
    whole: bool


class ParquetHead:
    """The first rows of a Parquet file, and some from all over it; see `Table`."""

    first_row = 1

    def __init__(self, path: Path) -> None:
        """Read them.

        Raises:
            BadInput: the file is damaged, or asks for too much memory.
        """
        self.size = path.stat().st_size
        try:
            said = run_limited(_MODULE, [str(path.resolve())])
        except ReadingFailed as error:
            raise refusal(str(error)) from error
        self._found = from_json(_Head, said)
        self.header = self._found.header

    def head(self, rows: int) -> list[Row]:
        """As `Table.head`; at most 500."""
        return self._found.rows[:rows]

    def sample(self) -> Sample:
        """As `Table.sample`."""
        return Sample(tuple(self._found.sample), self._found.whole)

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """None: the other rows are not read."""
        raise NotImplementedError("only the head of the file is open")


class BoundedParquet(ParquetTable):
    """A Parquet file whose rows a process with a limit to its memory reads and hands over.

    A file of a few kilobytes may hold gigabytes, in one cell or in one that is repeated, and does
    not tell so. That process has the next rows ready when these are wanted.
    """

    def head(self, rows: int) -> list[Row]:
        """As `Table.head`; at most 500."""
        return self._ahead.head(rows)

    def sample(self) -> Sample:
        """As `Table.sample`."""
        return self._ahead.sample()

    @cached_property
    def _ahead(self) -> ParquetHead:
        return ParquetHead(self.path)

    def arrow_batches(self, positions: Positions) -> Iterator[list[pa.Array]]:
        """As `ParquetTable.arrow_batches`."""
        wanted = ",".join(map(str, positions.wanted))
        try:
            with limited_stream(_MODULE, [str(self.path.resolve()), wanted]) as stream:
                for batch in pa.ipc.open_stream(stream):
                    yield batch.columns
        except ReadingFailed as error:
            raise refusal(str(error)) from error


def open_parquet(path: Path) -> ParquetTable:
    """A Parquet file, read by another process unless it cannot be large.

    Raises:
        BadInput: the file is damaged.
    """
    table = ParquetTable(path)
    small = table.size <= _SMALL_FILE_BYTES and table.most_bytes <= _SMALL_BYTES
    return table if small else BoundedParquet(path)


def _main(path: str, wanted: str = "") -> None:
    work = partial(_write_rows, path, wanted) if wanted else partial(_write_head, path)
    damage = (pa.ArrowException, OSError, ValueError, MemoryError)
    answer(work, memory=_MEMORY_BYTES, damage=damage)


def _write_rows(path: str, wanted: str, file: BinaryIO) -> None:
    places = tuple(map(int, wanted.split(",")))
    table = ParquetTable(Path(path))
    stream = None
    for columns in table.arrow_batches(Positions(places)):
        batch = pa.record_batch(columns, list(map(str, range(len(columns)))))
        stream = stream or pa.ipc.new_stream(file, batch.schema)
        rows = max(1, len(batch) * BATCH_BYTES // max(_bytes(columns), 1))
        for start in range(
            0, max(len(batch), 1), rows
        ):  # Types come with a batch, if an empty one.
            stream.write_batch(batch.slice(start, rows))
    if stream is not None:
        stream.close()


def _bytes(columns: Iterable[pa.Array]) -> int:
    """What columns take with each cell written out, even one that others repeat."""
    return sum(
        (c.dictionary_decode() if pa.types.is_dictionary(c.type) else c).nbytes for c in columns
    )


def _write_head(path: str, file: BinaryIO) -> None:
    table = ParquetTable(Path(path))
    rows = _bounded(table.head(HEAD_ROWS))
    sample = table.sample()
    kept = _bounded(sample.rows)
    whole = sample.whole and len(kept) == len(sample.rows)
    file.write(to_json(_Head(table.header, rows, kept, whole)).encode())


def _bounded(rows: Iterable[Row]) -> list[Row]:
    """Rows with cells cut off that no one would read, as many as are not too long together."""
    kept: list[Row] = []
    left = _CHARS
    for row in rows:
        cut = tuple(cell[:_CELL_CHARS] for cell in row)
        left -= sum(map(len, cut))
        if left < 0:
            break
        kept.append(cut)
    return kept


if __name__ == "__main__":
    pa.set_cpu_count(1)
    _main(*sys.argv[1:])
