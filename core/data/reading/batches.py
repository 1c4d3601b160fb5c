"""What every reader of a file gives: its rows as text, batch by batch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.importing.import_report import RowProblem


class Positions(NamedTuple):
    """Where the chosen columns stand, counted from 0; `others` are read along with them.

    `texts` are the columns that make a text together, in their order.
    """

    texts: tuple[int, ...]
    label: int | None = None
    id: int | None = None
    others: tuple[int, ...] = ()

    @property
    def wanted(self) -> list[int]:
        """The chosen positions, each once, in ascending order."""
        chosen = {*self.texts, self.label, self.id, *self.others}
        return sorted(position for position in chosen if position is not None)


Row: TypeAlias = tuple[str, ...]
"""The cells of a row, as people see them."""
_SAMPLE_ROWS = 10_000


class Sample(NamedTuple):
    """Rows from all over a file; `whole` tells whether they are all of its rows."""

    rows: tuple[Row, ...]
    whole: bool

    @property
    def where(self) -> str:
        """Which rows these are, for people."""
        count = f"{len(self.rows):,}"
        if self.whole:
            return "the only row" if count == "1" else f"all {count} rows"
        return "1 row" if count == "1" else f"{count} rows from all over the file"


def thinned(rows: Sequence[Row], *, whole: bool) -> Sample:
    """A sample of these rows; of very many, some at even steps, and the last one."""
    step = -(-len(rows) // _SAMPLE_ROWS)
    if step <= 1:
        return Sample(tuple(rows), whole)
    return Sample((*rows[:-1:step], rows[-1]), False)


class TextColumn(NamedTuple):
    """Cells as strings, null where one is missing.

    `marked` tells which ones hold bytes that do not fit the encoding, and are no UTF-8 therefore;
    None if none does. `nul_count` NUL characters in them have become spaces.
    """

    texts: pa.Array
    marked: NDArray[np.bool_] | None = None
    nul_count: int = 0


@dataclass(frozen=True)
class RowBatch:
    """Some rows of a file, in order.

    Attributes:
        numbers: Of each row, its number in the file.
        columns: The chosen columns by position.
        broken: Rows of this part of the file that no columns could be read from.
        remains: Of each of `broken`, the cells that were there, or its text as one cell.
        done: Bytes of the file that are read so far.
        nul_count: NUL characters that became spaces since the last batch, outside `columns`.
        typed: The chosen columns as the file has them, where it has types.
    """

    numbers: NDArray[np.int64]
    columns: dict[int, TextColumn]
    broken: list[RowProblem] = field(default_factory=list)
    done: int = 0
    nul_count: int = 0
    remains: list[list[str]] = field(default_factory=list)
    typed: pa.RecordBatch | None = None


class Table(Protocol):
    """A file that is open for reading rows of text.

    `header` holds the column names, `size` the bytes of the file, `first_row` the number of the
    first row that is not the header.
    """

    header: tuple[str, ...]
    size: int
    first_row: int

    def head(self, rows: int) -> list[Row]:
        """The first rows, as people see them; fewer if they are long."""

    def sample(self) -> Sample:
        """Rows from all over the file: its beginning, its end and places between."""

    def batches(self, positions: Positions) -> Generator[RowBatch, None, None]:
        """All rows, with the columns at these positions."""
