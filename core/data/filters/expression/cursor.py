"""Where the reading of an expression stands, and what is said if it cannot go on there."""

from __future__ import annotations

from enum import Enum

from core.data.filters.expression.tokens import Token, TokenKind
from core.errors import BadInput

_SHOWN = 40


class Wanted(Enum):
    """What may stand next."""

    CONDITION = "condition"
    OPERATOR = "operator"
    AFTER_NOT = "after not"
    MISSING = "missing"
    NOT_MISSING = "not missing"
    VALUE = "value"
    LIST = "list"
    NEXT_VALUE = "next value"
    SECOND_BOUND = "second bound"
    JOINT = "joint"


class Cursor:
    """Goes over the tokens, of which the last is an END.

    Attributes:
        wanted: What may stand at the token that comes next.
        name: The column that was named last.
        depth: How many parentheses are open and negations begun.
    """

    def __init__(self, found: list[Token]) -> None:
        self.wanted = Wanted.CONDITION
        self.name = Token(TokenKind.END, "", "", 0)
        self.depth = 0
        self._tokens = found
        self._next = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._next]

    @property
    def last(self) -> Token | None:
        """The token read last."""
        return self._tokens[self._next - 1] if self._next else None

    @property
    def after(self) -> str:
        """Names what was read last, to stand inside a sentence."""
        return f" after {shown(self.last.typed)}" if self.last else ""

    def take(self, then: Wanted) -> Token:
        """Read the token that comes next.

        Args:
            then: What may stand behind it.
        """
        self.wanted = then
        self._next += 1
        return self._tokens[self._next - 1]

    def refused(self, expected: str, action: str) -> BadInput:
        """The error that the token that comes next is not what was expected."""
        token = self.token
        if token.kind is TokenKind.OPEN:
            mark = token.typed[0]
            return BadInput(
                f"a second {mark} for the one at character {token.place}",
                "the end of the expression",
                f"add it; a {mark} inside is written twice",
            )
        if token.kind is TokenKind.END:
            return BadInput(expected, "the end of the expression", action)
        return BadInput(expected, f"{shown(token.typed)} at character {token.place}", action)


def shown(typed: str) -> str:
    """What was typed, in quotation marks and fit to stand inside a message."""
    line = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    return f"“{line if len(line) <= _SHOWN else line[:_SHOWN] + '…'}”"
