"""Where a table begins in its first rows, and which of them names its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from core.data.reading.column_names import bare_name
from core.data.reading.csv_records import Record
from core.data.text.characters import UNIT, kinds

ROW_NAMES = "row names"
"""The column of row names that R writes without a name."""
_NAMES = frozenset(
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
_MOST_ABOVE = 40
"""Rows above a table that are looked through."""
_REGULAR_SHARE = 0.8
_LEAST_ROWS = 3


class TableStart(NamedTuple):
    """The first row of a table, counted from 0, and how many cells its rows have."""

    row: int
    width: int


def table_start(records: Sequence[Record]) -> TableStart:
    """Where the table begins: behind titles, comments and the like.

    Args:
        records: The first rows of a file.
    """
    rows = [[] if isinstance(record, str) else record for record in records]
    if not any(rows):
        return TableStart(0, 0)
    width = _common(list(map(len, filter(None, rows))), len(rows[0]))
    first = next(number for number, row in enumerate(rows) if len(row) == width)
    above = first - 1
    is_named = has_known_name(rows[first]) and not has_known_name(rows[above])
    if first and not is_named and fitted_names(rows[above], rows[first:]) != rows[above]:
        # A header that is one cell short or long, as R writes it.
        return TableStart(above, width)
    if first and not _is_table(rows, first, width):
        return TableStart(0, len(rows[0]))
    return TableStart(first + _rows_above(rows[first:]), width)


def _common(widths: list[int], preferred: int) -> int:
    counts = Counter(widths)
    most = max(counts.values())
    return preferred if counts[preferred] == most else max(w for w in counts if counts[w] == most)


def _is_table(rows: list[list[str]], first: int, width: int) -> bool:
    """Whether the rows from `first` on are a table, and those above it are not its header."""
    table = rows[first:]
    fitting = [row for row in table if len(row) == width]
    if width < 2 or first > _MOST_ABOVE or len(fitting) < _LEAST_ROWS:
        return False
    if len(fitting) < _REGULAR_SHARE * len(table):
        return False
    if any(map(has_known_name, rows[:first])) and not has_known_name(rows[first]):
        return False
    return has_known_name(rows[first]) or any(
        kind.is_typed for kind in cell_patterns(fitting[1:], width)
    )


def _rows_above(rows: list[list[str]]) -> int:
    """How many rows of a table's width stand above its header: titles with empty cells beside."""
    head = rows[:_MOST_ABOVE]
    for number, row in enumerate(head):
        is_comment = _is_comment(row) and any(map(has_known_name, head[number + 1 :][:1]))
        if _known_names(row) and not is_comment and _is_header_below(rows, number):
            return number
    typical = median(_filled(row) for row in rows if len(row) == len(rows[0]))
    left = min((_first_filled(row) for row in rows if any(row)), default=0)
    titles = [
        _filled(row) <= 1 < typical and _first_filled(row) in (left, len(row)) for row in head
    ]
    above = [title or _is_comment(row) for title, row in zip(titles, head, strict=True)]
    number = next((number for number, is_above in enumerate(above) if not is_above), 0)
    return number if number and _is_set_apart(rows, number, titles) else 0


def _is_set_apart(rows: list[list[str]], number: int, titles: list[bool]) -> bool:
    """Whether so many rows above are no rows of the table: a text may begin with # or lack a label.

    Titles are if they could not stand in it or a header follows; comments, if a header follows that
    differs from the rows below it.
    """
    table = rows[number:]
    kinds = _kinds_below(table[0], table[1:])
    if all(titles[:number]):
        return has_header(table) or not any(_could_stand(row, kinds) for row in rows[:number])
    is_told = len(kinds) > 1 and any(kind.is_typed for kind in kinds)
    return has_known_name(table[0]) or (is_told and has_header(table))


def _kinds_below(header: list[str], rows: list[list[str]]) -> list[CellPattern]:
    return cell_patterns([row for row in rows if len(row) == len(header)], len(header))


def _could_stand(row: list[str], kinds: list[CellPattern]) -> bool:
    """Whether a row could be one of a table with columns of these kinds."""
    cells = zip(kinds, row, strict=False)
    return any(row) and all(kind.admits(cell) for kind, cell in cells if cell)


def _is_header_below(rows: list[list[str]], number: int) -> bool:
    """Whether a row with usual names is the header, although other rows stand above it."""
    row = rows[number]
    if len(row) != len(rows[0]):
        return False  # A text with delimiters in it.
    for position, cell in enumerate(row if number else []):
        others = (other for other in rows[number + 1 :] if other != row)
        below = (other[position] for other in others if len(other) > position)
        if has_known_name([cell]) and cell in below:
            return False  # A class that is called so.
    lesser = not number or all(
        _is_comment(other) or _filled(other) < _filled(row) for other in rows[:number]
    )
    if lesser or _known_names(row) < 2:
        return lesser
    kinds = _kinds_below(row, rows[number + 1 :])
    return not any(_could_stand(other, kinds) for other in rows[:number])


def _filled(row: list[str]) -> int:
    return sum(map(bool, row))


def _first_filled(row: list[str]) -> int:
    return next((place for place, cell in enumerate(row) if cell), len(row))


def _is_comment(row: list[str]) -> bool:
    return row[0].lstrip().startswith(("#", "//")) if row else False


def fitted_names(names: list[str], rows: Sequence[Record]) -> list[str]:
    """A header with as many names as the rows below it have cells, where that can be told.

    R writes no name above its row names; others end rows with a delimiter, but not the header, or
    the header only.
    """
    bodies = [row for row in rows if row and not isinstance(row, str)]
    if not bodies or not names:
        return names
    width = _common(list(map(len, bodies)), len(names))
    fitting = [row for row in bodies if len(row) == width]
    if len(fitting) < _REGULAR_SHARE * len(bodies):
        return names
    if width < len(names):
        return names if any(names[width:]) else names[:width]
    is_short = all(len(row) > len(names) for row in bodies)  # Else some rows are too long.
    return _lengthened(names, fitting, width) if is_short else names


def _lengthened(names: list[str], rows: list[list[str]], width: int) -> list[str]:
    """A header that is shorter than the rows below it, with the names that it lacks."""
    if not any(cell for row in rows for cell in row[len(names) :]):
        return [*names, *[""] * (width - len(names))]
    if width == len(names) + 1 and _are_row_names(names, rows):
        return [ROW_NAMES, *names]
    return names


def _are_row_names(names: list[str], rows: list[list[str]]) -> bool:
    """Whether the first cell names each row, and is not the first part of an unquoted text."""
    firsts = [row[0] for row in rows]
    if has_known_name(rows[0]) or len(rows) < 2 or len(set(firsts)) < len(firsts):
        return False
    # A delimiter that a space follows stands inside a text.
    parts = sum(any(cell.startswith(" ") for cell in row[1:]) for row in rows)
    if parts > (1 - _REGULAR_SHARE) * len(rows):
        return False
    return all(first.isdigit() for first in firsts) or (has_known_name(names) and not parts)


def has_header(records: Sequence[Record]) -> bool:
    """Whether the first row names the columns; so it does unless it looks like the others."""
    first, *rest = records or [""]
    if isinstance(first, str) or has_known_name(first):
        return True
    rows = [row for row in rest if not isinstance(row, str) and len(row) == len(first)]
    if not rows or _counts_up(first):
        return True
    columns = [[row[position].strip() for row in rows] for position in range(len(first))]
    return not any(
        _like_the_rest(name.strip(), cells, alone=len(first) == 1)
        for name, cells in zip(first, columns, strict=True)
    )


def has_known_name(cells: Record) -> bool:
    """Whether one of the cells is a usual name of a column."""
    return not isinstance(cells, str) and _known_names(cells) > 0


def _known_names(cells: list[str]) -> int:
    return sum(bare_name(name.strip(" \t#")).lower() in _NAMES for name in cells)


def _counts_up(names: list[str]) -> bool:
    """Whether the columns are called 0, 1, 2, … as pandas does."""
    filled = [name for name in names if name]
    return len(filled) > 1 and filled == [str(number) for number in range(len(filled))]


def _like_the_rest(name: str, cells: list[str], *, alone: bool) -> bool:
    filled = [cell for cell in cells if cell]
    if not name or not filled:
        return False
    kind = _kind(filled)
    if _NUMBER.fullmatch(name):
        return kind.is_number
    if name in kind.values:
        return True
    return alone and _words(name) >= _SENTENCE_WORDS <= median(map(_words, filled))


def _words(text: str) -> int:
    """About how many words a text has; where no spaces are written, two characters are one."""
    points = np.fromiter(map(ord, text), np.int64, len(text))
    return len(text.split()) + int(np.count_nonzero(kinds()[points] == UNIT)) // 2


class CellPattern(NamedTuple):
    """What a column holds: numbers, a few `values` again and again, or anything."""

    is_number: bool = False
    values: frozenset[str] = frozenset()

    @property
    def is_typed(self) -> bool:
        """Whether not every text could stand in the column."""
        return self.is_number or bool(self.values)

    def admits(self, cell: str) -> bool:
        """Whether a cell could stand in the column; a class may be one not seen before."""
        if self.is_number:
            return not cell.strip() or bool(_NUMBER.fullmatch(cell.strip()))
        longest = max(map(len, self.values), default=0)
        is_like = 0 < len(cell) <= 2 * longest and not cell.startswith(" ")
        return not self.values or cell in self.values or is_like


def cell_patterns(rows: Sequence[list[str]], width: int) -> list[CellPattern]:
    """What each column of rows holds.

    Args:
        rows: Rows without their header, each with `width` cells.
        width: The number of columns.
    """
    columns = ([row[position].strip() for row in rows] for position in range(width))
    return [_kind([cell for cell in cells if cell]) for cells in columns]


def _kind(filled: list[str]) -> CellPattern:
    if not filled:
        return CellPattern()
    numbers = sum(map(bool, map(_NUMBER.fullmatch, filled)))
    values = frozenset(filled)
    few = len(values) <= min(_FEW_VALUES, len(filled) // 2)
    return CellPattern(numbers >= _NUMERIC_SHARE * len(filled), values if few else frozenset())
