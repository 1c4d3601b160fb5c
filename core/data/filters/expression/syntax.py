"""What an expression is: conditions on columns, joined by and, or, not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from core.data.column import Column
from core.data.filters.expression.moments import Moment

RESERVED = frozenset({"and", "or", "not", "in", "is", "between", "contains"})
"""What no column is called without quotation marks."""

_INSIDE_WORDS = "\u200c\u200d"


class Operator(str, Enum):
    """What is asked of a column."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"
    BETWEEN = "between"
    NOT_BETWEEN = "not between"
    CONTAINS = "contains"
    NOT_CONTAINS = "not contains"
    MISSING = "is missing"
    NOT_MISSING = "is not missing"


BETWEEN = frozenset({Operator.BETWEEN, Operator.NOT_BETWEEN})
ORDERING = BETWEEN | {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}
"""Operators that ask which of two comes first."""

SEARCHING = frozenset({Operator.CONTAINS, Operator.NOT_CONTAINS})


class ValueKind(Enum):
    """How a value was typed."""

    TEXT = "text"
    NUMBER = "number"
    WORD = "word"
    """yes, no, true or false."""


@dataclass(frozen=True)
class Value:
    """What a column is compared with, as typed.

    Attributes:
        kind: Whether it stood in quotation marks, or was a number, or a word.
        written: What it says, without quotation marks.
        place: Where it stood, in characters from 1.
    """

    kind: ValueKind
    written: str
    place: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return quoted(self.written) if self.kind is ValueKind.TEXT else self.written


class Expression:
    """What rows must meet; `str` gives it back in its one spelling."""

    @property
    def columns_used(self) -> tuple[str, ...]:
        """Names of the columns that it asks about, each once."""
        return tuple(dict.fromkeys(self._names()))

    def _names(self) -> Iterator[str]:
        raise NotImplementedError


@dataclass(frozen=True)
class Comparison(Expression):
    """One condition as typed: nobody has looked yet whether there is such a column.

    Attributes:
        name: Of the column.
        operator: What is asked of it.
        values: None for missing ones, two for between, any number for lists, else one.
        place: Where the name stood, in characters from 1.
    """

    name: str
    operator: Operator
    values: tuple[Value, ...] = ()
    place: int = field(default=0, compare=False)

    def __str__(self) -> str:
        words = f"{name_written(self.name)} {self.operator.value}"
        if not self.values:
            return words
        if self.operator in (Operator.IN, Operator.NOT_IN):
            return f"{words} ({', '.join(map(str, self.values))})"
        return f"{words} {' and '.join(map(str, self.values))}"

    def _names(self) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True)
class Condition(Comparison):
    """A comparison that has been checked.

    Attributes:
        column: The column that is meant.
        operands: The values in its kind: numbers, moments, truth, or texts.
    """

    column: Column = field(kw_only=True)
    operands: tuple[float | str | Moment, ...] = field(kw_only=True)

    def __str__(self) -> str:
        return super().__str__()


@dataclass(frozen=True)
class Negation(Expression):
    """Rows that do not meet the part."""

    part: Expression

    def __str__(self) -> str:
        return f"not ({self.part})"

    def _names(self) -> Iterator[str]:
        yield from self.part._names()


@dataclass(frozen=True)
class Both(Expression):
    """Rows that meet all parts, of which there are two or more."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " and ".join(
            f"({part})" if isinstance(part, Either) else str(part) for part in self.parts
        )

    def _names(self) -> Iterator[str]:
        for part in self.parts:
            yield from part._names()


@dataclass(frozen=True)
class Either(Expression):
    """Rows that meet one of the parts or more, of which there are two or more."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))

    def _names(self) -> Iterator[str]:
        for part in self.parts:
            yield from part._names()


def is_word_character(character: str) -> bool:
    """Whether it may stand in a name without quotation marks, in any script."""
    return (
        character.isalnum()
        or character in ("_", *_INSIDE_WORDS)
        or unicodedata.category(character)[0] == "M"
    )


def name_written(name: str) -> str:
    """A column's name as an expression writes it, in double quotes where it must be."""
    is_word = bool(name) and all(map(is_word_character, name)) and not name[0].isdigit()
    return name if is_word and name.lower() not in RESERVED else '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text as an expression writes it."""
    return "'" + text.replace("'", "''") + "'"
