"""Guess the delimiter, the quotation mark and the header of a CSV file from its beginning."""

from __future__ import annotations

import re
from statistics import median
from typing import NamedTuple

from core.data.reading.csv_records import Dialect, Record, split_records

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 1 << 18
_SAMPLE_ROWS = 500
_ONE_COLUMN_WORTH = 0.5  # A delimiter that divides nothing explains little,
_NAMED_WORTH = 0.5  # one that sets a usual column name free much.
_HEADER_NAMES = frozenset(
    (
        *("text", "question_text", "comment_text", "comment", "tweet", "message", "sentence"),
        *("label", "labels", "target", "class", "category", "toxic", "sentiment"),
        *("id", "qid", "uid", "row_id", "index", "title", "body", "content"),
    )
)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?")
_NUMERIC_SHARE = 0.9
_FEW_VALUES = 20
_SENTENCE_WORDS = 4


class _Fit(NamedTuple):
    """How well a way of reading suits a sample: `share` of the rows are as wide as the first."""

    dialect: Dialect
    records: list[Record]
    share: float
    width: int

    @property
    def worth(self) -> tuple[float, int]:
        if self.width < 2:
            return self.share * _ONE_COLUMN_WORTH, self.width
        return self.share + _NAMED_WORTH * _has_known_name(self.records[0]), self.width


def guess_dialect(text: str, *, final: bool) -> tuple[Dialect, bool]:
    """The dialect that suits a text best, and whether its first row is a header.

    Args:
        text: The beginning of a CSV file.
        final: Whether that is all of the file.
    """
    final = final and len(text) <= _SAMPLE_CHARS
    text = text[:_SAMPLE_CHARS]
    best = _best_fit(text, '"', final)
    bare = _best_fit(text, "", final)
    if bare.worth > best.worth and _rarely_quotes(text, bare.dialect.delimiter, final):
        best = bare
    if _between_single_quotes(best.records):
        single = _best_fit(text, "'", final)
        best = single if single.worth >= best.worth else best
    return best.dialect, has_header(best.records)


def _best_fit(text: str, quote: str, final: bool) -> _Fit:
    fits = [_fit(text, Dialect(delimiter, quote), final) for delimiter in _DELIMITERS]
    return max(fits, key=lambda fit: fit.worth)


def _fit(text: str, dialect: Dialect, final: bool) -> _Fit:
    records = split_records(text, dialect, final=final)[0][:_SAMPLE_ROWS]
    if not records or isinstance(records[0], str):
        return _Fit(dialect, records, 0.0, 0)
    width = len(records[0])
    same = sum(not isinstance(record, str) and len(record) == width for record in records)
    return _Fit(dialect, records, same / len(records), width)


def _rarely_quotes(text: str, delimiter: str, final: bool) -> bool:
    """Whether quotation marks break rows more often than they stand around a cell."""
    records = split_records(text, Dialect(delimiter, '"'), final=final)[0]
    broken = sum(isinstance(record, str) for record in records)
    edge = re.escape(delimiter)
    quoted = re.finditer(rf'(?:^|{edge})"(?:[^"]|"")*"(?={edge}|\r?$)', text, re.MULTILINE)
    return broken > 0 and broken >= sum(1 for _ in quoted)


def _between_single_quotes(records: list[Record]) -> bool:
    cells = [cell for record in records if not isinstance(record, str) for cell in record if cell]
    opened = sum(cell.startswith("'") for cell in cells)
    closed = sum(cell.endswith("'") for cell in cells)
    return min(opened, closed) > len(cells) / 3


def has_header(records: list[Record]) -> bool:
    """Whether the first row names the columns; so it does unless it looks like the others."""
    first, *rest = records or [""]
    if isinstance(first, str) or _has_known_name(first):
        return True
    rows = [row for row in rest if not isinstance(row, str) and len(row) == len(first)]
    if not rows or _counts_up(first):
        return True
    columns = [[row[position].strip() for row in rows] for position in range(len(first))]
    return not any(
        _like_the_rest(name.strip(), cells, alone=len(first) == 1)
        for name, cells in zip(first, columns, strict=True)
    )


def _has_known_name(cells: list[str] | str) -> bool:
    return any(name.strip().lower() in _HEADER_NAMES for name in cells)


def _counts_up(names: list[str]) -> bool:
    """Whether the columns are called 0, 1, 2, … as pandas does."""
    filled = [name for name in names if name]
    return len(filled) > 1 and filled == [str(number) for number in range(len(filled))]


def _like_the_rest(name: str, cells: list[str], *, alone: bool) -> bool:
    filled = [cell for cell in cells if cell]
    if not name or not filled:
        return False
    if _NUMBER.fullmatch(name):
        return sum(map(bool, map(_NUMBER.fullmatch, filled))) >= _NUMERIC_SHARE * len(filled)
    values = set(filled)
    if name in values and len(values) <= min(_FEW_VALUES, len(filled) // 2):
        return True
    lengths = [len(cell.split()) for cell in filled]
    return alone and len(name.split()) >= _SENTENCE_WORDS <= median(lengths)
