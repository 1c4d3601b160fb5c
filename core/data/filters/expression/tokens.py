"""The words and signs of an expression.

Every text has tokens: what cannot be one is a token, too, so that the parser can say what is wrong
in the order of reading, and a text that somebody is still typing can be completed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from core.data.filters.expression.syntax import is_word_character

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
"""Come along when somebody copies from a page, ours too (dashboard/ui/plain_text.py)."""

_SINGLE = "‘’‚‛"
_DOUBLE = "“”„‟"
_TEXT_MARKS = ("'", *_SINGLE)
_CLOSING = {
    "'": "'",
    '"': '"',
    "`": "`",
    **dict.fromkeys(_SINGLE, _SINGLE),
    **dict.fromkeys(_DOUBLE, _DOUBLE),
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?(?![\w.])|[0-9]+([./])[0-9]+\1[0-9]+")
_NUMBER = re.compile(r"[+\-−]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?(?![\w.])")
_SIGN = re.compile(r"<=|>=|<>|!=|==|=>|=<|&&|\|\||.", re.DOTALL)
_SIGNS = {sign: sign for sign in ("=", "!=", "<", "<=", ">", ">=", "(", ")", ",")}
_SIGNS |= {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_SIGNS |= {"（": "(", "）": ")", "，": ",", "＝": "=", "＜": "<", "＞": ">"}


class TokenKind(Enum):
    """What a token is."""

    WORD = "word"
    """A word of the language, or a name without quotation marks."""
    NAME = "name"
    """A name in double quotes or backticks."""
    TEXT = "text"
    """In single quotes."""
    NUMBER = "number"
    SIGN = "sign"
    DATE = "date"
    """A date without quotation marks, which is none."""
    OPEN = "open"
    """From a quotation mark to the end, without one that closes it."""
    STRANGE = "strange"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A piece of an expression.

    Attributes:
        kind: What it is.
        typed: As it stands in the expression.
        said: What it says: without quotation marks, signs in their one spelling.
        place: Where it begins, in characters from 1.
    """

    kind: TokenKind
    typed: str
    said: str
    place: int

    @property
    def word(self) -> str:
        """The word in lower case that it may be in the language; "" if it is none."""
        return self.said.lower() if self.kind is TokenKind.WORD else ""

    @property
    def sign(self) -> str:
        """The sign that it is, in its one spelling; "" if it is none."""
        return self.said if self.kind is TokenKind.SIGN else ""

    @property
    def is_text(self) -> bool:
        """Whether it begins with a quotation mark of texts, and not of names."""
        return self.typed[:1] in _TEXT_MARKS

    @property
    def end(self) -> int:
        """Where it ends: the characters up to there."""
        return self.place - 1 + len(self.typed)


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, the last of which is its END."""
    text = text.translate(_UNSEEN)
    found, start = [], 0
    while start < len(text):
        if text[start].isspace():
            start += 1
            continue
        found.append(_token(text, start))
        start = found[-1].end
    return [*found, Token(TokenKind.END, "", "", len(text) + 1)]


def _token(text: str, start: int) -> Token:
    if text[start] in _CLOSING:
        return _quoted(text, start)
    for kind, pattern in ((TokenKind.DATE, _DATE), (TokenKind.NUMBER, _NUMBER)):
        found = pattern.match(text, start)
        if found:
            # Word processors write a minus of their own.
            return Token(kind, found[0], found[0].replace("−", "-"), start + 1)
    if is_word_character(text[start]):
        end = start
        while end < len(text) and is_word_character(text[end]):
            end += 1
        return Token(TokenKind.WORD, text[start:end], text[start:end], start + 1)
    sign = _SIGN.match(text, start)[0]  # type: ignore[index]
    kind = TokenKind.SIGN if sign in _SIGNS else TokenKind.STRANGE
    return Token(kind, sign, _SIGNS.get(sign, sign), start + 1)


def _quoted(text: str, start: int) -> Token:
    """What stands in quotation marks; two in a row inside are one."""
    opening, end, said = text[start], start + 1, []
    closing = _CLOSING[opening]
    is_text = opening in _TEXT_MARKS
    while end < len(text):
        if text[end] not in closing:
            said.append(text[end])
        elif text[end + 1 : end + 2] and text[end + 1] in closing:
            end += 1
            said.append("'" if is_text else "`" if opening == "`" else '"')
        else:
            kind = TokenKind.TEXT if is_text else TokenKind.NAME
            return Token(kind, text[start : end + 1], "".join(said), start + 1)
        end += 1
    return Token(TokenKind.OPEN, text[start:], "".join(said), start + 1)
