"""Open a text file of any supported encoding or packing as one stream of clean UTF-8."""

from __future__ import annotations

import codecs
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import BadInput, NotFound

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = 8192
_BINARY_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a .zip archive that is cut off or inside another",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x7fELF": "a program",
    b"SQLite": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}
_WEB_PAGE = (b"<!doctype html", b"<html")
_MAX_CONTROL_SHARE = 0.02
_MAX_CONTROL_BYTES = 8  # In a file so short that its share says nothing.
# What zipfile raises at damage; at a password or an unknown packing it raises RuntimeError.
ARCHIVE_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    OSError,
)

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all); it may raise to cancel."""


def ignore_progress(done: int, total: int) -> None:
    """The default Progress: says nothing."""


class Utf8Stream(io.RawIOBase):
    """Reads a file in any of ENCODINGS as UTF-8, without byte-order mark and NUL characters.

    `nul_count` tells how many NULs became spaces, `bytes_done` of `size` how much is read, and
    `last_character` what came last but for white space. Reading raises BadInput with the line
    number at the first byte that does not fit the encoding, and where a .zip is damaged.
    """

    def __init__(self, source: BinaryIO, size: int, *, encoding: str) -> None:
        self.nul_count = 0
        self.bytes_done = 0
        self.last_character = ""
        self.size = size
        self._source = source
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._lines = 1
        self._buffer = b""
        self._at_start = True
        self._at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        while not self._buffer and not self._at_end:
            self._fill()
        piece = self._buffer[: len(target)]
        self._buffer = self._buffer[len(piece) :]
        target[: len(piece)] = piece
        return len(piece)

    def _fill(self) -> None:
        with _archive_errors():
            raw = self._source.read(_CHUNK_BYTES)
        self._at_end = not raw
        self.bytes_done += len(raw)
        text = self._decode(raw)
        if self._at_start and text:
            text, self._at_start = text.removeprefix("\ufeff"), False
        self.last_character = text.rstrip()[-1:] or self.last_character
        self._lines += text.count("\n")
        nuls = text.count("\0")
        if nuls:
            self.nul_count += nuls
            text = text.replace("\0", " ")
        self._buffer = text.encode()

    def _decode(self, raw: bytes) -> str:
        try:
            return self._decoder.decode(raw, final=self._at_end)
        except UnicodeDecodeError as error:
            line = self._lines + error.object[: error.start].count(b"\n")
            raise BadInput(
                f"text in {ENCODINGS[self._encoding]}",
                f"the byte 0x{error.object[error.start]:02x} in line {line:,}",
                self._other_encodings(),
            ) from error
        except UnicodeError as error:  # What Python says of UTF-16 without a byte-order mark.
            raise BadInput(
                f"text in {ENCODINGS[self._encoding]}", str(error), self._other_encodings()
            ) from error

    def _other_encodings(self) -> str:
        others = ", ".join(name for key, name in ENCODINGS.items() if key != self._encoding)
        hint = ", most often Windows-1252" if self._encoding == "utf-8" else ""
        return f"choose the file's real encoding ({others}){hint}"

    def close(self) -> None:
        self._source.close()
        super().close()


def open_utf8(path: Path, *, encoding: str | None = None) -> Utf8Stream:
    """Open a text file, or the one text file inside a .zip, as UTF-8.

    Args:
        path: The file.
        encoding: One of ENCODINGS; None takes the byte-order mark's word, else UTF-8.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is empty, binary, or a .zip that is damaged or holds not just one file.
    """
    source, size = _unpacked(path)
    try:
        with _archive_errors():
            head = source.read(_HEAD_BYTES)
            source.seek(0)
        return Utf8Stream(source, size, encoding=_checked_encoding(head, encoding))
    except BaseException:
        source.close()
        raise


def _checked_encoding(head: bytes, encoding: str | None) -> str:
    """The encoding to read a file with, judged by its first bytes."""
    if not head:
        raise BadInput("a file with a header line and rows", "an empty file", "choose another file")
    if encoding is None:
        encoding = "utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    if encoding not in ENCODINGS:
        raise BadInput(
            "an encoding among " + ", ".join(ENCODINGS), repr(encoding), "choose one of these"
        )
    if encoding != "utf-16":
        _refuse_binary(head)
    return encoding


def _unpacked(path: Path) -> tuple[BinaryIO, int]:
    try:
        if not path.is_file():
            raise NotFound("the path of a file", f"nothing at {str(path)!r}", "check the path")
        if zipfile.is_zipfile(path):
            with _archive_errors():
                return _open_member(path)
        return path.open("rb"), path.stat().st_size
    except OSError as error:
        raise NotFound(
            "the path of a file that can be read",
            f"{str(path)!r} ({error.strerror})",
            "check the path and who may read it",
        ) from error


def _open_member(path: Path) -> tuple[BinaryIO, int]:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        if any(member.filename == "[Content_Types].xml" for member in members):
            raise BadInput(
                "a CSV file", "an Excel or Office file", "save it as CSV in UTF-8 and choose that"
            )
        if len(members) != 1:
            raise BadInput(
                "a .zip with one CSV file in it",
                f"{len(members)} files",
                "unpack it and choose the CSV file",
            )
        # The member keeps the archive's file open after the archive object is closed.
        return archive.open(members[0]), members[0].file_size  # type: ignore[return-value]


@contextmanager
def _archive_errors() -> Iterator[None]:
    """What zipfile and the decompressors raise at a damaged or locked archive, as BadInput."""
    try:
        yield
    except (RuntimeError, *ARCHIVE_DAMAGE) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # The disk's; bz2 raises OSError without a number.
        raise BadInput(
            "an undamaged .zip without a password",
            f"one that cannot be unpacked ({error})",
            "make it again, or unpack it and choose the CSV file",
        ) from error


def _refuse_binary(head: bytes) -> None:
    kind = next((kind for magic, kind in _BINARY_MAGIC.items() if head.startswith(magic)), None)
    if head.lstrip().lower().startswith(_WEB_PAGE):
        kind = "a web page"
    control = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head)
    if kind is None and control > max(_MAX_CONTROL_SHARE * len(head), _MAX_CONTROL_BYTES):
        kind = f"binary data ({control / len(head):.0%} of its first bytes are control characters)"
    if kind is not None:
        raise BadInput(
            "a text file with comma-separated values",
            kind,
            "save the table as CSV in UTF-8 and choose that file",
        )
