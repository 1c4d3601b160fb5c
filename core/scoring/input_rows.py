"""The rows of a file that is to be scored: all of them, in order, with all their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.import_report import Problem, RowProblem
from core.data.reading.batches import Positions, RowBatch, Table, TextColumn
from core.data.reading.cells import shown
from core.data.text_recipe import NEW_LINE, joined


class Reason(str, Enum):
    """Why a row has no score."""

    EMPTY = "empty"
    BYTES = "bytes"
    FIELDS = "fields"
    QUOTING = "quoting"
    HEADER = "header"
    JSON = "json"

    @property
    def label(self) -> str:
        """A few plain words for people, such as stand behind "rows with"."""
        return Problem(self.value).label


@dataclass(frozen=True)
class FileRows:
    """Some rows of a file, in order.

    Attributes:
        numbers: Each row's number in the file, shape (n,).
        columns: All columns as strings, null where a cell is missing.
        typed: The same as the file has them, where it has types; else None.
        texts: What is to be scored; null where there is nothing to score.
        errors: Why not, in words; null where there is a text.
        reasons: How many rows have which Reason, by its value.
        short: Rows with a text that had fewer cells than the header.
        replaced: Cells in which bytes or characters had to be replaced.
    """

    numbers: NDArray[np.int64]
    columns: list[pa.Array]
    typed: pa.RecordBatch | None
    texts: pa.Array
    errors: pa.Array
    reasons: Counter[str]
    replaced: int
    short: int = 0

    def __len__(self) -> int:
        return len(self.numbers)


def file_rows(table: Table, positions: Positions, separator: str = NEW_LINE) -> Iterator[FileRows]:
    """All rows of a table, those included that no columns could be read from, in parts.

    A row with fewer cells than the header has is filled up with empty ones, and has no text if
    these are the text's. Of one with more, those that stand under no column are told in its error;
    a line that is no row at all stands in the text's first column of JSON and in the first one of
    CSV. Of an empty table there is one part.

    Args:
        table: An open file.
        positions: Where the text stands.
        separator: Stands between the columns of a text, where these are several.
    """
    width = len(table.header)
    wanted = positions._replace(others=tuple(range(width)))
    for batch in table.batches(wanted):
        yield _laid_out(batch, width, positions.texts, separator)


def count_rows(table: Table, positions: Positions) -> Iterator[int]:
    """How many rows a file has, said again after each part of it."""
    rows = 0
    for batch in table.batches(positions):
        rows += len(batch.numbers) + len(batch.broken)
        yield rows


def _laid_out(batch: RowBatch, width: int, places: tuple[int, ...], separator: str) -> FileRows:
    columns = [_whole(batch.columns[place]) for place in range(width)]
    numbers, reasons = batch.numbers, np.zeros(len(batch.numbers), np.int8)
    for place in places:
        if (marked := batch.columns[place].marked) is not None:
            reasons[marked] = _CODES[Reason.BYTES]
    details: dict[int, str] = {}
    if batch.broken:
        patches = [
            _patch(finding, cells, width, places)
            for finding, cells in zip(batch.broken, batch.remains, strict=True)
        ]
        numbers = np.concatenate([numbers, [finding.row for finding in batch.broken]])
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        added = zip(*(patch.cells for patch in patches), strict=True)
        columns = [_woven(old, more, order) for old, more in zip(columns, added, strict=True)]
        reasons = np.concatenate([reasons, [patch.reason for patch in patches]])[order]
        found = zip(batch.broken, patches, strict=True)
        details = {finding.row: patch.detail for finding, patch in found}
    made = joined([columns[place] for place in places], separator)
    reasons[(reasons == 0) & _blank(made)] = _CODES[Reason.EMPTY]
    errors = _errors(numbers, reasons, details)
    texts = pc.if_else(pa.array(reasons == 0), made, pa.scalar(None, pa.string()))
    counts = Counter(_REASONS[code - 1].value for code in reasons[reasons > 0].tolist())
    short = int(np.isin(numbers[reasons == 0], list(details)).sum())
    return FileRows(numbers, columns, batch.typed, texts, errors, counts, _replaced(batch), short)


_REASONS = tuple(Reason)
_CODES = {reason: code for code, reason in enumerate(_REASONS, 1)}
"""0 is a row with a text to score."""


class _Patch(NamedTuple):
    """What stands for a row that no columns could be read from."""

    cells: list[str]
    reason: int
    detail: str


def _patch(finding: RowProblem, cells: list[str], width: int, texts: tuple[int, ...]) -> _Patch:
    cells = list(shown(cells))
    if finding.problem is Problem.FIELDS:
        counted = f"{len(cells):,} {'cell' if len(cells) == 1 else 'cells'} instead of {width:,}"
        if len(cells) < width:
            reason = 0 if max(texts) < len(cells) else _CODES[Reason.FIELDS]
            return _Patch([*cells, *[""] * (width - len(cells))], reason, counted)
        rest = ", ".join(repr(cell) for cell in cells[width:])
        told = f"{counted}; beyond the header: {rest}"
        return _Patch(cells[:width], _CODES[Reason.FIELDS], told)
    if finding.problem is Problem.HEADER:
        return _Patch([*cells, *[""] * (width - len(cells))], _CODES[Reason.HEADER], "")
    is_json = finding.problem is Problem.JSON
    place = texts[0] if is_json else 0
    told = f"the line stands as it is in the {'text' if is_json else 'first'} column"
    line = ["" if column != place else cells[0] for column in range(width)]
    return _Patch(line, _CODES[Reason(finding.problem.value)], told)


def _whole(column: TextColumn) -> pa.Array:
    """A column's strings, with a sign where bytes do not fit the encoding."""
    if column.marked is None:
        return column.texts
    cells = column.texts.cast(pa.binary()).to_pylist()
    return pa.array([cell and cell.decode("utf-8", "replace") for cell in cells], pa.string())


def _woven(old: pa.Array, more: Sequence[str], order: NDArray[np.int64]) -> pa.Array:
    return pa.concat_arrays([old, pa.array(more, pa.string())]).take(pa.array(order))


def _blank(texts: pa.Array) -> NDArray[np.bool_]:
    lengths = pc.utf8_length(pc.utf8_trim_whitespace(texts))
    blank: NDArray[np.bool_] = pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False) == 0
    return blank


def _errors(
    numbers: NDArray[np.int64], reasons: NDArray[np.int8], details: dict[int, str]
) -> pa.Array:
    """Why rows have no score, in words; null where they have one."""
    told: list[str | None] = [None] * len(numbers)
    for place in np.flatnonzero(reasons).tolist():
        detail = details.get(int(numbers[place]))
        label = _REASONS[reasons[place] - 1].label
        told[place] = f"{label}: {detail}" if detail else label
    return pa.array(told, pa.string())


def _replaced(batch: RowBatch) -> int:
    columns = batch.columns.values()
    marked = sum(int(column.marked.sum()) for column in columns if column.marked is not None)
    return marked + batch.nul_count + sum(column.nul_count for column in columns)
