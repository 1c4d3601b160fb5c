"""Guess from the beginning of a CSV file how it is written and where its table begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from core.data.reading.csv_records import (
    Located,
    Record,
    located_records,
    record_lines,
    split_lines,
)
from core.data.reading.dialect import Dialect
from core.data.reading.headers import (
    CellPattern,
    cell_patterns,
    has_header,
    has_known_name,
    table_start,
)

_DELIMITERS = ",;\t|"
_RARE_DELIMITERS = "~^\x01"  # The last one is Hive's.
_SAMPLE_CHARS = 1 << 18
_SAMPLE_LINES, _SAMPLE_ROWS = 600, 500
_ONE_COLUMN_WORTH = 0.5  # A delimiter that divides nothing explains little,
_NAMED_WORTH = 0.5  # one that sets a usual column name free much,
_SHORT_COST = 0.1  # and a header as long as the rows is likelier than one that is too short.
_REGULAR_SHARE = 0.98
_QUOTED_SHARE = 0.5
_BACKSLASH = "\\"
# Excel's own first line, which names the delimiter.
_SEP_LINE = re.compile(r'"?sep=([^\r\n"])"?[,;\t]*(\r\n|\n|\r)', re.IGNORECASE)
# R's write.table: every name in quotation marks, with a space between them.
_BY_SPACES = re.compile(r'("[^"\r\n]*")( "[^"\r\n]*")+[\r\n]')

_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^\r\n]*'(?=[,;\t|]|\r?$)", re.MULTILINE)


class Guess(NamedTuple):
    """How a CSV file is written; `first_line` is where its table begins, counted from 1."""

    dialect: Dialect
    first_line: int = 1
    has_header: bool = True


class _Fit(NamedTuple):
    """How well a way of reading suits a sample: `share` of the rows have `width` cells."""

    dialect: Dialect
    located: list[Located]
    first: int
    share: float
    width: int

    @property
    def records(self) -> list[Record]:
        """The table's."""
        return [located.record for located in self.located[self.first :]]

    @property
    def worth(self) -> tuple[float, int]:
        if self.width < 2:
            return self.share * _ONE_COLUMN_WORTH, self.width
        named = _NAMED_WORTH * has_known_name(self.records[0])
        short = _SHORT_COST * (len(self.records[0]) < self.width)
        return self.share + named - short, self.width


def guess_dialect(text: str, *, final: bool) -> Guess:
    """The way of reading that suits a text best.

    Args:
        text: The beginning of a CSV file.
        final: Whether that is all of the file.
    """
    lines = split_lines(text[:_SAMPLE_CHARS])
    final = final and len(text) <= _SAMPLE_CHARS and len(lines) <= _SAMPLE_LINES
    text = "".join(lines[:_SAMPLE_LINES])
    declared = _SEP_LINE.match(text)
    delimiters = _DELIMITERS + "".join(sign for sign in _RARE_DELIMITERS if sign in text)
    delimiters += " " if _BY_SPACES.match(text) else ""
    if declared is not None:
        text, delimiters = text[declared.end() :], declared[1]
    fit = _best_fit(text, delimiters, final)
    start = fit.located[fit.first].start if fit.first else 0
    first_line = 1 + (declared is not None) + start
    return Guess(fit.dialect, first_line, has_header(fit.records))


def _best_fit(text: str, delimiters: str, final: bool) -> _Fit:
    best = _quoted_fit(text, delimiters, '"', final)
    bare = _best_of(text, [Dialect(one, "") for one in delimiters], final)
    if _is_unquoted(text, best, bare, final):
        best = _spaced(text, bare, final)
    if _between_single_quotes(text, best.records):
        single = _quoted_fit(text, delimiters, "'", final)
        best = single if single.worth >= best.worth else best
    return best


def _quoted_fit(text: str, delimiters: str, quote: str, final: bool) -> _Fit:
    """The best fit with a quotation mark; of those as good, the plainest."""
    best = _best_of(text, [Dialect(one, quote) for one in delimiters], final)
    best = _spaced(text, best, final)
    if any(_BACKSLASH + sign in text for sign in (quote, *delimiters)):
        ways = [
            Dialect(one, quote, _BACKSLASH, skip) for one in delimiters for skip in (False, True)
        ]
        escaped = _best_of(text, ways, final)
        best = escaped if escaped.worth > best.worth else best
    return best


def _best_of(text: str, dialects: list[Dialect], final: bool) -> _Fit:
    return max((_fit(text, dialect, final) for dialect in dialects), key=lambda fit: fit.worth)


def _fit(text: str, dialect: Dialect, final: bool) -> _Fit:
    located = located_records(text, dialect, final=final)[:_SAMPLE_ROWS]
    first, width = table_start([one.record for one in located])
    rows = [one.record for one in located[first:]]
    if not width or isinstance(rows[0], str):
        return _Fit(dialect, located, 0, 0.0, 0)
    # The first one counts whatever it has: it is the header, which may be short of a name.
    same = 1 + sum(not isinstance(row, str) and len(row) == width for row in rows[1:])
    return _Fit(dialect, located, first, same / len(rows), width)


def _spaced(text: str, fit: _Fit, final: bool) -> _Fit:
    """The same with white space around cells left out, if it is no part of them."""
    dialect = fit.dialect
    quote = dialect.quote
    # Quotation marks behind spaces may be why no delimiter has been found yet.
    signs = dialect.delimiter if fit.width > 1 else _DELIMITERS
    if signs in (" ", "\t") or not re.search(f"[{re.escape(signs)}] ", text):
        return fit
    ways = [Dialect(one, quote, dialect.escape, True) for one in _DELIMITERS if one != "\t"]
    other = _best_of(text, ways, final)
    if _parts_texts(text, other):
        return fit
    if other.worth > fit.worth:
        return other
    if other.dialect.delimiter != dialect.delimiter or other.share < fit.share or other.width < 2:
        return fit
    if quote and _quotes_behind_spaces(fit, other):
        return other
    cells = [cell for record in fit.records if not isinstance(record, str) for cell in record[1:]]
    spaced = sum(map(_is_spaced, cells))
    # Of two columns, the texts alone may begin with spaces; their names do not.
    are_written_so = fit.width > 2 or all(map(_is_spaced, fit.records[0][1:]))
    return other if are_written_so and spaced >= _REGULAR_SHARE * len(cells) else fit


def _parts_texts(text: str, spaced: _Fit) -> bool:
    """Whether rows are longer than their header by delimiters in texts, with a space behind."""
    if not spaced.width or len(spaced.records[0]) >= spaced.width:
        return False
    header = split_lines(text)[spaced.located[spaced.first].start]
    return f"{spaced.dialect.delimiter} " not in header


def _quotes_behind_spaces(fit: _Fit, other: _Fit) -> bool:
    """Whether quotation marks that spaces stand before are letters in one way of reading only."""
    quote = fit.dialect.quote
    pairs = zip(fit.records, other.records, strict=False)
    both = ((one, two) for one, two in pairs if not (isinstance(one, str) or isinstance(two, str)))
    return any(
        cell.startswith(" ") and cell.lstrip(" ").startswith(quote) and same not in (cell, cell[1:])
        for one, two in both
        for cell, same in zip(one, two, strict=False)
    )


def _is_spaced(cell: str) -> bool:
    return not cell or cell.startswith(" ")


def _is_unquoted(text: str, quoted: _Fit, bare: _Fit, final: bool) -> bool:
    """Whether quotation marks are letters like others, which do not stand around cells."""
    if _merges_or_breaks(text, quoted, final):
        return True
    delimiter = bare.dialect.delimiter
    if bare.worth <= quoted.worth:
        return False
    located = located_records(text, Dialect(delimiter), final=final)
    broken = sum(isinstance(one.record, str) for one in located)
    edge = re.escape(delimiter)
    around = re.finditer(rf'(?:^|{edge})"(?:[^"]|"")*"(?={edge}|\r?$)', text, re.MULTILINE)
    return 0 < broken >= sum(1 for _ in around)


def _merges_or_breaks(text: str, quoted: _Fit, final: bool) -> bool:
    """Whether quotation marks hold whole rows or are in the way, where lines alone are rows."""
    dialect = quoted.dialect
    same = _fit(text, Dialect(dialect.delimiter, ""), final)
    if same.share < _REGULAR_SHARE or really_quotes(text, dialect):
        return False
    lines = record_lines(text, dialect)
    if bare_rows(dialect.delimiter, same.records).merged(lines, quoted.located):
        return True
    is_broken = any(isinstance(one.record, str) for one in quoted.located)
    return (is_broken and same.share > quoted.share) or _is_one_column_of_quotes(text, same)


def _between_single_quotes(text: str, records: list[Record]) -> bool:
    if len(_SINGLE_QUOTED.findall(text)) >= _QUOTED_SHARE * len(split_lines(text)) > 0:
        return True
    cells = [cell for record in records if not isinstance(record, str) for cell in record if cell]
    opened = sum(cell.startswith("'") for cell in cells)
    closed = sum(cell.endswith("'") for cell in cells)
    return min(opened, closed) > len(cells) / 3


def _is_one_column_of_quotes(text: str, bare: _Fit) -> bool:
    """Whether lines of one cell have quotation marks inside, where nobody who quotes has any."""
    is_open, inside = False, False
    for line in split_lines(text):
        inside = inside or (not is_open and not line.startswith('"') and '"' in line)
        is_open ^= line.startswith('"') != line.rstrip("\r\n").endswith('"')
    return bare.width == 1 and inside and bool(re.search('^"', text, re.MULTILINE))


def really_quotes(text: str, dialect: Dialect) -> bool:
    """Whether quotation marks stand around cells that need them, or around most.

    Args:
        text: Rows of a CSV file.
        dialect: A dialect with a quotation mark.
    """
    edge, quote = re.escape(dialect.delimiter), dialect.quote
    cell = rf"{quote}((?:[^{quote}\r\n]|{quote}{quote})*){quote}"
    if re.match(rf"{cell}(?:{edge}{cell})*[\r\n]", text):
        return True
    around = rf"(?:^|{edge}){cell}(?={edge}|\r?$)"
    cells = [match[1] for match in re.finditer(around, text, re.MULTILINE)]
    if any(dialect.delimiter in cell or quote in cell for cell in cells):
        return True
    return len(cells) >= _QUOTED_SHARE * len(split_lines(text))


class BareRows(NamedTuple):
    """What the rows of a file are like where quotation marks are letters."""

    delimiter: str
    kinds: tuple[CellPattern, ...]

    def merged(self, lines: list[str], located: list[Located]) -> list[Located]:
        """The records in whose quotation marks lie ends of lines that look like whole rows."""
        return [
            one
            for one in located
            if not isinstance(one.record, str)
            and any("\n" in cell or "\r" in cell for cell in one.record)
            and all(map(self.is_row, lines[one.start : one.end]))
        ]

    def is_row(self, line: str) -> bool:
        """Whether a line has as many cells as all, and of the same kinds."""
        cells = line.rstrip("\r\n").split(self.delimiter)
        if len(self.kinds) < 2 or len(cells) != len(self.kinds):
            return False
        return all(kind.admits(cell) for kind, cell in zip(self.kinds, cells, strict=True))


def bare_rows(delimiter: str, records: list[Record]) -> BareRows:
    """What rows are like that were read without a quotation mark, the header first."""
    rows = [record for record in records[1:] if not isinstance(record, str)]
    width = max(map(len, rows), key=list(map(len, rows)).count) if rows else 0
    fitting = [row for row in rows if len(row) == width]
    return BareRows(delimiter, tuple(cell_patterns(fitting, width)))
