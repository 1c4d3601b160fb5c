"""Files of labels: tables as CSV, or as one JSON object a line.

In CSV, a cell that a spreadsheet would take for a formula stands behind an apostrophe, and reading
takes it away again.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from core.data.output.formulas import guarded, unguarded
from core.data.reading.cells import cell_text
from core.data.reading.column_names import bare_name
from core.data.reading.csv_records import csv_rows
from core.data.reading.dialect import Dialect
from core.data.reading.json_records import MAX_LINE_BYTES
from core.data.text.lengths import string_buffers
from core.errors import BadInput, NotFound

AGAIN = "correct that line and import the file again; nothing was stored"
_SAVE_AGAIN = "save it again as CSV in UTF-8; nothing was stored"
_DELIMITERS = ",;\t"
_SPECIAL = r'["\\\x00-\x1f]'
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


class LabelFileFormat(str, Enum):
    """How a file of labels is written."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True)
class Record:
    """One line of a file: cells by column, None where empty; `line` is where it begins, from 1."""

    line: int
    cells: dict[str, str | None]


def write_tables(
    sink: IO[bytes], schema: pa.Schema, tables: Iterable[pa.Table], file_format: LabelFileFormat
) -> int:
    """Write tables of one schema, one after the other, as one file.

    Returns:
        How many rows they had.
    """
    write = _write_csv if file_format is LabelFileFormat.CSV else _write_json
    if file_format is LabelFileFormat.CSV:
        sink.write((",".join(schema.names) + "\n").encode())
    rows = 0
    for table in tables:
        for batch in table.combine_chunks().to_batches():
            write(sink, batch)
        rows += len(table)
    return rows


def read_records(path: Path) -> Iterator[Record]:
    """The lines of a file of labels; whether it is CSV or JSON shows in its first character.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is empty, no UTF-8, or a line cannot be read; the sentence names the line.
    """
    none = NotFound("a file of labels", f"none to read at {str(path)!r}", "correct the path")
    try:
        if not path.is_file():  # To open a pipe would wait for somebody who writes to it.
            raise none
        file = path.open("rb")
    except OSError as error:
        raise none from error
    with file:
        lines = _text_lines(file)
        first = next((one for one in lines if one[1].strip()), None)
        if first is None:
            raise BadInput("a file of labels", f"{path.name!r}, which is empty", "choose another")
        if first[1].lstrip().startswith("{"):
            yield from _json_records(first, lines)
        else:
            yield from _csv_records(first, lines)


def fault(line: int, expected: str, found: str, action: str = AGAIN) -> BadInput:
    """An error that names a line of the file."""
    return BadInput(f"{expected} in line {line:,}", found, action)


def _write_csv(sink: IO[bytes], batch: pa.RecordBatch) -> None:
    columns = [guarded(one) if pa.types.is_string(one.type) else one for one in batch.columns]
    buffer = pa.BufferOutputStream()
    options = arrow_csv.WriteOptions(include_header=False)
    arrow_csv.write_csv(pa.RecordBatch.from_arrays(columns, batch.schema.names), buffer, options)
    sink.write(buffer.getvalue())


def _write_json(sink: IO[bytes], batch: pa.RecordBatch) -> None:
    parts: list[pa.Array | str] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        parts += [f"{',' if parts else '{'}{json.dumps(name)}:", _json_values(column)]
    lines = pc.binary_join_element_wise(*parts, "}\n", "")
    # Arrow keeps texts end to end: they are the file as they stand.
    sink.write(string_buffers(lines)[0].data)


def _json_values(column: pa.Array) -> pa.Array:
    """Each value as JSON, so that lines are put together without a Python object a cell."""
    if not pa.types.is_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "null")
    special = pc.fill_null(pc.match_substring_regex(column, _SPECIAL), False)
    if pc.any(special).as_py():
        encode = json.JSONEncoder(ensure_ascii=False).encode
        escaped = [encode(text)[1:-1] for text in column.filter(special).to_pylist()]
        column = pc.replace_with_mask(column, special, pa.array(escaped, pa.string()))
    return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), "null")


def _text_lines(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    for number, data in enumerate(iter(partial(file.readline, MAX_LINE_BYTES + 1), b""), 1):
        _check_length(number, len(data))
        try:
            text = data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise fault(number, "text in UTF-8", "bytes of another encoding", _SAVE_AGAIN) from (
                error
            )
        if "\0" in text:
            raise fault(number, "text", "a NUL character")
        yield number, text


def _check_length(line: int, length: int) -> None:
    if length > MAX_LINE_BYTES:
        most = f"at most {MAX_LINE_BYTES >> 20} MB"
        raise fault(line, f"a label and its text, {most} of them,", "more")


def _json_records(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[Record]:
    for number, text in _chained(first, lines):
        if not text.strip():
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            what = "text that is none" if text.endswith("\n") else "a line that breaks off"
            raise fault(number, "one JSON object", what) from error
        if not isinstance(found, dict):
            raise fault(number, "one JSON object", "another JSON value")
        yield Record(number, {name: _cell(number, value) for name, value in found.items()})


def _cell(number: int, value: object) -> str | None:
    text = cell_text(value) or None
    if text is not None and _UNWRITABLE.search(text):
        raise fault(number, "text", "a NUL character or half of a surrogate pair")
    return text


def _csv_records(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[Record]:
    cut = Dialect(max(_DELIMITERS, key=first[1].count))
    read = [first[0]]
    length = [0]

    def texts() -> Iterator[str]:
        for number, text in _chained(first, lines):
            read[0] = number
            length[0] += len(text)
            _check_length(begin, length[0])
            yield text

    rows = csv_rows(texts(), delimiter=cut.delimiter, quotechar=cut.quote, strict=True)
    header: list[str] = []
    begin = first[0]
    try:
        for cells in rows:
            if not header:
                header = _header(cells)
            elif cells:
                yield Record(begin, _named(begin, header, cells))
            begin, length[0] = read[0] + 1, 0
    except csv.Error as error:
        raise fault(
            begin, "a row of comma-separated values", f"one that never ends ({error})"
        ) from (error)


def _header(cells: list[str]) -> list[str]:
    names = list(map(bare_name, cells))
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise BadInput(
            "a header that names each column once", f"{name!r} twice", "rename or remove one"
        )
    return names


def _named(line: int, header: list[str], cells: list[str]) -> dict[str, str | None]:
    if len(cells) != len(header):
        raise fault(line, f"{len(header)} cells", f"{len(cells)}")
    return {name: unguarded(cell) or None for name, cell in zip(header, cells, strict=True)}


def _chained(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from lines
