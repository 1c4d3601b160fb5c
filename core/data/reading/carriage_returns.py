"""Carriage returns inside rows of a CSV file whose lines end otherwise.

Who writes texts without quotation marks leaves them as they are, and most readers, Python's and
Arrow's among them, take each for the end of a row: the text would be cut in two.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from core.data.reading.dialect import Dialect


def has_lone_returns(text: str) -> bool:
    """Whether some lines end with a line feed, and others with a carriage return alone."""
    return text.count("\r") != text.count("\r\n") and "\n" in text


def whole_rows(lines: list[str], dialect: Dialect, width: int | None = None) -> list[str]:
    """Lines, those in one that make a row only together; spaces stand for what parted them.

    Args:
        lines: With their ends; the first one begins a row.
        dialect: How they are written.
        width: How many cells a row has; None takes what most lines have.
    """
    groups = list(_groups(lines))
    width = _common_width(groups, dialect) if width is None else width
    found: list[str] = []
    inside = False
    for group in groups:
        joins = len(group) > 1 and width > 1 and not inside and _is_row(group, dialect, width)
        found += [_joined(group, dialect.quote)] if joins else group
        inside ^= bool(dialect.quote) and "".join(group).count(dialect.quote) % 2 == 1
    return found


def _common_width(groups: list[list[str]], dialect: Dialect) -> int:
    single = Counter(_cells(group[0], dialect) for group in groups if len(group) == 1)
    return single.most_common(1)[0][0] if single else 0


def _is_row(group: list[str], dialect: Dialect, width: int) -> bool:
    """Whether lines are a row together and not alone, as where files of two systems were joined."""
    return _cells(_joined(group, dialect.quote), dialect) == width and any(
        _cells(line, dialect) != width for line in group
    )


def _groups(lines: list[str]) -> Iterator[list[str]]:
    """Lines up to one that does not end with a carriage return alone."""
    group: list[str] = []
    for line in lines:
        group.append(line)
        if not line.endswith("\r"):
            yield group
            group = []
    if group:
        yield group


def _joined(group: list[str], quote: str) -> str:
    """The lines as one; what is inside quotation marks stays."""
    parts, quotes = [], 0
    for line in group[:-1]:
        quotes += line.count(quote) if quote else 0
        parts.append(line if quotes % 2 else line[:-1] + " ")
    return "".join([*parts, group[-1]])


def _cells(line: str, dialect: Dialect) -> int:
    if not dialect.quote or dialect.quote not in line:
        return line.count(dialect.delimiter) + 1
    options = {"delimiter": dialect.delimiter, "quotechar": dialect.quote, "strict": True}
    try:
        return len(next(csv.reader([line], **options), ()))  # type: ignore[arg-type]
    except csv.Error:
        return 0
