"""Cut CSV text into records with Python's strict csv reader, and go on behind broken quoting."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from core.data.reading.carriage_returns import has_lone_returns, whole_rows
from core.data.reading.dialect import Dialect

_LONG_LINE = 1 << 16
Record: TypeAlias = "list[str] | str"
"""The cells of a row; or its first line as it stands, where its quoting is broken."""


def csv_rows(lines: Iterable[str], **options: Any) -> Iterator[list[str]]:
    """Python's csv reader, without its limit of 131,072 characters a cell."""
    csv.field_size_limit(sys.maxsize)  # Of the process: the module has no other.
    return csv.reader(lines, **options)


class Located(NamedTuple):
    """A record and the lines that it takes, from `start` on, counted from 0, to before `end`."""

    start: int
    end: int
    record: Record


def split_records(
    text: str,
    dialect: Dialect,
    *,
    final: bool,
    longest: int | None = None,
    width: int | None = None,
) -> tuple[list[Record], int]:
    """Cut text that begins at a record into records; blank lines are none.

    A record with broken quoting loses only its first line: reading goes on with the next one.

    Args:
        text: CSV text.
        dialect: Its delimiter and quotation mark.
        final: Whether nothing follows; else an unfinished last record is left for later.
        longest: Bytes of UTF-8 after which an unfinished record counts as broken.
        width: How many cells a row has, where that is known.

    Returns:
        The records, and how many characters of the text they take.
    """
    lines = _whole_lines(text, dialect, final, width)
    splitter = _Splitter(lines, dialect, final=final, longest=longest)
    found = splitter.split()
    return [located.record for located in found], splitter.used


def located_records(text: str, dialect: Dialect, *, final: bool) -> list[Located]:
    """As `split_records`, with the lines that each record takes."""
    lines = _whole_lines(text, dialect, final, None)
    return _Splitter(lines, dialect, final=final, longest=None).split()


def record_lines(text: str, dialect: Dialect, width: int | None = None) -> list[str]:
    """The lines of a text, of which `Located` tells the places: those of `split_lines`, but for
    lone carriage returns inside rows.
    """
    lines = split_lines(text)
    return whole_rows(lines, dialect, width) if has_lone_returns(text) else lines


def _whole_lines(text: str, dialect: Dialect, final: bool, width: int | None) -> list[str]:
    if not final and has_lone_returns(text):  # The rest of the last row may be still to come.
        end = text.rfind("\n") + 1
        text = text[:end] if len(text) - end < _LONG_LINE else text
    lines = record_lines(text, dialect, width)
    if lines and not final and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    return lines


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends, as the csv reader understands lines."""
    return io.StringIO(text, newline="").readlines()


def _csv_options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "escapechar": dialect.escape or None,
        "skipinitialspace": dialect.skip_space,
        "strict": True,
    }


def _adapted(lines: list[str], dialect: Dialect) -> list[str]:
    """Lines that mean to the csv reader what these mean in the dialect."""
    escape = dialect.escape
    if escape:
        # The csv reader takes an escape away from before any letter: of C:\temp, of \alpha.
        lone = re.compile(_pattern(r"({escape}[{delimiter}{quote}{escape}\r\n])|{escape}", dialect))
        lines = [
            lone.sub(lambda m: m[1] or 2 * escape, line) if escape in line else line
            for line in lines
        ]
    if dialect.skip_space and dialect.quote:
        # It skips spaces before a cell, not those behind its closing quotation mark.
        behind = _pattern(r"(?<!{quote}){quote}[ \t]+(?=[{delimiter}\r\n]|\Z)", dialect)
        lines = [re.sub(behind, dialect.quote, line) for line in lines]
    return lines


def _pattern(template: str, dialect: Dialect) -> str:
    delimiter, quote, escape = map(re.escape, (dialect.delimiter, dialect.quote, dialect.escape))
    for name, text in (("delimiter", delimiter), ("quote", quote), ("escape", escape)):
        template = template.replace(f"{{{name}}}", text)
    return template


def _without_end(cell: str, text: str, quote: str) -> str:
    """A cell of a text without the white space behind it, unless quotation marks hold that."""
    bare = cell.rstrip(" \t")
    is_quoted = quote and f"{bare[-1:]}{cell[len(bare) :]}{quote}" in text
    return cell if is_quoted else bare


class _Splitter:
    """Walks over lines, once: a line that a broken record spans is not walked over again."""

    def __init__(
        self, lines: list[str], dialect: Dialect, *, final: bool, longest: int | None
    ) -> None:
        self._lines = lines
        self._read = lines if dialect.is_plain else _adapted(lines, dialect)
        self._final = final
        self._longest = longest
        self._dialect = dialect
        self._options = _csv_options(dialect)
        self._records: list[Located] = []
        self._line = 0

    @property
    def used(self) -> int:
        """How many characters the records take."""
        return sum(map(len, self._lines[: self._line]))

    def split(self) -> list[Located]:
        while self._line < len(self._lines):
            failed_at = self._read_until_broken()
            if failed_at is None:
                break
            self._read_alone(failed_at)
        return self._records

    def _read_until_broken(self) -> int | None:
        """Records up to one that is broken; returns the line where that showed."""
        feed = _Feed(self._read, self._line)
        try:
            for cells in csv_rows(feed, **self._options):
                if cells:
                    self._records.append(self._located(feed.at, cells))
                self._line = feed.at
        except csv.Error:
            if not feed.at_end:
                return feed.at - 1
            return self._unfinished()
        return None

    def _located(self, end: int, cells: list[str]) -> Located:
        if self._dialect.skip_space:
            text = "".join(self._read[self._line : end])
            cells = [_without_end(cell, text, self._dialect.quote) for cell in cells]
        return Located(self._line, end, cells)

    def _unfinished(self) -> int | None:
        """Where an open quotation mark counts as broken, if it does at all."""
        if self._final:
            return len(self._lines)
        if self._longest is not None:
            length = 0
            for at in range(self._line, len(self._lines)):
                length += len(self._lines[at].encode("utf-8", "surrogateescape"))
                if length > self._longest:
                    return at
        return None

    def _read_alone(self, failed_at: int) -> None:
        """The lines of a broken record, each by itself.

        A line that begins inside quotation marks leads from there to the same failure, whichever
        record it belongs to. So a record that begins in one of these lines and does not end in
        it fails too, without another look.
        """
        self._add(self._line, self._lines[self._line])
        for at in range(self._line + 1, failed_at):
            try:
                for cells in csv_rows([self._read[at]], **self._options):
                    if cells:
                        self._add(at, cells)
            except csv.Error:
                self._add(at, self._lines[at])
        self._line = max(failed_at, self._line + 1)

    def _add(self, line: int, record: Record) -> None:
        self._records.append(Located(line, line + 1, record))


class _Feed:
    """Gives lines one by one and knows how far it is."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.at = start
        self.at_end = False
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at == len(self._lines):
            self.at_end = True
            raise StopIteration
        self.at += 1
        return self._lines[self.at - 1]
