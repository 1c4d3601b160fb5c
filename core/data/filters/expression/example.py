"""An expression over the columns that there are, to show how one is written."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.column import Column, ColumnKind
from core.data.filters.expression.syntax import name_written

_ASKED = {
    ColumnKind.CATEGORY: "is not missing",
    ColumnKind.NUMBER: "> 0",
    ColumnKind.TIME: ">= '2026-01-31'",
    ColumnKind.YES_NO: "= yes",
    ColumnKind.TEXT: "contains 'a word'",
    ColumnKind.ID: "is not missing",
}
_MOST = 2


def example(columns: Sequence[Column]) -> str:
    """What could be asked of these columns; of different kinds, where there are.

    Args:
        columns: Those of a data set; sensitive ones are left out.
    """
    by_kind: dict[ColumnKind, Column] = {}
    for column in columns:
        if not column.sensitive:
            by_kind.setdefault(column.kind, column)
    telling = sorted(by_kind.values(), key=lambda column: _ASKED[column.kind].startswith("is"))
    return " and ".join(
        f"{name_written(column.name)} {_ASKED[column.kind]}" for column in telling[:_MOST]
    )
