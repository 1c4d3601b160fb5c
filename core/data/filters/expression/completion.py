"""What could be typed next in an expression."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.column import Column, ColumnKind
from core.data.filters.expression.check import meant_column
from core.data.filters.expression.cursor import Cursor, Wanted
from core.data.filters.expression.parser import MAX_EXPRESSION, read
from core.data.filters.expression.syntax import ORDERING, SEARCHING, Operator, name_written
from core.data.filters.expression.tokens import Token, TokenKind, tokens
from core.errors import BadInput

_AFTER_NOT = ("in", "between", "contains")


def completions(text: str, columns: Sequence[Column], end: int | None = None) -> list[str]:
    """Words and names that can stand next, or in the place of a word that has only begun.

    Args:
        text: An expression, or the beginning of one.
        columns: Those of the data set; sensitive ones are not offered.
        end: Where the text is being typed, in characters from its beginning; None at its end.

    Returns:
        As they are written, in the order of the columns and operators; empty where a value is
        wanted, or what stands before is wrong or too long.
    """
    if len(text) > MAX_EXPRESSION:
        return []
    *found, last = tokens(text[:end])
    begun = _begun(found, last)
    cursor = Cursor([*(found[:-1] if begun else found), Token(TokenKind.END, "", "", last.place)])
    try:
        read(cursor)
    except BadInput:
        if cursor.token.kind is not TokenKind.END:
            return []
    words = _words(cursor, columns)
    return [word for word in words if _begins(word, begun.said if begun else "")]


def _begun(found: list[Token], last: Token) -> Token | None:
    """The last word or name, if it is still being typed."""
    if not found or found[-1].end < last.place - 1:
        return None
    token = found[-1]
    is_name = token.kind is TokenKind.OPEN and not token.is_text
    return token if token.kind is TokenKind.WORD or is_name else None


def _begins(word: str, begun: str) -> bool:
    return word.lower().removeprefix('"').replace('""', '"').startswith(begun.lower())


def _words(cursor: Cursor, columns: Sequence[Column]) -> list[str]:
    if cursor.wanted is Wanted.CONDITION:
        names = [name_written(column.name) for column in columns if not column.sensitive]
        return [*names, "not", "("]
    column = meant_column(cursor.name.said, columns) if cursor.name.place else None
    kind = column.kind if column else ColumnKind.TEXT
    if cursor.wanted is Wanted.OPERATOR:
        return [operator.value for operator in Operator if _can_be_asked(kind, operator)]
    if cursor.wanted is Wanted.VALUE:
        return ["yes", "no"] if kind is ColumnKind.YES_NO else []
    if cursor.wanted is Wanted.AFTER_NOT:
        return [word for word in _AFTER_NOT if _can_be_asked(kind, Operator(word))]
    return _following(cursor)


def _following(cursor: Cursor) -> list[str]:
    """What can stand after a whole value, or within an operator."""
    if cursor.wanted is Wanted.JOINT:
        return ["and", "or", *([")"] if cursor.depth else [])]
    return {
        Wanted.LIST: ["("],
        Wanted.NEXT_VALUE: [",", ")"],
        Wanted.SECOND_BOUND: ["and"],
        Wanted.MISSING: ["missing", "not missing"],
        Wanted.NOT_MISSING: ["missing"],
    }.get(cursor.wanted, [])


def _can_be_asked(kind: ColumnKind, operator: Operator) -> bool:
    if operator in SEARCHING:
        return not kind.has_values
    return kind is not ColumnKind.YES_NO or operator not in ORDERING
