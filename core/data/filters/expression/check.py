"""Holds an expression against the columns that there are: their names, and what each is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from core.data.column import Column, ColumnKind, column_called
from core.data.filters.expression.cursor import shown
from core.data.filters.expression.moments import Moment, moment
from core.data.filters.expression.syntax import (
    BETWEEN,
    ORDERING,
    SEARCHING,
    Both,
    Comparison,
    Condition,
    Either,
    Expression,
    Negation,
    Operator,
    Value,
    ValueKind,
    name_written,
)
from core.data.names import alike, named
from core.errors import BadInput

_TRUTH = dict.fromkeys(("yes", "true", "y", "t", "1"), True)
_TRUTH |= dict.fromkeys(("no", "false", "n", "f", "0"), False)
_SAME = {Operator.EQUAL, Operator.UNEQUAL, Operator.IN, Operator.NOT_IN}
_CLOSE = 3
_NOWHERE: Mapping[str, str] = MappingProxyType({})
_KINDS = {
    ColumnKind.CATEGORY: "categories",
    ColumnKind.NUMBER: "numbers",
    ColumnKind.TIME: "dates",
    ColumnKind.YES_NO: "yes and no",
    ColumnKind.TEXT: "texts",
    ColumnKind.ID: "ids",
}


def checked(
    expression: Expression, columns: Sequence[Column], elsewhere: Mapping[str, str] = _NOWHERE
) -> Expression:
    """The same with a `Condition` for each comparison, which has its column and its values.

    Args:
        expression: From `parse`.
        columns: Those of the data set. A name typed in other capitals, or otherwise much like that
            of a single column, stands for it.
        elsewhere: Names of what the file held besides, and what that is now, such as "label".

    Raises:
        BadInput: there is no such column, or it cannot be asked that.
    """
    if isinstance(expression, Comparison):
        return _condition(expression, columns, elsewhere)
    if isinstance(expression, Negation):
        return Negation(checked(expression.part, columns, elsewhere))
    assert isinstance(expression, Both | Either)
    parts = tuple(checked(part, columns, elsewhere) for part in expression.parts)
    return type(expression)(parts)


def meant_column(name: str, columns: Sequence[Column]) -> Column | None:
    """The column that an expression means by a name; None if there is none, or several."""
    exact = column_called(columns, name)
    like_it = [column for column in columns if alike(column.name) == alike(name)]
    return exact or (like_it[0] if len(like_it) == 1 else None)


def _condition(
    comparison: Comparison, columns: Sequence[Column], elsewhere: Mapping[str, str]
) -> Condition:
    column = meant_column(comparison.name, columns)
    if column is None:
        raise _unknown(comparison, columns, elsewhere)
    _check_operator(comparison.operator, column)
    operands = tuple(_operand(value, comparison.operator, column) for value in comparison.values)
    if comparison.operator in BETWEEN:
        _check_bounds(column, comparison.values, operands)
    values, place = comparison.values, comparison.place
    return Condition(
        column.name, comparison.operator, values, place, column=column, operands=operands
    )


def _unknown(
    comparison: Comparison, columns: Sequence[Column], elsewhere: Mapping[str, str]
) -> BadInput:
    found = f"{shown(comparison.name)} at character {comparison.place}"
    own = elsewhere.get(comparison.name)
    if own:
        expected, action = "the name of a further column", f"search for the {own} by its own field"
        return BadInput(expected, f"{found}, the {own}", action)
    if not columns:
        return BadInput(
            "a data set with further columns", f"none for {found}", "leave the expression out"
        )
    written: dict[str, list[str]] = {}
    columns = [column for column in columns if not column.sensitive]
    for column in columns:
        written.setdefault(alike(column.name), []).append(name_written(column.name))
    typed = alike(comparison.name)
    close = [typed] if typed in written else get_close_matches(typed, list(written), _CLOSE)
    if close:
        names = " or ".join(shown(name) for like_it in close for name in written[like_it])
        return BadInput("the name of a column", found, f"write {names} if that is meant")
    names = named(name_written(column.name) for column in columns)
    return BadInput("the name of a column", found, f"choose among {names}")


def _check_operator(operator: Operator, column: Column) -> None:
    holds = f"{_KINDS[column.kind]} in {_called(column)}"
    truth = column.kind is ColumnKind.YES_NO
    if operator in SEARCHING and column.kind.has_values:
        action = "compare with = yes or = no" if truth else "compare with =, <, > or between"
        raise BadInput(f"a column of texts for {operator.value}", holds, action)
    if operator in ORDERING and truth:
        raise BadInput(
            f"a column with an order for {operator.value}", holds, "compare with = yes or = no"
        )


def _operand(value: Value, operator: Operator, column: Column) -> float | str | Moment:
    if column.kind is ColumnKind.NUMBER:
        return _number(value, column)
    if column.kind is ColumnKind.TIME:
        return _moment(value, column)
    if column.kind is ColumnKind.YES_NO:
        return _truth(value, column)
    if value.kind is ValueKind.WORD:
        raise _unfit("a value in single quotes", value, column, f"write '{value.written}'")
    if operator in _SAME and not value.written.strip():
        action = f"write {shown(name_written(column.name) + ' is missing')}"
        raise _unfit("something to compare", value, column, action)
    if operator in SEARCHING and not value.written:
        raise _unfit("some letters", value, column, "write what the column should contain")
    if operator in ORDERING and value.kind is ValueKind.NUMBER:
        return _number(value, column)
    return value.written


def _number(value: Value, column: Column) -> float:
    number = _float(value.written)
    if value.kind is ValueKind.NUMBER and math.isfinite(number):
        return number
    action = "write one such as 0.8"
    if math.isfinite(number):
        action = f"write {value.written.strip()} without quotes"
    raise _unfit("a number", value, column, action)


def _float(written: str) -> float:
    """The number that is written; NaN if it is none."""
    try:
        return float(written)
    except ValueError:
        return math.nan


def _moment(value: Value, column: Column) -> Moment:
    found = moment(value.written)
    if found is None:
        action = "write one that exists in this form, or '2026-01' or '2026' for all of it"
        raise _unfit("a date such as '2026-01-31' or '2026-01-31 12:30'", value, column, action)
    return found


def _truth(value: Value, column: Column) -> bool:
    found = _TRUTH.get(value.written.lower())
    if found is None:
        raise _unfit("yes or no", value, column, "write = yes or = no")
    return found


def _check_bounds(
    column: Column, values: Sequence[Value], operands: Sequence[float | str | Moment]
) -> None:
    """Both are of one sort, and the lower one comes first."""
    ordered = _in_order(*operands)
    if ordered is None:
        raise _unfit("two numbers or two texts", values[1], column, "write both in single quotes")
    if not ordered:
        low, high = (shown(str(value)) for value in values)
        raise _unfit(f"a value from {low} on", values[1], column, f"write between {high} and {low}")


def _in_order(low: float | str | Moment, high: float | str | Moment) -> bool | None:
    """Whether the second is not before the first; None if they have no common order."""
    match low, high:
        case Moment(), Moment():
            return low.first <= high.last
        case str(), str():
            return low <= high
        case float(), float():
            return low <= high
    return None


def _unfit(expected: str, value: Value, column: Column, action: str) -> BadInput:
    found = f"{shown(str(value))} at character {value.place}"
    return BadInput(f"{expected} for {_called(column)}", found, action)


def _called(column: Column) -> str:
    return shown(name_written(column.name))
