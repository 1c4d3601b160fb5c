"""Open a file that may be packed: plain, gzip, Zstandard, or a .zip with one file in it."""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from core.errors import BadInput, NotFound, disk_errors

PACKINGS = {"": "not packed", "gzip": "gzip", "zip": "zip", "zstd": "Zstandard"}
"""How a file can be packed, and how people call it."""

HEAD_BYTES = 8192
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", ZIP_MAGIC: "zip"}
_CHUNK_BYTES = 1 << 20
# What zipfile and the decompressors raise at damage. At an unknown packing zipfile raises
# RuntimeError, and bz2 and Arrow raise OSError without a number.
ARCHIVE_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    ValueError,
    OSError,
)


class OpenFile:
    """The unpacked content of a file, read from beginning to end.

    `size` is that of the file as it lies on the disk, and `done` how much of it is read.
    """

    def __init__(self, path: Path, packing: str) -> None:
        self.size = path.stat().st_size
        self._file = path.open("rb")
        self._at_end = False
        try:
            with _damage(packing):
                self._content = _content(self._file, packing)
        except BaseException:
            self._file.close()
            raise
        self._packing = packing

    @property
    def done(self) -> int:
        # A .zip has its list of contents at the end, and reading goes back and forth.
        return self.size if self._at_end else min(self._file.tell(), self.size)

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the end.

        Raises:
            BadInput: the archive is damaged or locked.
        """
        with _damage(self._packing):
            piece = self._content.read(size)
        self._at_end = not piece
        return piece

    def close(self) -> None:
        self._content.close()
        self._file.close()

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _content(file: BinaryIO, packing: str) -> BinaryIO:
    if packing == "gzip":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if packing == "zstd":
        stream: BinaryIO = pa.CompressedInputStream(file, "zstd")
        return stream
    if packing == "zip":
        return _only_member(file)
    return file


def _only_member(file: BinaryIO) -> BinaryIO:
    archive = zipfile.ZipFile(file)
    members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
    if len(members) != 1:
        raise BadInput(
            "a .zip with one file in it",
            f"{len(members):,} files" if members else "an empty one",
            "unpack it and choose the file with the table",
        )
    if members[0].flag_bits & 1:
        raise BadInput(
            "a .zip without a password",
            "one that is locked",
            "unpack it with its password and choose the file in it",
        )
    return archive.open(members[0])  # type: ignore[return-value]


def open_file(path: Path, packing: str = "") -> OpenFile:
    """Open a file for reading what is packed in it.

    Args:
        path: The file.
        packing: A key of PACKINGS, as `detect_packing` gives it.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is packed in another way, damaged, locked, or holds not just one file.
    """
    found = detect_packing(path)
    if found != packing:
        raise BadInput(
            f"a file that is {_spoken(packing)}",
            f"one that is {_spoken(found)}",
            "let the packing be detected",
        )
    with _path_errors(path):
        return OpenFile(path, packing)


def detect_packing(path: Path) -> str:
    """The key of PACKINGS that a file's first bytes speak of.

    Office documents, which are archives too, count as not packed.

    Raises:
        NotFound: there is no such file, or it may not be read.
    """
    with _path_errors(path), _checked(path).open("rb") as file:
        head = file.read(HEAD_BYTES)
    packing = next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")
    if head.startswith(_EMPTY_ZIP_MAGIC):
        packing = "zip"
    return "" if packing == "zip" and office_document(head) else packing


def office_document(head: bytes) -> bool:
    """Whether a .zip that begins so is a document of Excel, Word or the like."""
    begins = head[30:200]  # Behind the fixed part of the first entry stands its name.
    names = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")
    return head.startswith(ZIP_MAGIC) and begins.startswith((b"mimetypeapplication/", *names))


def read_head(path: Path, packing: str, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of what is packed in a file."""
    with open_file(path, packing) as file:
        head = b""
        while len(head) < size and (piece := file.read(size - len(head))):
            head += piece
    return head


def unpack(path: Path, packing: str, target: Path, *, progress: Callable[[int, int], None]) -> None:
    """Write what is packed in a file to another.

    Args:
        path: The packed file.
        packing: A key of PACKINGS.
        target: The file to write.
        progress: Called with bytes of the packed file, read and in all; may raise to cancel.

    Raises:
        BadInput: the archive is damaged or locked.
        DiskError: the disk is full or closed to this user.
    """
    with (
        disk_errors("the unpacked file"),
        open_file(path, packing) as file,
        target.open("wb") as unpacked,
    ):
        while piece := file.read(_CHUNK_BYTES):
            unpacked.write(piece)
            progress(file.done, file.size)


def _checked(path: Path) -> Path:
    if path.is_dir():
        raise NotFound(
            "the path of a file", f"a folder at {str(path)!r}", "choose one of the files in it"
        )
    if not path.is_file():
        raise NotFound("the path of a file", f"nothing at {str(path)!r}", "check the path")
    return path


@contextmanager
def _path_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotFound(
            "the path of a file that can be read",
            f"{str(path)!r} ({error.strerror})",
            "check the path and who may read it",
        ) from error


@contextmanager
def _damage(packing: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, *ARCHIVE_DAMAGE) as error:
        if (isinstance(error, OSError) and error.errno is not None) or not packing:
            raise  # The disk's.
        said = " ".join(str(error).split()) or "it ends too early"
        raise BadInput(
            f"an undamaged file packed with {PACKINGS[packing]}",
            f"one that cannot be unpacked ({said[:120]})",
            "make it or download it again, or unpack it and choose the file in it",
        ) from error


def _spoken(packing: str) -> str:
    return f"packed with {PACKINGS[packing]}" if packing else PACKINGS[packing]
