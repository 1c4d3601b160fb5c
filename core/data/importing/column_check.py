"""What the first rows of a file say about a choice of columns, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.data.importing.preview import Columns

_FEW_CHARS = 3
_UNREADABLE = "\ufffd"
"""What a preview shows for bytes that do not fit the encoding."""
_MIN_LABEL_ROWS = 10  # In fewer rows, a label a row says nothing.


def column_cells(header: Sequence[str], rows: Sequence[Sequence[str]], column: str) -> list[str]:
    """The cells of a column, trimmed; rows too short to have one are left out.

    Args:
        header: The column names.
        rows: The cells of the first rows.
        column: One of `header`.
    """
    position = list(header).index(column)
    return [row[position].strip() for row in rows if position < len(row)]


def value_counts(cells: Sequence[str]) -> list[tuple[str, int]]:
    """The different cells and how often each occurs, the commonest first."""
    return Counter(cells).most_common()


def doubts(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns) -> list[str]:
    """Sentences about what looks odd in a choice of columns; empty if nothing does."""
    if not rows:
        return ["There are no rows below the column names."]
    said = _text_doubts(columns.text, column_cells(header, rows, columns.text))
    if columns.label is not None:
        said += _label_doubts(columns.label, column_cells(header, rows, columns.label))
    if columns.id is not None:
        said += _id_doubts(columns.id, column_cells(header, rows, columns.id))
    chosen = [name for name in (columns.text, columns.label, columns.id) if name is not None]
    if len(set(chosen)) < len(chosen):
        said.append("One column is chosen twice.")
    return said


def _text_doubts(name: str, cells: list[str]) -> list[str]:
    filled = [cell for cell in cells if cell]
    unreadable = sum(_UNREADABLE in cell for cell in cells)
    if unreadable:
        return [
            f"{unreadable} of the first {_rows(len(cells))} of {name} hold the sign {_UNREADABLE}:"
            " is the encoding right?"
        ]
    if cells and not filled:
        return [f"The text column {name} is empty in the first {_rows(len(cells))}."]
    if filled and all(map(_is_number, filled)):
        return [f"The text column {name} holds only numbers."]
    if filled and sum(map(len, filled)) < _FEW_CHARS * len(filled):
        return [f"The texts of {name} are shorter than {_FEW_CHARS} characters on average."]
    return []


def _label_doubts(name: str, cells: list[str]) -> list[str]:
    filled = [cell for cell in cells if cell]
    if cells and not filled:
        return [f"The label column {name} is empty in the first {_rows(len(cells))}."]
    if len(filled) >= _MIN_LABEL_ROWS and len(set(filled)) == len(filled):
        return [f"The label column {name} has another value in each row: is it an id or a text?"]
    return []


def _id_doubts(name: str, cells: list[str]) -> list[str]:
    filled = [cell for cell in cells if cell]
    repeats = len(filled) - len(set(filled))
    if repeats:
        return [f"The id column {name} has {repeats} repeats in the first {_rows(len(cells))}."]
    return []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _rows(count: int) -> str:
    return "row" if count == 1 else f"{count:,} rows"
