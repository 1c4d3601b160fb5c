"""Cells that a spreadsheet would take for formulas, set behind an apostrophe.

Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

# Closed under apostrophes in front, so that guarding and its undoing match.
_FORMULA = "'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_NUMBER = r"'*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|inf|nan)"


def guarded(column: pa.Array) -> pa.Array:
    """A column of strings in which formulas stand behind an apostrophe; numbers stay."""
    risky = risky_cells(column)
    if not pc.any(risky).as_py():
        return column
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def risky_cells(column: pa.Array) -> pa.Array:
    """Which strings of a column would be taken for formulas."""
    risky = pc.match_substring_regex(column, f"^{_FORMULA}")
    return pc.and_not(risky, pc.match_substring_regex(column, f"^{_NUMBER}$"))


def unguarded(cell: str) -> str:
    """What `guarded` made a cell of, undone."""
    bare = cell[1:]
    if cell[:1] == "'" and re.match(_FORMULA, bare) and not re.fullmatch(_NUMBER, bare):
        return bare
    return cell
