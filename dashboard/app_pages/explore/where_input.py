"""Ask what further columns must meet, as an expression."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.filters.expression.completion import completions
from core.data.filters.expression.example import example
from core.data.filters.expression.parser import parse
from core.data.filters.expression.syntax import name_written
from core.explore.expression_sql import checked_for
from dashboard.ui.failure import errors_shown
from dashboard.ui.plain_text import plain

_HELP = (
    "Conditions on columns, joined by and, or, not and parentheses: =, !=, <, <=, >, >=,"
    " in ('US', 'CA'), between 1 and 5, contains 'word', is missing. Texts and dates stand in"
    " single quotes, names with spaces or signs in double ones."
)
_MOST_NAMED = 30
_MOST_OFFERED = 12
_LISTED = {
    ColumnKind.CATEGORY: "Categories",
    ColumnKind.NUMBER: "Numbers",
    ColumnKind.TIME: "Dates",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.TEXT: "Texts",
    ColumnKind.ID: "Ids",
}


def where_input(dataset: Dataset, start: str, key: str) -> str | None:
    """Draw the input, where there are columns to ask about; errors stand under it.

    Args:
        dataset: The data set.
        start: The expression that it begins with.
        key: Of the input.

    Returns:
        The expression; None where it cannot be one.
    """
    if not dataset.columns and not start:
        return ""
    typed = st.text_input(
        "Where",
        start,
        key=key,
        icon=":material/filter_alt:",
        help=_help(dataset.columns),
        placeholder=example(dataset.columns),
    )
    where = typed.strip()
    if not where:
        return ""
    read = None
    with errors_shown():
        read = parse(where)
        checked_for(dataset, read)
        return where
    if read is None:
        _offer(typed, dataset.columns)
    return None


def _offer(where: str, columns: tuple[Column, ...]) -> None:
    """What could stand next."""
    words = completions(where, columns)
    if words:
        more = " …" if len(words) > _MOST_OFFERED else ""
        st.caption(plain(f"Go on with: {' · '.join(words[:_MOST_OFFERED])}{more}"))


def _help(columns: tuple[Column, ...]) -> str:
    """How to write one, and about what; sensitive columns can be asked about, but are not named."""
    by_kind: dict[ColumnKind, list[str]] = defaultdict(list)
    shown = [column for column in columns if not column.sensitive]
    for column in shown[:_MOST_NAMED]:
        by_kind[column.kind].append(name_written(column.name))
    lines = [f"{_LISTED[kind]}: {', '.join(names)}" for kind, names in by_kind.items()]
    if len(shown) > _MOST_NAMED:
        lines.append("and more")
    return "\n\n".join(map(plain, [_HELP, *lines]))
