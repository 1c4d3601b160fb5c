"""Cut CSV text into records with Python's strict csv reader, and go on behind broken quoting."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias


class Dialect(NamedTuple):
    """The character between cells and the one around them, empty if there is none."""

    delimiter: str = ","
    quote: str = '"'


Record: TypeAlias = "list[str] | str"
"""The cells of a row; or its first line as it stands, where its quoting is broken."""


def csv_rows(lines: Iterable[str], **options: Any) -> Iterator[list[str]]:
    """Python's csv reader, without its limit of 131,072 characters a cell."""
    csv.field_size_limit(sys.maxsize)  # Of the process: the module has no other.
    return csv.reader(lines, **options)


def split_records(
    text: str, dialect: Dialect, *, final: bool, longest: int | None = None
) -> tuple[list[Record], int]:
    """Cut text that begins at a record into records; blank lines are none.

    A record with broken quoting loses only its first line: reading goes on with the next one.

    Args:
        text: CSV text.
        dialect: Its delimiter and quotation mark.
        final: Whether nothing follows; else an unfinished last record is left for later.
        longest: Bytes of UTF-8 after which an unfinished record counts as broken.

    Returns:
        The records, and how many characters of the text they take.
    """
    lines = io.StringIO(text, newline="").readlines()
    if lines and not final and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    return _Splitter(lines, dialect, final=final, longest=longest).split()


class _Splitter:
    """Walks over lines, once: a line that a broken record spans is not walked over again."""

    def __init__(
        self, lines: list[str], dialect: Dialect, *, final: bool, longest: int | None
    ) -> None:
        self._lines = lines
        self._final = final
        self._longest = longest
        self._options: dict[str, Any] = {
            "delimiter": dialect.delimiter,
            "quotechar": dialect.quote or None,
            "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            "strict": True,
        }
        self._records: list[Record] = []
        self._line = 0

    def split(self) -> tuple[list[Record], int]:
        while self._line < len(self._lines):
            failed_at = self._read_until_broken()
            if failed_at is None:
                break
            self._read_alone(failed_at)
        return self._records, sum(map(len, self._lines[: self._line]))

    def _read_until_broken(self) -> int | None:
        """Records up to one that is broken; returns the line where that showed."""
        feed = _Feed(self._lines, self._line)
        try:
            for cells in csv_rows(feed, **self._options):
                if cells:
                    self._records.append(cells)
                self._line = feed.at
        except csv.Error:
            if not feed.at_end:
                return feed.at - 1
            return self._unfinished()
        return None

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
        self._records.append(self._lines[self._line])
        for at in range(self._line + 1, failed_at):
            line = self._lines[at]
            try:
                self._records.extend(c for c in csv_rows([line], **self._options) if c)
            except csv.Error:
                self._records.append(line)
        self._line = max(failed_at, self._line + 1)


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
