"""Look through a whole text file for places where a guess from its beginning does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.reading.bytestream import MARK, open_utf8
from core.data.reading.csv_cuts import behind_lines, is_regular, regular_cut
from core.data.reading.csv_dialect import BareRows, Guess, bare_rows, guess_dialect, really_quotes
from core.data.reading.csv_records import located_records, record_lines, split_lines, split_records
from core.data.reading.dialect import Dialect

_MOST_BYTES = 1 << 30
_PIECE_BYTES = 1 << 19
_LONGEST_RECORD = 16 << 20
_EXCERPT_LINES, _END_LINES = 400, 20
_EXCERPT_CHARS = 1 << 17
_SAMPLE_ROWS = 200
_SAMPLE_CHARS = 1 << 16
_BARE_ROWS = 500
_LF, _CR = 10, 13


@dataclass
class Survey:
    """What is odd in a file, from where its table begins; the first 1 GB is looked at.

    Attributes:
        merged: Records that hold ends of lines between what looks like whole rows.
        first_merged: The line of the first of them; the table's first is 1.
        broken: Records with broken quoting, in as far as they were looked for.
        uneven: Lines of another number of cells, where there is no quoting.
        misfits: Places where bytes do not fit the encoding.
        doubled: Quotation marks side by side, which say that there is quoting.
        returns: Carriage returns in lines that end with a line feed.
        excerpt: Some of the odd lines.
    """

    merged: int = 0
    first_merged: int = 0
    broken: int = 0
    uneven: int = 0
    misfits: int = 0
    doubled: int = 0
    returns: int = 0
    excerpt: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """How many rows are read wrong."""
        return self.merged + self.broken + self.uneven

    def quote(self, lines: list[str]) -> None:
        """Keep the first and the last of some odd lines."""
        if len(self.excerpt) < _EXCERPT_LINES:
            if len(lines) > 2 * _END_LINES:
                lines = lines[:_END_LINES] + lines[-_END_LINES:]
            if sum(map(len, self.excerpt)) + sum(map(len, lines)) <= _EXCERPT_CHARS:
                self.excerpt += lines


def detect_dialect(path: Path, encoding: str, compression: str, head: tuple[str, bool]) -> Guess:
    """How a CSV file is written, by its beginning and by what is odd in the rest.

    Args:
        path: The file.
        encoding: What `encoding_key` gives.
        compression: A key of COMPRESSIONS.
        head: Its first characters and whether they are all, as `Utf8Stream.head` gives them.
    """
    text, final = head
    guess = guess_dialect(text, final=final)
    found = survey_file(path, encoding, compression, guess, text)
    if not found.excerpt:
        return guess
    located = located_records(text[:_SAMPLE_CHARS], guess.dialect, final=final)[:_SAMPLE_ROWS]
    lines = record_lines(text, guess.dialect)[: located[-1].end if located else 0]
    again = guess_dialect("".join([*lines, *found.excerpt]), final=True)
    is_quoted = found.doubled > found.broken + found.merged
    if again.dialect == guess.dialect or (is_quoted and not again.dialect.quote):
        return guess
    other = Guess(again.dialect, guess.first_line, guess.has_header)
    is_better = survey_file(path, encoding, compression, other, text).faults < found.faults
    return other if is_better else guess


def survey_file(
    path: Path, encoding: str, compression: str, guess: Guess | None, head: str = ""
) -> Survey:
    """What is odd in a file that is read so; kept for the next time, while the file is the same.

    Args:
        path: The file.
        encoding: What `encoding_key` gives.
        compression: A key of COMPRESSIONS.
        guess: How it is written, if it is CSV; else only its bytes are looked at.
        head: Its first characters.
    """
    dialect = Dialect("\n", "") if guess is None else guess.dialect
    rows = BareRows(dialect.delimiter, ()) if guess is None else _rows_of(head, guess)
    above, stat = 0 if guess is None else guess.first_line - 1, path.stat()
    written = encoding, compression, dialect, above
    return _surveyed(path, stat.st_mtime_ns, stat.st_size, *written, rows)


def _rows_of(head: str, guess: Guess) -> BareRows:
    """What rows are like without quotation marks; of no kind where these surely mean something."""
    delimiter = guess.dialect.delimiter
    text = "".join(split_lines(head)[guess.first_line - 1 :][: 2 * _BARE_ROWS])
    records, _ = split_records(text, Dialect(delimiter, ""), final=True)
    found = bare_rows(delimiter, records[:_BARE_ROWS])
    if len(found.kinds) < 2 and guess.dialect.quote and really_quotes(text, guess.dialect):
        return BareRows(delimiter, ())
    return found


@lru_cache(maxsize=32)
def _surveyed(
    path: Path,
    changed_ns: int,
    size: int,
    encoding: str,
    compression: str,
    dialect: Dialect,
    above: int,
    rows: BareRows,
) -> Survey:
    walk, length = _Walk(dialect, rows), 0
    with open_utf8(path, encoding=encoding, compression=compression) as stream:
        pending = behind_lines(stream, above)
        walk.found.misfits = pending.count(MARK)
        while length < _MOST_BYTES and (data := pending + (block := stream.block())):
            length += len(block)
            if stream.has_marks:
                walk.found.misfits += block.count(MARK)
            pending = walk.add_all(data, final=not block)
    return walk.found


class _Walk:
    """Goes through a file block by block."""

    def __init__(self, dialect: Dialect, rows: BareRows) -> None:
        self.found = Survey()
        self._dialect = dialect
        self._rows = rows
        self._lines = 0

    def add_all(self, data: bytes, *, final: bool) -> bytes:
        """Look at a block, piece by piece; returns the rest, which must come again."""
        pending, start = b"", 0
        while start < len(data):
            # What fits a cache is looked at faster, but what is long not again and again.
            end = start + max(_PIECE_BYTES, len(pending))
            piece = pending + data[start:end]
            pending = piece[self._add(piece, final and end >= len(data)) :]
            start = end
        # No table is read with a longer line in it: what is odd there does not matter.
        return b"" if final or len(pending) > _LONGEST_RECORD else pending

    def _add(self, data: bytes, final: bool) -> int:
        used = self._look(data, final)
        if b"\r" in data and b"\n" in data:
            returns, at_ends = (data.count(end, 0, used) for end in (b"\r", b"\r\n"))
            if returns != at_ends:  # Some programs write two behind each line.
                self.found.returns += returns - at_ends - data.count(b"\r\r\n", 0, used)
        if self._dialect.quote:
            seen = data[:used]
            self._lines += seen.count(b"\n") or seen.count(b"\r")
            self.found.doubled += seen.count(2 * self._dialect.quote.encode())
        return used

    def _look(self, data: bytes, final: bool) -> int:
        dialect = self._dialect
        if not dialect.quote:
            return self._count_uneven(data, final)
        if not dialect.is_plain or not self._rows.kinds:
            return len(data)
        if dialect.quote.encode() not in data:
            return len(data) if final else max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        cut, regular, spans_lines = _looked_over(data, dialect, final)
        if not regular or (not cut and (final or len(data) > _LONGEST_RECORD)):
            return self._read(data, final)
        if spans_lines:
            self._find_merged(data[:cut])
        return cut

    def _count_uneven(self, data: bytes, final: bool) -> int:
        width = len(self._rows.kinds)
        if width < 2:
            return len(data)
        ends = _line_ends(data, final)
        starts = np.concatenate(([0], ends[:-1] + 1))
        first = np.frombuffer(data, np.uint8)[np.minimum(starts, len(data) - 1)]
        filled = (ends > starts) & ~((ends - starts == 1) & (first == _CR))  # A blank line is none.
        odd = (_cells(data, self._rows.delimiter, ends) != width) & filled
        self.found.uneven += int(np.count_nonzero(odd))
        return int(ends[-1]) + 1 if len(ends) else 0

    def _find_merged(self, data: bytes) -> None:
        """As `BareRows.merged`, without reading what cannot be such a record."""
        quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == ord(self._dialect.quote))
        ends = _line_ends(data, final=True)
        inside = np.searchsorted(quotes, ends) % 2 == 1
        if not inside.any():
            return
        fits = _cells(data, self._rows.delimiter, ends) == len(self._rows.kinds)
        firsts = np.flatnonzero(np.concatenate(([True], ~inside[:-1])))
        several = np.diff(firsts, append=len(ends)) > 1
        whole = np.logical_and.reduceat(fits, firsts)
        for place in np.flatnonzero(several & whole).tolist():
            last = firsts[place + 1] if place + 1 < len(firsts) else len(ends)
            start = int(ends[firsts[place] - 1]) + 1 if firsts[place] else 0
            text = data[start : int(ends[last - 1]) + 1].decode("utf-8", "surrogateescape")
            lines = split_lines(text)
            if len(self._rows.kinds) == 1 or all(map(self._rows.is_row, lines)):
                self._note_merged(lines, int(firsts[place]))

    def _read(self, data: bytes, final: bool) -> int:
        """Look at rows as they are read."""
        text = data.decode("utf-8", "surrogateescape")
        final = final or len(data) > _LONGEST_RECORD
        lines = record_lines(text, self._dialect)
        located = located_records(text, self._dialect, final=final)
        for one in located:
            if isinstance(one.record, str):
                self.found.broken += 1
                self.found.quote([one.record])
        for one in self._rows.merged(lines, located):
            self._note_merged(lines[one.start : one.end], one.start)
        if final:
            return len(data)
        used = "".join(lines[: located[-1].end if located else 0])
        return len(used.encode("utf-8", "surrogateescape"))

    def _note_merged(self, lines: list[str], above: int) -> None:
        self.found.first_merged = self.found.first_merged or self._lines + above + 1
        self.found.merged += 1
        self.found.quote(lines)


def _looked_over(data: bytes, dialect: Dialect, final: bool) -> tuple[int, bool, bool]:
    """As `regular_cut`, and whether there may be line ends inside quotation marks."""
    array = np.frombuffer(data, np.uint8)
    # Places are looked for once, which takes most of the time.
    places = np.flatnonzero((array == ord(dialect.quote)) | (array == _LF))
    is_quote = array[places] == ord(dialect.quote)
    is_inside = np.cumsum(is_quote) % 2 == 1
    ends = places[~is_quote & ~is_inside]
    if not len(ends) or final:
        return *regular_cut(data, dialect, final=final), True
    cut = int(ends[-1]) + 1
    quotes = places[is_quote]
    spans_lines = bool((is_inside & ~is_quote & (places < cut)).any())
    return cut, is_regular(array, quotes[quotes < cut], dialect), spans_lines


def _line_ends(data: bytes, final: bool) -> NDArray[np.int64]:
    """Where lines end; the last one may have no sign for it."""
    array = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(array == _LF)
    if not len(ends):
        ends = np.flatnonzero(array == _CR)
    if final and data and (not len(ends) or ends[-1] < len(data) - 1):
        ends = np.append(ends, len(data))
    return ends


def _cells(data: bytes, delimiter: str, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many cells each line has, if quotation marks are letters."""
    places = np.flatnonzero(np.frombuffer(data, np.uint8) == ord(delimiter))
    counts: NDArray[np.int64] = np.diff(np.searchsorted(places, ends), prepend=0) + 1
    return counts
