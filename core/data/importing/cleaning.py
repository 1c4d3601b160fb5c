"""Make the rows of a file those of a data set: leave out, correct, and report."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.import_report import (
    LONG_TEXT_CHARS,
    ImportReport,
    Problem,
    RowProblem,
    excerpt,
    rows_of,
)
from core.data.importing.label_rules import (
    DEFAULT_RULES,
    LabelCell,
    LabelRules,
    Merging,
    read_label,
)
from core.data.reading.batches import Positions, RowBatch, TextColumn
from core.data.text.lengths import blank_strings, count_words, string_buffers, without_blanks
from core.data.text_recipe import NEW_LINE, joined

_SPELLINGS_SAID = 5


class CleanRows(NamedTuple):
    """Rows as a data set has them; all of one length.

    `numbers` are theirs in the file, `cells` those of the further columns.
    """

    ids: pa.Array
    texts: pa.Array
    labels: pa.Array
    words: pa.Array
    cells: list[pa.Array]
    numbers: NDArray[np.int64]


class Cleaning:
    """Cleans batch after batch and reports what it finds."""

    def __init__(
        self,
        positions: Positions,
        report: ImportReport,
        *,
        first_row: int,
        separator: str = NEW_LINE,
        rules: LabelRules = DEFAULT_RULES,
        merging: Merging | None = None,
    ) -> None:
        """Begin with no rows.

        Args:
            positions: Where the chosen columns stand.
            report: Takes the problems.
            first_row: The number of the first row that is not the header.
            separator: Stands between the columns of a text, where these are several.
            rules: How labels are read.
            merging: Gives spellings of one class the same; None leaves each a class.
        """
        self.positions = positions
        self._separator = separator
        self._rules = rules
        self._merging = merging
        self._report = report
        self._first_row = first_row
        self._unlabelled: Counter[str] = Counter()
        self._nul_count = 0
        self._replaced = 0

    @property
    def rows(self) -> int:
        """Rows of the file so far."""
        return self._report.rows_in_file

    def clean(self, batch: RowBatch) -> CleanRows:
        """The rows that have a text.

        Raises:
            BadInput: a row is to be left out, and the import is to stop at such a one.
        """
        self._report.rows_in_file += len(batch.numbers) + len(batch.broken)
        self._nul_count += batch.nul_count + sum(c.nul_count for c in batch.columns.values())
        rows, marked = self._without_marked(batch)
        texts = self._texts([rows.columns[p].texts for p in self.positions.texts])
        words = count_words(texts)
        has_words = words.to_numpy() > 0
        empty = [RowProblem(row, Problem.EMPTY, "") for row in rows.numbers[~has_words].tolist()]
        long = _long_texts(rows.numbers, texts)
        self._report.add(sorted([*batch.broken, *marked, *empty, *long]))
        spelled, ids, cells = self._spelled_labels(rows), self._ids(rows), self._cells(rows)
        numbers = rows.numbers
        if empty:
            keep = pa.array(has_words)
            ids, texts, spelled, words = (c.filter(keep) for c in (ids, texts, spelled, words))
            cells = [column.filter(keep) for column in cells]
            numbers = numbers[has_words]
        self._report.kept(numbers)
        labels = self._classes(spelled, numbers)
        return CleanRows(ids, texts, labels, words, cells, numbers)

    def sentences(self) -> list[str]:
        """What was left out, changed or is odd, for people."""
        said = self._report.sentences()
        if self._unlabelled:
            said.append(self._unlabelled_sentence())
        if self._merging:
            said += self._merging.sentences()
        if self._nul_count:
            plural = "" if self._nul_count == 1 else "s"
            said.append(f"{self._nul_count:,} NUL character{plural} replaced by spaces")
        if self._replaced:
            cells = "1 cell" if self._replaced == 1 else f"{self._replaced:,} cells"
            said.append(f"{cells} of further columns with bytes that do not fit the encoding kept")
        return said

    def _unlabelled_sentence(self) -> str:
        spelled = [(name, rows) for name, rows in self._unlabelled.most_common() if name]
        written = ", ".join(f"{rows:,} with {name!r}" for name, rows in spelled[:_SPELLINGS_SAID])
        rows = rows_of(self._unlabelled.total())
        return f"{rows} without a label kept as unlabelled" + (f" ({written})" if written else "")

    def _without_marked(self, batch: RowBatch) -> tuple[RowBatch, list[RowProblem]]:
        """The rows whose bytes fit the encoding, and the others."""
        needed = {*self.positions.texts, self.positions.label}
        marks = [c.marked for p, c in batch.columns.items() if p in needed and c.marked is not None]
        if not marks:
            return batch, []
        marked = np.logical_or.reduce(marks)
        odd = _filtered(batch, marked)
        texts = self._texts([_readable(odd.columns[p]) for p in self.positions.texts])
        found = [
            RowProblem(row, Problem.BYTES, excerpt(text))
            for row, text in zip(odd.numbers.tolist(), texts.to_pylist(), strict=True)
        ]
        return _filtered(batch, ~marked), found

    def _texts(self, columns: list[pa.Array]) -> pa.Array:
        """The texts that these columns make; empty where there is none."""
        return _filled(joined(columns, self._separator))

    def _spelled_labels(self, batch: RowBatch) -> pa.Array:
        """The labels as they are written; null where there is no column of them."""
        if self.positions.label is None:
            return pa.nulls(len(batch.numbers), pa.string())
        return pc.utf8_trim_whitespace(batch.columns[self.positions.label].texts)

    def _classes(self, spelled: pa.Array, numbers: NDArray[np.int64]) -> pa.Array:
        """The class of each label; null where one is missing, however that was written."""
        if self.positions.label is None:
            return spelled
        encoded = pc.fill_null(spelled, "").dictionary_encode()
        values: list[str] = encoded.dictionary.to_pylist()
        counts = np.bincount(encoded.indices.to_numpy(), minlength=len(values)).tolist()
        cells = [read_label(value, self._rules) for value in values]
        self._note_lists(encoded, values, cells, numbers)
        for value, cell, rows in zip(values, cells, counts, strict=True):
            if cell.label is None and cell.unclear is None:
                self._unlabelled[value] += rows
        classes = [
            cell.label
            if cell.label is None or self._merging is None
            else self._merging.merge(cell.label, rows)
            for cell, rows in zip(cells, counts, strict=True)
        ]
        return pa.array(classes, pa.string()).take(encoded.indices)

    def _note_lists(
        self,
        encoded: pa.DictionaryArray,
        values: list[str],
        cells: list[LabelCell],
        numbers: NDArray[np.int64],
    ) -> None:
        """Report the rows whose label is an unclear list."""
        unclear = np.array([cell.unclear is not None for cell in cells], bool)
        if unclear.any():
            ids = encoded.indices.to_numpy()
            self._report.add(
                RowProblem(int(numbers[row]), Problem.LABEL_LIST, excerpt(values[ids[row]]))
                for row in np.flatnonzero(unclear[ids])
            )

    def _ids(self, batch: RowBatch) -> pa.Array:
        """The ids; where one is blank, how many rows stand above in the file."""
        if self.positions.id is None:
            return pc.cast(pa.array(batch.numbers - self._first_row), pa.string())
        ids = _filled(_readable(batch.columns[self.positions.id]))
        blank = blank_strings(ids)
        if not blank.any():
            return ids
        made = pc.cast(pa.array(batch.numbers - self._first_row), pa.string())
        return pc.if_else(pa.array(blank), made, ids)

    def _cells(self, batch: RowBatch) -> list[pa.Array]:
        """The cells of the further columns; blank ones are null, as missing ones are."""
        found = []
        for position in self.positions.others:
            column = batch.columns[position]
            if column.marked is not None:
                self._replaced += int(column.marked.sum())
            found.append(without_blanks(_readable(column)))
        return found


def _filtered(batch: RowBatch, keep: NDArray[np.bool_]) -> RowBatch:
    """Some of a batch's rows."""
    kept = pa.array(keep)
    columns = {
        place: TextColumn(c.texts.filter(kept), None if c.marked is None else c.marked[keep])
        for place, c in batch.columns.items()
    }
    return RowBatch(batch.numbers[keep], columns)


def _readable(column: TextColumn) -> pa.Array:
    """Cells with a sign in place of bytes that do not fit: no row is left out for its id alone."""
    if column.marked is None or not column.marked.any():
        return column.texts
    cells = column.texts.cast(pa.binary()).to_pylist()
    return pa.array([c and c.decode("utf-8", "replace") for c in cells], pa.string())


def _filled(column: pa.Array) -> pa.Array:
    return column.fill_null("") if column.null_count else column


def _long_texts(numbers: NDArray[np.int64], texts: pa.Array) -> list[RowProblem]:
    _, ends = string_buffers(texts)
    candidates = np.flatnonzero(np.diff(ends) > LONG_TEXT_CHARS)
    lengths = ((int(row), len(texts[int(row)].as_py())) for row in candidates)
    return [
        RowProblem(int(numbers[row]), Problem.LONG, f"{length:,} characters")
        for row, length in lengths
        if length > LONG_TEXT_CHARS
    ]
