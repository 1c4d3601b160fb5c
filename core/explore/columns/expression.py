"""The expression that finds the rows of a group; see `RowFilter.where`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.data.column import Column, ColumnKind
from core.data.filters.expression.parser import parse
from core.data.filters.expression.syntax import Comparison, name_written, quoted
from core.errors import BadInput
from core.explore.columns.bins import Edge, moment_written, number_written
from core.explore.columns.groups import Group, GroupKind


def group_expression(column: Column, *groups: Group) -> str:
    """What rows of these neighbouring groups meet; "" where no expression can say it.

    None can say how long a text is, or too many long values, or signs that do not show.

    Args:
        column: The column.
        *groups: One, or stretches that follow each other.
    """
    group, name = groups[0], name_written(column.name)
    if group.kind is GroupKind.MISSING:
        return f"{name} is missing"
    if group.kind is GroupKind.STRETCH:
        return _between(column, groups[0].start, groups[-1].end)
    if not group.values:
        return f"{name} is not missing"
    values = [_value(column, value) for value in group.values]
    expression = f"{name} = {values[0]}"
    if group.kind is GroupKind.OTHERS:
        expression = f"{name} not in ({', '.join(values)})"
    return expression if _is_understood(expression, group.values) else ""


def _is_understood(expression: str, values: Sequence[str]) -> bool:
    """Whether reading the expression gives the values back."""
    try:
        found = parse(expression)
    except BadInput:
        return False
    return isinstance(found, Comparison) and [v.written for v in found.values] == list(values)


def _between(column: Column, start: Edge | None, end: Edge | None) -> str:
    name = name_written(column.name)
    if column.kind is ColumnKind.TEXT:  # The stretch is of its length.
        return ""
    bounds = [f"{name} >= {_edge(start)}"] if start is not None else []
    bounds += [f"{name} < {_edge(end)}"] if end is not None else []
    return " and ".join(bounds) or f"{name} is not missing"


def _edge(edge: Edge) -> str:
    return quoted(moment_written(edge)) if isinstance(edge, datetime) else number_written(edge)


def _value(column: Column, value: str) -> str:
    return value if column.kind in (ColumnKind.NUMBER, ColumnKind.YES_NO) else quoted(value)
