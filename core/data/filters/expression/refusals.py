"""What is said of an expression that cannot be read on."""

from __future__ import annotations

from core.data.filters.expression.cursor import Cursor, shown
from core.data.filters.expression.syntax import RESERVED, quoted
from core.data.filters.expression.tokens import TokenKind
from core.errors import BadInput

_OPERATORS = "=, !=, <, <=, >, >=, in, between, contains or is missing"
_COMPARING = {"=>": ">=", "=<": "<=", "!": "!=", ":": "=", "~": "contains", "equals": "="}
_COMPARING |= dict.fromkeys(("like", "ilike", "has", "includes", "matches"), "contains")
_JOINING = {"&&": "and", "&": "and", "||": "or", "|": "or", ",": "and"}


def no_name(cursor: Cursor) -> BadInput:
    """No column where a condition begins."""
    token = cursor.token
    action = "add a condition such as country = 'US'"
    if token.word:
        action = f'write "{token.typed}" in double quotes if a column is called so'
    elif token.kind in (TokenKind.TEXT, TokenKind.NUMBER, TokenKind.DATE):
        action = "begin with the column; its name stands as it is or in double quotes"
    elif token.said == "!":
        action = "write not"
    return cursor.refused(f"the name of a column{cursor.after}", action)


def no_operator(cursor: Cursor) -> BadInput:
    """Nothing is asked of the column."""
    token, name = cursor.token, cursor.name
    instead = _COMPARING.get(token.word or token.said)
    if instead and token.kind in (TokenKind.WORD, TokenKind.STRANGE):
        return cursor.refused(f"a sign or word that compares{cursor.after}", f"write {instead}")
    action = "write what is asked of the column"
    if token.sign == "(":
        action = "name a column alone, since there are no functions"
    elif token.kind is TokenKind.WORD and name.kind is TokenKind.WORD:
        action += f', or "{name.typed} {token.typed}" in double quotes if that is one name'
    elif token.kind in (TokenKind.STRANGE, TokenKind.NUMBER):
        action += "; a name with signs in it stands in double quotes"
    return cursor.refused(f"{_OPERATORS}{cursor.after}", action)


def no_value(cursor: Cursor) -> BadInput:
    """Nothing that a column could be compared with."""
    token, action = cursor.token, "add one, such as 'US' or 0.8"
    if token.word in ("null", "missing", "none"):
        action = f"write {shown(cursor.name.typed + ' is missing')}"
    elif token.kind is TokenKind.DATE:
        action = f"write dates in single quotes: '{token.typed}'"
    elif token.kind in (TokenKind.WORD, TokenKind.NAME) and token.word not in RESERVED:
        action = f"write texts in single quotes: {shown(quoted(token.said))[1:-1]}"
    return cursor.refused(f"a value{cursor.after}", action)


def not_missing(cursor: Cursor) -> BadInput:
    """Something else than missing behind is."""
    name = shown(f"{cursor.name.typed} is missing")
    return cursor.refused(f"missing{cursor.after}", f"write {name}, or = to compare with a value")


def no_list(cursor: Cursor) -> BadInput:
    """No list behind in."""
    return cursor.refused(f"( {cursor.after.strip()}", "write the values as ('US', 'CA')")


def list_goes_on(cursor: Cursor, opened: int) -> BadInput:
    """A list whose values are not apart, or that does not end."""
    action = "check the quotation marks and commas of the list"
    if cursor.token.kind is TokenKind.END:
        action = "add it"
    return cursor.refused(f"a comma or the ) of the list that begins at character {opened}", action)


def not_joined(cursor: Cursor, end: str = "the end") -> BadInput:
    """Something behind a condition that does not join another to it.

    Args:
        cursor: Where.
        end: What else may stand there.
    """
    token, last = cursor.token, cursor.last
    action = "join conditions with and or or"
    number = last is not None and last.kind is TokenKind.NUMBER
    if number and (token.sign == "," or token.kind is TokenKind.NUMBER):
        action = "write numbers without commas and spaces"
    elif token.said in _JOINING and token.kind is not TokenKind.TEXT:
        action = f"write {_JOINING[token.said]}"
    elif last is not None and last.kind is TokenKind.TEXT:
        action = "check the quotation marks before it, or join conditions with and or or"
    return cursor.refused(f"and, or, or {end}{cursor.after}", action)
