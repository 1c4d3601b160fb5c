"""Rows as an Excel workbook of one sheet.

Written here, because no library that writes workbooks is among the requirements, and because those
there are take a Python object a cell: a million rows would take minutes.

Source: ECMA-376, Office Open XML.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from core.data.output.joined_cells import content, joined, rewritten
from core.errors import BadInput

MAX_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
MAX_COLUMNS = 16_384
MAX_CELL_CHARS = 32_767
_MAX_BYTES = 2_000_000_000  # Of a sheet: zip files of more are not read everywhere.
_OTHERWISE = "choose Parquet, JSONL or CSV"
_BATCH_ROWS = 8_192
_DAY_US = 86_400_000_000
_EPOCH_DAYS = 25_569
_FIRST_SAFE_DAY = 61  # Before 1 March 1900 Excel counts a day that never was.
_DATE_STYLE = 1
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINK = f'<Relationship Id="r{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
_LINKS = f'<Relationships xmlns="{_PACKAGE}/relationships">{{}}</Relationships>'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": _LINKS.format(_LINK.format(1, "officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Rows" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _LINKS.format(
        _LINK.format(1, "worksheet", "worksheets/sheet1.xml")
        + _LINK.format(2, "styles", "styles.xml")
    ),
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>",
}
_ESCAPE_LIKE = "_x[0-9A-Fa-f]{4}_"
_NOT_XML = r"[\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]"
_NOT_XML_SIGN = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def check_sheet(rows: int, columns: int) -> None:
    """Make sure that a sheet takes so many rows, without the header, and columns.

    Raises:
        BadInput: it does not.
    """
    if rows >= MAX_ROWS:
        raise BadInput(f"at most {MAX_ROWS - 1:,} rows for Excel", f"{rows:,}", _OTHERWISE)
    if columns > MAX_COLUMNS:
        raise BadInput(f"at most {MAX_COLUMNS:,} columns for Excel", f"{columns:,}", _OTHERWISE)


class WorkbookOutput:
    """A workbook, the names of its columns in the first row.

    What is a string stays one, so that no cell is taken for a formula or loses its zeros.
    """

    def __init__(self, sink: IO[bytes], schema: pa.Schema) -> None:
        self.guarded = 0
        self._rows = 0
        self._size = 0
        self._names = schema.names
        self._letters = [_letters(place) for place in range(len(schema))]
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        for name, part in _PARTS.items():
            self._archive.writestr(name, _XML + part)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w")
        self._sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        names = [pa.array([name], pa.string()) for name in schema.names]
        self._add(pa.RecordBatch.from_arrays(names, self._letters))

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows.

        Raises:
            BadInput: a text is too long for a cell, or they are too many for a sheet.
        """
        check_sheet(self._rows - 1 + len(batch), batch.num_columns)
        for first in range(0, len(batch), _BATCH_ROWS):
            self._add(batch[first : first + _BATCH_ROWS])

    def close(self) -> None:
        """Write the end, without which the file cannot be read."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()

    def _add(self, batch: pa.RecordBatch) -> None:
        first = self._rows + 1
        numbers = pa.array(range(first, first + len(batch)), pa.int64()).cast(pa.string())
        cells: list[pa.Array | str] = []
        for letters, name, column in zip(self._letters, self._names, batch.columns, strict=True):
            _check_lengths(column, name, first)
            place = joined([f'<c r="{letters}', numbers, '"'])
            cells.append(pc.fill_null(_cell(place, column), ""))
        lines = content(joined(['<row r="', numbers, '">', *cells, "</row>"]))
        self._size += len(lines)
        if self._size > _MAX_BYTES:
            raise BadInput("rows that fit a sheet of 2 GB", "more text than that", _OTHERWISE)
        self._sheet.write(lines)
        self._rows += len(batch)


def _cell(place: pa.Array, column: pa.Array) -> pa.Array:
    """The cells of a column as XML; null where one is missing."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return joined([place, ' t="b"><v>', column.cast(pa.int8()).cast(pa.string()), "</v></c>"])
    if pa.types.is_timestamp(kind):
        days = pc.add(pc.divide(column.cast(pa.int64()).cast(pa.float64()), _DAY_US), _EPOCH_DAYS)
        dated = joined([place, f' s="{_DATE_STYLE}"><v>', days.cast(pa.string()), "</v></c>"])
        return pc.if_else(
            pc.greater_equal(days, _FIRST_SAFE_DAY), dated, _text(place, column.cast(pa.string()))
        )
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        words = column.cast(pa.string())
        return pc.if_else(
            pc.is_finite(column), joined([place, "><v>", words, "</v></c>"]), _text(place, words)
        )
    return _text(place, column)


def _text(place: pa.Array, column: pa.Array) -> pa.Array:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        column = pc.replace_substring(column, sign, entity)
    # What is written like an escape would be read as one.
    column = rewritten(column, _ESCAPE_LIKE, lambda text: text.replace("_x", "_x005F_x"))
    column = rewritten(column, _NOT_XML, _escaped)
    return joined([place, ' t="inlineStr"><is><t xml:space="preserve">', column, "</t></is></c>"])


def _escaped(text: str) -> str:
    return _NOT_XML_SIGN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _check_lengths(column: pa.Array, name: str, first: int) -> None:
    if not pa.types.is_string(column.type):
        return
    # Bytes first, of which there are no fewer than of the characters that Excel counts.
    long = pc.greater(pc.binary_length(column), MAX_CELL_CHARS)
    for place in pc.indices_nonzero(pc.fill_null(long, False)).to_pylist():
        length = len(column[place].as_py().encode("utf-16-le")) // 2
        if length > MAX_CELL_CHARS:
            raise BadInput(
                f"cells of at most {MAX_CELL_CHARS:,} characters for Excel",
                f"{length:,} in line {first + place:,}, column {name[:60]!r}",
                _OTHERWISE,
            )


def _letters(place: int) -> str:
    """What Excel calls a column: A, B … Z, AA."""
    found = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        found = chr(65 + letter) + found
    return found
