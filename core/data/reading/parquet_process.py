"""The head of a Parquet file, read in a process of its own, see `limited_process`.

`python -m core.data.reading.parquet_process FILE` writes the head as JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from core.data.reading.batches import Positions, Row, RowBatch, Sample
from core.data.reading.limited_process import ReadingFailed, answer, run_limited
from core.data.reading.parquet_table import ParquetTable, refusal
from core.records import from_json, to_json

HEAD_ROWS = 500
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
            said = run_limited("core.data.reading.parquet_process", [str(path.resolve())])
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


def _main(path: str) -> bytes:
    table = ParquetTable(Path(path))
    rows = _bounded(table.head(HEAD_ROWS))
    sample = table.sample()
    kept = _bounded(sample.rows)
    whole = sample.whole and len(kept) == len(sample.rows)
    return to_json(_Head(table.header, rows, kept, whole)).encode()


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
    answer(
        partial(_main, sys.argv[1]),
        memory=_MEMORY_BYTES,
        damage=(pa.ArrowException, OSError, ValueError, MemoryError),
    )
