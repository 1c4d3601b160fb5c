"""Reads an expression, by recursive descent: each function is a rule of the grammar.

No library: SQL's parsers know a language a hundred times as large, of which almost everything
would have to be refused again, and their messages speak of SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from core.data.filters.expression import refusals
from core.data.filters.expression.cursor import Cursor, Wanted
from core.data.filters.expression.syntax import (
    RESERVED,
    Both,
    Comparison,
    Either,
    Expression,
    Negation,
    Operator,
    Value,
    ValueKind,
)
from core.data.filters.expression.tokens import Token, TokenKind, tokens
from core.errors import BadInput

MAX_EXPRESSION = 2_000
"""Characters; so a list holds fewer than a thousand values."""
MAX_DEPTH = 50
"""Parentheses and negations inside each other."""
TRUTH_WORDS = frozenset({"yes", "no", "true", "false"})

_SIGNS = {operator.value: operator for operator in Operator if not operator.value[0].isalpha()}
_VALUES = {TokenKind.TEXT: ValueKind.TEXT, TokenKind.NUMBER: ValueKind.NUMBER}


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """What an expression says; whether there are such columns, `checked` tells.

    Args:
        text: As typed; see the package.

    Raises:
        BadInput: it is none, or too long.
    """
    if len(text) > MAX_EXPRESSION:
        raise BadInput(
            f"an expression of at most {MAX_EXPRESSION:,} characters",
            f"{len(text):,}",
            "shorten it",
        )
    return read(Cursor(tokens(text)))


def read(cursor: Cursor) -> Expression:
    """The expression that all tokens make.

    Raises:
        BadInput: they make none; the cursor then stands where they stop to.
    """
    found = _either(cursor)
    if cursor.token.kind is TokenKind.END:
        return found
    if cursor.token.sign == ")":
        raise cursor.refused("a ( for each )", "remove it, or add the ( that it closes")
    raise refusals.not_joined(cursor)


def _either(cursor: Cursor) -> Expression:
    return _joined(cursor, Either, "or", _both)


def _both(cursor: Cursor) -> Expression:
    return _joined(cursor, Both, "and", _part)


def _joined(
    cursor: Cursor, made: type[Both | Either], word: str, part: Callable[[Cursor], Expression]
) -> Expression:
    parts = [part(cursor)]
    while cursor.token.word == word:
        cursor.take(Wanted.CONDITION)
        parts.append(part(cursor))
    if len(parts) == 1:
        return parts[0]
    # Parentheses around what is joined by the same word say nothing.
    flat = [each.parts if isinstance(each, made) else (each,) for each in parts]
    return made(tuple(inner for some in flat for inner in some))


def _part(cursor: Cursor) -> Expression:
    """A condition, or what follows not, or what stands in parentheses."""
    opening = cursor.token
    if opening.word != "not" and opening.sign != "(":
        return _comparison(cursor)
    if cursor.depth == MAX_DEPTH:
        expected = f"at most {MAX_DEPTH} parentheses and negations inside each other"
        raise cursor.refused(expected, "write it more simply")
    cursor.depth += 1
    cursor.take(Wanted.CONDITION)
    found: Expression = Negation(_part(cursor)) if opening.word else _closed(cursor, opening)
    cursor.depth -= 1
    return found


def _closed(cursor: Cursor, opening: Token) -> Expression:
    found = _either(cursor)
    if cursor.token.sign != ")":
        end = f"the ) for the ( at character {opening.place}"
        if cursor.token.kind is TokenKind.END:
            raise cursor.refused(end, "add it")
        raise refusals.not_joined(cursor, end)
    cursor.take(Wanted.JOINT)
    return found


def _comparison(cursor: Cursor) -> Comparison:
    name = cursor.name = _name(cursor)
    operator = _operator(cursor)
    if operator in (Operator.MISSING, Operator.NOT_MISSING):
        values: tuple[Value, ...] = ()
    elif operator in (Operator.IN, Operator.NOT_IN):
        values = _list(cursor)
    elif operator in (Operator.BETWEEN, Operator.NOT_BETWEEN):
        values = _bounds(cursor)
    else:
        values = (_value(cursor, Wanted.JOINT),)
    return Comparison(name.said, operator, values, name.place)


def _name(cursor: Cursor) -> Token:
    token = cursor.token
    if token.kind is TokenKind.NAME or (token.word and token.word not in RESERVED):
        return cursor.take(Wanted.OPERATOR)
    raise refusals.no_name(cursor)


def _operator(cursor: Cursor) -> Operator:
    if cursor.token.sign in _SIGNS:
        return _SIGNS[cursor.take(Wanted.VALUE).said]
    if cursor.token.word == "is":
        cursor.take(Wanted.MISSING)
        return _missing(cursor)
    negated = cursor.token.word == "not"
    if negated:
        cursor.take(Wanted.AFTER_NOT)
    word = cursor.token.word
    if word in ("in", "between", "contains"):
        cursor.take(Wanted.LIST if word == "in" else Wanted.VALUE)
        return Operator(f"not {word}" if negated else word)
    if negated:
        raise cursor.refused("in, between or contains after “not”", "write one of them")
    raise refusals.no_operator(cursor)


def _missing(cursor: Cursor) -> Operator:
    negated = cursor.token.word == "not"
    if negated:
        cursor.take(Wanted.NOT_MISSING)
    if cursor.token.word not in ("missing", "null"):
        raise refusals.not_missing(cursor)
    cursor.take(Wanted.JOINT)
    return Operator.NOT_MISSING if negated else Operator.MISSING


def _list(cursor: Cursor) -> tuple[Value, ...]:
    if cursor.token.sign != "(":
        raise refusals.no_list(cursor)
    opening = cursor.take(Wanted.VALUE)
    values = [_value(cursor, Wanted.NEXT_VALUE)]
    while cursor.token.sign == ",":
        cursor.take(Wanted.VALUE)
        values.append(_value(cursor, Wanted.NEXT_VALUE))
    if cursor.token.sign != ")":
        raise refusals.list_goes_on(cursor, opening.place)
    cursor.take(Wanted.JOINT)
    return tuple(values)


def _bounds(cursor: Cursor) -> tuple[Value, ...]:
    low = _value(cursor, Wanted.SECOND_BOUND)
    if cursor.token.word != "and":
        raise cursor.refused(f"and with a second value{cursor.after}", "write between 1 and 5")
    cursor.take(Wanted.VALUE)
    return low, _value(cursor, Wanted.JOINT)


def _value(cursor: Cursor, then: Wanted) -> Value:
    token = cursor.token
    kind = ValueKind.WORD if token.word in TRUTH_WORDS else _VALUES.get(token.kind)
    if kind is None:
        raise refusals.no_value(cursor)
    cursor.take(then)
    return Value(kind, token.word or token.said, token.place)
