"""Rows from all over a CSV file."""

from __future__ import annotations

from pathlib import Path

from core.data.reading.batches import Row, Sample, thinned
from core.data.reading.cells import shown
from core.data.reading.column_names import bare_name
from core.data.reading.csv_records import split_records
from core.data.reading.dialect import Dialect
from core.data.reading.windows import text_windows


def csv_sample(
    path: Path, header: tuple[str, ...], dialect: Dialect, *, encoding: str, compression: str
) -> Sample:
    """The rows as wide as the header from all over a file; the header itself is none.

    Args:
        path: The file.
        header: Its column names.
        dialect: How it is written.
        encoding: What `encoding_key` gives.
        compression: A key of COMPRESSIONS.
    """
    texts, whole = text_windows(path, encoding=encoding, compression=compression)
    rows: list[Row] = []
    for number, text in enumerate(texts):
        rows += _rows(text, len(header), dialect, begins=number == 0)
    found = thinned(rows, whole=whole)
    # Only those that are left are made fit to be seen: that takes as long as to read them all.
    kept = (row for row in map(shown, found.rows) if tuple(map(bare_name, row)) != header)
    return Sample(tuple(kept), found.whole)


def _rows(text: str, width: int, dialect: Dialect, *, begins: bool) -> list[Row]:
    """The rows of a text that may begin inside quotation marks, unless it `begins` the file."""
    outside = _right_wide(text, width, dialect)
    if begins or not dialect.quote or dialect.quote not in text:
        return outside
    return max(outside, _right_wide(dialect.quote + text, width, dialect), key=len)


def _right_wide(text: str, width: int, dialect: Dialect) -> list[Row]:
    records, _ = split_records(text, dialect, final=True, width=width)
    return [tuple(r) for r in records if not isinstance(r, str) and len(r) == width]
