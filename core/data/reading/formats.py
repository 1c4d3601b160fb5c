"""What kind of file somebody chose: table format, encoding, delimiter and compression."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from core.data.reading.bytestream import codec_of, open_utf8
from core.data.reading.charset import detect_encoding, looks_like_utf_16
from core.data.reading.compression import (
    COMPRESSIONS,
    ZIP_MAGIC,
    check_zip_list,
    detect_compression,
    grows,
    office_document,
    read_head,
)
from core.data.reading.csv_survey import detect_dialect
from core.data.reading.dialect import Dialect
from core.data.reading.encodings import encoding_key, encoding_name
from core.data.reading.json_kind import text_kind
from core.errors import BadInput

_DELIMITER_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    "\x01": "Ctrl-A",
}
_KIND_NAMES = {
    "csv": "CSV",
    "jsonl": "JSONL",
    "json": "JSON array",
    "fasttext": "fastText",
    "parquet": "Parquet",
    "excel": "Excel",
}
_QUOTE_NAMES = {"": "no quoting", "'": "single quotes"}


class FileKind(str, Enum):
    """The table formats that can be imported."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    FASTTEXT = "fasttext"
    PARQUET = "parquet"
    EXCEL = "excel"

    @property
    def label(self) -> str:
        """Its name for people."""
        return _KIND_NAMES[self.value]

    @property
    def is_text(self) -> bool:
        """Whether it is read as text, in some encoding."""
        return self not in (FileKind.PARQUET, FileKind.EXCEL)


@dataclass(frozen=True)
class FileFormat:
    """How a file is to be read; `detect_format` guesses it, people may correct it.

    Attributes:
        kind: The table format.
        encoding: Text files: a name that `encoding_key` takes, whose key it becomes; None
            detects.
        delimiter: CSV: the character between cells.
        quote: CSV: the character around cells; empty if there is none.
        escape: CSV: the character that takes their meaning from quotation marks and delimiters
            behind it; empty if quotation marks are doubled instead.
        skip_space: CSV: whether white space around cells is no part of them.
        first_line: CSV and Excel: the line of the file, or row of the sheet, where the table
            begins, with its header if it has one; counted from 1. In Excel, 0 finds it, and
            whether it has a header.
        has_header: CSV and Excel: whether the table's first row names the columns.
        sheet: Excel: the sheet's name; empty for the first one.
        compression: A key of COMPRESSIONS.

    Raises:
        BadInput: one of them is not among these.
    """

    kind: FileKind
    encoding: str | None = None
    delimiter: str = ","
    quote: str = '"'
    has_header: bool = True
    sheet: str = ""
    compression: str = ""
    escape: str = ""
    skip_space: bool = False
    first_line: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", FileKind(self.kind))
        if self.encoding is not None:
            object.__setattr__(self, "encoding", encoding_key(self.encoding))
        _check("a compression", self.compression, COMPRESSIONS)
        _check_character("delimiter", self.delimiter, ", ; or a tab")
        _check_character("quotation mark", self.quote, "\" or '", optional=True)
        _check_character("escape character", self.escape, "\\", optional=True)
        signs = [sign for sign in (self.delimiter, self.quote, self.escape) if sign]
        if len(set(signs)) < len(signs):
            raise BadInput(
                "a delimiter, a quotation mark and an escape character that differ",
                " and ".join(map(repr, signs)),
                "choose another one of them",
            )
        if self.first_line < 0:
            raise BadInput(
                "a line where the table begins, from 1 on",
                f"{self.first_line:,}",
                "count the lines of the file from 1",
            )

    @property
    def dialect(self) -> Dialect:
        """What Python's csv module needs to know."""
        return Dialect(self.delimiter, self.quote, self.escape, self.skip_space)

    def describe(self) -> str:
        """A line for people, such as "CSV, UTF-8, comma"."""
        parts = [self.kind.label]
        if self.kind.is_text and self.encoding:
            parts.append(encoding_name(self.encoding))
        if self.kind is FileKind.CSV:
            parts.append(_DELIMITER_NAMES.get(self.delimiter, repr(self.delimiter)))
            if self.quote != '"':
                parts.append(_QUOTE_NAMES.get(self.quote, f"quoted with {self.quote}"))
            if self.escape:
                parts.append(f"escaped with {self.escape}")
            if self.skip_space:
                parts.append("spaces around cells left out")
        if self.kind is FileKind.EXCEL and self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.kind in (FileKind.CSV, FileKind.EXCEL) and not self.has_header:
            parts.append("no header")
        if self.kind in (FileKind.CSV, FileKind.EXCEL) and self.first_line > 1:
            where = "line" if self.kind is FileKind.CSV else "row"
            parts.append(f"from {where} {self.first_line:,}")
        return ", ".join([*parts, COMPRESSIONS[self.compression]] if self.compression else parts)


def _check(what: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        names = ", ".join(name for name in known if name)
        raise BadInput(f"{what} among {names}", repr(value), "choose one of these")


def _check_character(name: str, character: str, such_as: str, *, optional: bool = False) -> None:
    if not (_plain(character) or (optional and not character)):
        raise BadInput(
            f"one character as the {name}, such as {such_as}",
            repr(character),
            "choose a character that is not a letter, a digit or a line end",
        )


def _plain(character: str) -> bool:
    return (
        len(character) == 1
        and character.isascii()
        and (character in " \t\x01" or (character.isprintable() and not character.isalnum()))
    )


OLD_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET_MAGIC = b"PAR1"
_REFUSED_MAGIC = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "an archive inside an archive",
    b"\x28\xb5\x2f\xfd": "an archive inside an archive",
    b"PK\x03\x04": "an archive inside an archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"ARROW1": "an Arrow file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite": "an SQLite database",
    b"<stata_dta>": "a Stata file",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"RDX": "an R file",
    b"\x93NUMPY": "a NumPy file",
    b"\x89HDF": "an HDF5 file",
}
_WEB_PAGE = (b"<!doctype html", b"<html")
_TAR_AT, _TAR_MAGIC = 257, b"ustar"
_MAX_CONTROL_SHARE = 0.02
_MAX_CONTROL_CHARS = 8  # In a file so short that its share says nothing.
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", codecs.BOM_UTF32_BE)
_ISO_2022_MARK = b"\x1b$"  # Before letters of Japanese and Korean mail, all in ASCII.


def detect_format(path: Path, encoding: str | None = None) -> FileFormat:
    """Guess a file's format from its content; of Excel, not yet the sheet and its header.

    Args:
        path: The file.
        encoding: What is known of a text file, as `encoding_key` gives it; None detects.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is empty, damaged, locked, or nothing that can be imported.
    """
    compression = detect_compression(path)
    head = filled_head(path, compression)
    if head.startswith(_PARQUET_MAGIC):
        return FileFormat(FileKind.PARQUET, compression=compression)
    if office_document(head) or head.startswith(OLD_OFFICE_MAGIC):
        if not compression:
            refuse_other_documents(path)
        return FileFormat(FileKind.EXCEL, compression=compression, first_line=0)
    refuse_binary(head, encoding)
    encoding = encoding or detect_encoding(path, compression)
    with open_utf8(path, encoding=encoding, compression=compression) as stream:
        beginning = stream.head()
    if kind := text_kind(beginning[0], path.suffixes, final=beginning[1]):
        return FileFormat(FileKind(kind), encoding, compression=compression)
    guess = detect_dialect(path, encoding, compression, beginning)
    delimiter, quote, escape, skip_space = guess.dialect
    return FileFormat(
        FileKind.CSV,
        encoding,
        delimiter,
        quote,
        guess.has_header,
        compression=compression,
        escape=escape,
        skip_space=skip_space,
        first_line=guess.first_line,
    )


def filled_head(path: Path, compression: str) -> bytes:
    """The first bytes of what is compressed in a file.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is empty, damaged, locked, or compressed in another way.
    """
    head = read_head(path, compression)
    if not head:
        raise BadInput("a file with a table in it", "an empty file", "choose another file")
    return head


def refuse_binary(head: bytes, encoding: str | None = None) -> None:
    """Make sure that a file that begins so can be text.

    Args:
        head: Its first bytes.
        encoding: Its encoding, where a person chose it.

    Raises:
        BadInput: it is a picture, an archive or the like.
    """
    kind = next((kind for magic, kind in _REFUSED_MAGIC.items() if head.startswith(magic)), None)
    start = head.lstrip().lower()
    if start.startswith(_WEB_PAGE):
        kind = "a web page"
    elif start.startswith(b"<?xml"):
        kind = "an XML file"
    elif head[_TAR_AT:].startswith(_TAR_MAGIC):
        kind = "a tar archive"
    text = _as_text(head, encoding)
    control = sum(character < " " and character not in "\t\n\r\f\x01" for character in text)
    if kind is None and control > max(_MAX_CONTROL_SHARE * len(text), _MAX_CONTROL_CHARS):
        kind = f"binary data ({control / len(text):.0%} of its beginning are control characters)"
    if kind is not None:
        raise _no_table(kind)


def _as_text(head: bytes, encoding: str | None) -> str:
    """What a file begins with, so far as control characters go."""
    if encoding is not None:
        return codecs.getincrementaldecoder(codec_of(encoding, head))("replace").decode(head)
    if head.startswith(_UNICODE_MARKS) or looks_like_utf_16(head):
        return ""
    text = head.decode("latin-1")
    return text.replace("\x1b", "") if _ISO_2022_MARK in head else text


def refuse_other_documents(path: Path) -> None:
    """Make sure that an office document is a spreadsheet, as far as its list of parts says.

    Raises:
        BadInput: it is a text document or the like, or damaged.
    """
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(ZIP_MAGIC):
                return
            check_zip_list(file)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            sizes = sum(member.file_size for member in archive.infolist())
            kind = _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError) as error:
        raise _no_table(f"a damaged office document ({error})") from error
    parts = {name.partition("/")[0] for name in names}
    if "word" in parts:
        raise _no_table("a Word document")
    if "ppt" in parts:
        raise _no_table("a PowerPoint presentation")
    if kind and "spreadsheet" not in kind:
        raise _no_table("an OpenDocument file without a spreadsheet")
    if sizes > _MAX_EXCEL_BYTES or grows(sizes, path.stat().st_size):
        raise _no_table(f"a spreadsheet of {sizes / 1e6:,.0f} MB, decompressed")


def _mimetype(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as file:
        return file.read(_MIMETYPE_BYTES).decode("latin-1")


_MIMETYPE_BYTES = 200
_MAX_EXCEL_BYTES = 4 << 30


def _no_table(kind: str) -> BadInput:
    return BadInput(
        "a CSV, JSONL, Parquet or Excel file", kind, "save the table as one of these and choose it"
    )
