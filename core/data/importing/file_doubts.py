"""What is odd in a file as it is read, said before anything is written."""

from __future__ import annotations

import re
import unicodedata
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
_SIGNS = re.compile(r"[^\w\s.,'\"()\[\]{}-]+")
_OF_SURVEYS = re.compile(r'\{"ImportId":|Open-Ended Response$').match
_OF_SENTENCES = (
    "!?\u2026\u037e\u060c\u061f\u06d4\u0964\u0965\u104a\u104b\u1362\u17d4\u3001\u3002\uff01\uff1f"
)
"""Also of Greek, Arabic, Hindi, Burmese, Amharic, Khmer and Chinese."""
_DIVIDED_SHARE = 0.9
_MIN_DIVIDED_ROWS = 5
_LABEL_FIRST = re.compile(r"([+-]?\d+(?:\.\d+)?|[^\W\d]\w*[:_]\w+:?)[ ]\S")
_MAX_LABELS_FIRST = 100
_EACH_LABEL = 4


def file_doubts(
    path: Path,
    format: FileFormat,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    merged: int = 0,
) -> tuple[str, ...]:
    """Sentences about what may not be meant so; the whole file is looked at.

    Args:
        path: The file.
        format: How it is read.
        header: Its column names.
        rows: Its first rows.
        merged: Its cells that are merged over several rows.
    """
    said = _start_doubts(format) + _merged_doubts(merged) + _width_doubts(header, rows)
    said += _survey_tool_doubts(rows)
    if format.kind is FileKind.CSV and len(header) == 1:
        lines = [*header[: format.has_header], *(row[0] for row in rows if row)]
        said += _label_first_doubts(lines) or _undivided_doubts(lines)
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


def _survey_tool_doubts(rows: Sequence[Sequence[str]]) -> list[str]:
    """More lines of column names below the first, as Qualtrics and SurveyMonkey write them."""
    last = max((n for n, row in enumerate(rows[:3], 1) if any(map(_OF_SURVEYS, row))), default=0)
    if not last:
        return []
    rows_look = (
        "row below the column names looks"
        if last == 1
        else (f"{last} rows below the column names look")
    )
    return [
        f"The first {rows_look} like more column names, and would be read as texts: take such rows"
        " out of the file first."
    ]


def _merged_doubts(merged: int) -> list[str]:
    if not merged:
        return []
    cells = "1 cell is" if merged == 1 else f"{merged:,} cells are"
    return [f"{cells} merged over several rows: what is written there is read in each of them."]


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


def _undivided_doubts(lines: Sequence[str]) -> list[str]:
    """What may stand between cells where whole lines are read as one."""
    if len(lines) < _MIN_DIVIDED_ROWS:
        return []
    for sign in dict.fromkeys(_SIGNS.findall(lines[0])):
        if any(unicodedata.category(part)[0] == "M" for part in sign):
            continue  # A vowel sign or the like.
        count = lines[0].count(sign)
        alike = sum(line.count(sign) == count for line in lines)
        if sign not in _OF_SENTENCES and alike >= _DIVIDED_SHARE * len(lines):
            can_divide = len(sign) == 1 and sign.isascii()
            do = "choose it as the delimiter" if can_divide else "put a tab there in the file"
            return [
                f"Each line is read as one cell, and has {sign!r} in it as often as the others: if"
                f" that stands between cells, {do}."
            ]
    return []


def _label_first_doubts(lines: Sequence[str]) -> list[str]:
    """Labels that only a space parts from the text behind them."""
    found = [match[1] for match in map(_LABEL_FIRST.match, lines) if match]
    labels = list(dict.fromkeys(found))
    most = min(_MAX_LABELS_FIRST, len(found) // _EACH_LABEL)
    if len(found) < _DIVIDED_SHARE * len(lines) or not 1 < len(labels) <= most:
        return []
    shown = ", ".join(repr(label) for label in labels[:3])
    return [
        f"Each line is read as one cell, and begins with one of {len(labels)} words such as"
        f" {shown}: if these are labels, put a tab behind them in the file."
    ]


def _quoting_doubts(format: FileFormat, found: Survey) -> list[str]:
    said = []
    if found.returns:
        stands = (
            "1 carriage return stands"
            if found.returns == 1
            else (f"{found.returns:,} carriage returns stand")
        )
        said.append(
            f"{stands} inside lines: where only the whole line has as many cells as there are"
            " columns, it is read as one row, else as several."
        )
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
