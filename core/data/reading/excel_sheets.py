"""Which sheet of a workbook holds the table, where the first one may be a readme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from core.data.reading.column_names import ID_NAMES, LABEL_NAMES, TEXT_NAMES

_LOOKED_AT = 12
_FIRST_ROWS = 50
_TITLE_ROWS = 10
_LONG_TABLE = 20
_KNOWN = frozenset((*TEXT_NAMES, *LABEL_NAMES, *ID_NAMES))


class _Likeness(NamedTuple):
    """How much a sheet looks like a table of texts; compared from left to right."""

    has_rows: bool
    known_names: bool
    columns: bool
    rows: int


_CERTAIN = _Likeness(True, True, True, _LONG_TABLE)


def likeliest_table(book: CalamineWorkbook, names: list[str]) -> CalamineSheet:
    """The sheet that looks most like a table; of equal ones the first, a hidden one last.

    Args:
        book: The workbook.
        names: Its sheets, the likeliest first.
    """
    shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    best, found = _likeliest(book, [name for name in names if name in shown] or names)
    return best if found.has_rows else _likeliest(book, names)[0]


def _likeliest(book: CalamineWorkbook, names: list[str]) -> tuple[CalamineSheet, _Likeness]:
    best = book.get_sheet_by_name(names[0])
    found = _likeness(best)
    for name in names[1:_LOOKED_AT]:
        if found == _CERTAIN:
            break
        other = book.get_sheet_by_name(name)
        if (likeness := _likeness(other)) > found:
            best, found = other, likeness
    return best, found


def _likeness(sheet: CalamineSheet) -> _Likeness:
    rows = [row for row in islice(sheet.iter_rows(), _FIRST_ROWS) if any(c != "" for c in row)]
    if not rows:
        return _Likeness(False, False, False, 0)
    filled = [sum(cell != "" for cell in row) for row in rows]
    columns = len(rows) > 1 and 2 * sum(width > 1 for width in filled) > len(rows)
    height = min(sheet.height, _LONG_TABLE) if columns else 0
    named = _has_known_names(rows[0]) or any(map(_has_known_names, _wide(rows[:_TITLE_ROWS])))
    return _Likeness(True, named, columns, height)


def _wide(rows: Sequence[Sequence[object]]) -> Iterator[Sequence[object]]:
    """Rows of several cells: a readme may list column names one below the other."""
    return (row for row in rows if sum(cell != "" for cell in row) > 1)


def _has_known_names(cells: Sequence[object]) -> bool:
    """Whether most of the first row's cells are well-known column names, or two of them."""
    names = [str(cell).strip().lower() for cell in cells if cell != ""]
    known = sum(name in _KNOWN for name in names)
    return known > 1 or 2 * known > len(names)
