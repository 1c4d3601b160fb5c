"""A further column of a data set: what its file holds beside text, label and id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain, count

import pyarrow as pa


class ColumnKind(str, Enum):
    """What the cells of a column are."""

    CATEGORY = "category"
    """A few different values, again and again."""
    NUMBER = "number"
    TIME = "time"
    """Dates, or moments."""
    YES_NO = "yes/no"
    TEXT = "text"
    ID = "id"
    """Another value in each row."""

    @property
    def label(self) -> str:
        """What it is called, for people."""
        return _LABELS[self]

    @property
    def has_values(self) -> bool:
        """Whether its cells are kept as numbers, times or truth, too, and not only as written."""
        return self in (ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO)


_LABELS = {
    ColumnKind.CATEGORY: "Category",
    ColumnKind.NUMBER: "Number",
    ColumnKind.TIME: "Date or time",
    ColumnKind.YES_NO: "Yes or no",
    ColumnKind.TEXT: "Text",
    ColumnKind.ID: "Id",
}


VALUE_TYPES = {
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.TIME: pa.timestamp("us"),
    ColumnKind.YES_NO: pa.bool_(),
}
"""Of `Column.values`; other kinds are compared as written."""


@dataclass(frozen=True)
class Column:
    """What is known of a further column.

    Attributes:
        name: As in the file, in no other column of the data set.
        kind: What its cells are, found in the whole file or chosen by a person.
        place: Its number among the further columns, from 0, by which SQL and files call it.
        missing: Rows without a value.
        different: How many different values there are.
        sensitive: Kept, but shown nowhere and left out of exports unless asked for.
        note: A sentence about what its kind was decided by; empty where it speaks for itself, and
            of a sensitive one, whose cells it might quote.
    """

    name: str
    kind: ColumnKind
    place: int
    missing: int = 0
    different: int = 0
    sensitive: bool = False
    note: str = ""

    @property
    def cells(self) -> str:
        """Name in columns.parquet of the cells as written: strings, null where one is missing."""
        return f"c{self.place}"

    @property
    def values(self) -> str:
        """Name in columns.parquet of what is compared and sorted by.

        Of numbers doubles, of times timestamps in microseconds (UTC), of yes/no booleans; null
        where a cell is missing. Other kinds are compared as written.
        """
        return f"v{self.place}" if self.kind.has_values else self.cells


def column_called(columns: Iterable[Column], name: str) -> Column | None:
    """The column of this name; None if there is none."""
    return next((column for column in columns if column.name == name), None)


def distinct_names(header: Sequence[str]) -> list[str]:
    """Column names as in the file, each once: a number stands behind one that comes again.

    One without a name is called by its number, from 1.
    """
    names: list[str] = []
    taken, given = set(), set(header)
    tries: dict[str, Iterator[str]] = {}
    for number, name in enumerate(header, 1):
        free = name
        if not name.strip() or name in taken:
            bare = name if name.strip() else f"column {number}"
            numbered = (f"{bare} ({times})" for times in count(2))
            others = tries.setdefault(bare, numbered if bare == name else chain([bare], numbered))
            # A later column may really be called "score (2)".
            free = next(each for each in others if each not in taken and each not in given)
        taken.add(free)
        names.append(free)
    return names
