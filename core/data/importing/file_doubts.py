"""What is odd in a file as it is read, said before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.data.importing.import_report import rows_of
from core.data.reading.bytestream import open_utf8
from core.data.reading.charset import detect_encoding
from core.data.reading.csv_dialect import Guess
from core.data.reading.csv_survey import Survey, survey_file
from core.data.reading.encodings import encoding_name
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.headers import ROW_NAMES

_CERTAIN = ("utf-8", "utf-16", "utf-32")
"""Encodings that show in the bytes; any other one is a guess."""
_ODD_SHARE = 0.2


def file_doubts(
    path: Path, format: FileFormat, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    """Sentences about what may not be meant so; the whole file is looked at.

    Args:
        path: The file.
        format: How it is read.
        header: Its column names.
        rows: Its first rows.
    """
    said = _start_doubts(format) + _width_doubts(header, rows)
    if not format.kind.is_text or format.encoding is None:
        return tuple(said)
    found = _survey(path, format, format.encoding)
    return tuple(_encoding_doubts(path, format, found) + said + _quoting_doubts(format, found))


def _survey(path: Path, format: FileFormat, encoding: str) -> Survey:
    if format.kind is not FileKind.CSV:
        return survey_file(path, encoding, format.compression, None)
    with open_utf8(path, encoding=encoding, compression=format.compression) as stream:
        text, _ = stream.head()
    guess = Guess(format.dialect, format.first_line, format.has_header)
    return survey_file(path, encoding, format.compression, guess, text)


def _encoding_doubts(path: Path, format: FileFormat, found: Survey) -> list[str]:
    said = []
    name = encoding_name(format.encoding or "")
    certain = format.encoding in _CERTAIN
    if not certain and format.encoding == detect_encoding(path, format.compression):
        said.append(
            f"The encoding is a guess: {name}. If letters look wrong in the first rows, choose"
            " another one."
        )
    if found.misfits:
        said.append(
            f"{_places(found.misfits)} with bytes that do not fit {name}: rows whose text or label"
            " has one are left out. Is the encoding right?"
        )
    return said


def _places(count: int) -> str:
    return "There is 1 place" if count == 1 else f"There are {count:,} places"


def _start_doubts(format: FileFormat) -> list[str]:
    above = format.first_line - 1
    if above < 1 or format.kind not in (FileKind.CSV, FileKind.EXCEL):
        return []
    where = "line" if format.kind is FileKind.CSV else "row"
    lines = f"the {where} above it is" if above == 1 else f"the {above:,} {where}s above it are"
    return [f"The table begins in {where} {format.first_line:,}; {lines} left out."]


def _width_doubts(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if header and header[0] == ROW_NAMES:
        return ["The rows have one more cell than there are column names: the first is a row name."]
    width = len(header)
    odd = [len(row) for row in rows if len(row) < width or any(row[width:])]
    if len(odd) < _ODD_SHARE * len(rows) or len(odd) < 2:
        return []  # What is wrong with single rows, the import says.
    cells = max(set(odd), key=odd.count)
    return [
        f"{len(odd):,} of the first {rows_of(len(rows))} have a different number of cells (most of"
        f" them {cells:,}) than there are column names ({len(header):,}), and will be left out."
        " Are the delimiter, the quotation marks and the line of the column names right?"
    ]


def _quoting_doubts(format: FileFormat, found: Survey) -> list[str]:
    said = []
    if found.merged:
        cells = "1 cell spans" if found.merged == 1 else f"{found.merged:,} cells span"
        said.append(
            f"{cells} several lines that look like rows of their own, from line"
            f" {found.first_merged + format.first_line - 1:,} on: a quotation mark opens on one"
            " line and closes on a later one. If cells are not quoted in this file, choose no"
            " quotation marks."
        )
    if found.uneven:
        lines = "1 line has" if found.uneven == 1 else f"{found.uneven:,} lines have"
        said.append(
            f"{lines} a different number of cells than there are columns, and cannot be read as"
            " rows. Are the delimiter and the quotation marks right?"
        )
    if found.broken:
        rows = "1 row has" if found.broken == 1 else f"{found.broken:,} rows have"
        said.append(
            f"{rows} broken quoting, and cannot be imported. Are the quotation marks and the"
            " escape character right?"
        )
    return said
