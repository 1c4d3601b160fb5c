"""An expression as SQL over `cells`, the further columns; what was typed is in the parameters.

A condition is true or false, never null, so that NOT gives exactly the other rows.
"""

from __future__ import annotations

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.filters.expression.check import checked
from core.data.filters.expression.moments import Moment
from core.data.filters.expression.syntax import (
    Both,
    Condition,
    Either,
    Expression,
    Negation,
    Operator,
)

CELLS = "cells"
"""What SQL calls columns.parquet."""

_NEGATED = {
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_BETWEEN: Operator.BETWEEN,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
}
_NUMBER = r"'\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*'"


def checked_for(dataset: Dataset, expression: Expression) -> Expression:
    """The expression over the columns of a data set, for `expression_sql`.

    Raises:
        BadInput: it has no such column, or one that cannot be asked that.
    """
    elsewhere = {
        dataset.text_column: "text",
        dataset.label_column: "label",
        dataset.id_column: "id",
    }
    return checked(expression, dataset.columns, elsewhere)


def expression_sql(expression: Expression) -> tuple[str, dict[str, object]]:
    """An expression as a condition that stands alone, and the values of its parameters.

    Args:
        expression: From `checked_for`.
    """
    parameters: dict[str, object] = {}
    return _clause(expression, parameters), parameters


def _clause(expression: Expression, parameters: dict[str, object]) -> str:
    match expression:
        case Condition():
            return _condition(expression, parameters)
        case Negation():
            return f"(NOT {_clause(expression.part, parameters)})"
        case Both() | Either():
            word = " AND " if isinstance(expression, Both) else " OR "
            return f"({word.join(_clause(part, parameters) for part in expression.parts)})"
    raise TypeError(f"{expression} has not been checked")


def _condition(condition: Condition, parameters: dict[str, object]) -> str:
    column = f"{CELLS}.{condition.column.values}"
    if condition.operator is Operator.MISSING:
        return f"({column} IS NULL)"
    if condition.operator is Operator.NOT_MISSING:
        return f"({column} IS NOT NULL)"
    asked = _NEGATED.get(condition.operator, condition.operator)
    if condition.column.kind is ColumnKind.TIME:
        clause = _of_time(column, asked, condition.operands, parameters)
    else:
        clause = _of_values(column, asked, condition, parameters)
    negation = "NOT " if asked is not condition.operator else ""
    return f"coalesce({negation}({clause}), false)"


def _of_values(
    column: str, asked: Operator, condition: Condition, parameters: dict[str, object]
) -> str:
    names = [_put(operand, parameters) for operand in condition.operands]
    if asked is Operator.IN:
        return f"{column} IN ({', '.join(names)})"
    if asked is Operator.CONTAINS:
        return f"contains({_folded(column)}, {_folded(names[0])})"
    if not condition.column.kind.has_values and isinstance(condition.operands[0], float):
        # Of cells that are texts those that say a number.
        column = f"if(regexp_full_match({column}, {_NUMBER}), try_cast({column} AS DOUBLE), NULL)"
    if asked is Operator.BETWEEN:
        return f"{column} BETWEEN {names[0]} AND {names[1]}"
    return f"{column} {asked.value} {names[0]}"


def _folded(text: str) -> str:
    """In lower case, letters composed."""
    return f"lower(nfc_normalize({text}))"


def _of_time(
    column: str, asked: Operator, operands: tuple[object, ...], parameters: dict[str, object]
) -> str:
    """Moments are stretches of time: what is compared is their beginning or their end."""
    moments = [operand for operand in operands if isinstance(operand, Moment)]
    if asked in (Operator.LESS, Operator.AT_LEAST):
        return f"{column} {asked.value} {_put(moments[0].first, parameters)}"
    if asked in (Operator.AT_MOST, Operator.MORE):
        return f"{column} {asked.value} {_put(moments[0].last, parameters)}"
    if asked is Operator.BETWEEN:
        moments = [Moment(moments[0].first, moments[1].last)]
    return " OR ".join(
        f"{column} BETWEEN {_put(each.first, parameters)} AND {_put(each.last, parameters)}"
        for each in moments
    )


def _put(value: object, parameters: dict[str, object]) -> str:
    """How SQL names a value, which becomes a parameter."""
    name = f"where_{len(parameters)}"
    parameters[name] = value
    return f"${name}"
