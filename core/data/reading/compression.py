"""Open a file that may be compressed: plain, gzip, Zstandard, or a .zip with one file in it."""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from core.errors import BadInput, DiskError, NotFound, disk_errors

COMPRESSIONS = {"": "not compressed", "gzip": "gzip", "zip": "zip", "zstd": "Zstandard"}
"""How a file can be compressed, and how people call it."""

HEAD_BYTES = 8192
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", ZIP_MAGIC: "zip"}
_OF_WINDOWS = ("thumbs.db", "desktop.ini")
_WIDE_WINDOW = "requires too much memory"
"""What Zstandard says of a file that was made with `--long` or `--ultra`, and is not damaged."""
_CHUNK_BYTES = 1 << 20
UNSUSPECTED_BYTES = 256 << 20
_MAX_GROWTH = 50  # Of Parquet and workbooks, which are compressed already.
_MAX_LIST_BYTES, _ZIP_END_BYTES = 16 << 20, 1 << 16
SPARE_BYTES = 200 << 20
"""What stays free on a disk."""
# What zipfile and the decompressors raise at damage. At an unknown compression zipfile raises
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
    """The decompressed content of a file, read from beginning to end.

    `size` is that of the file as it lies on the disk, and `done` how much of it is read.
    """

    def __init__(self, path: Path, compression: str) -> None:
        self.size = path.stat().st_size
        self._file = path.open("rb")
        self._at_end = False
        try:
            with _damage(compression):
                self._content = _content(self._file, compression)
        except BaseException:
            self._file.close()
            raise
        self._compression = compression

    @property
    def done(self) -> int:
        # A .zip has its list of contents at the end, and reading goes back and forth.
        """Bytes of the file, as it is on the disk, that are read so far."""
        return self.size if self._at_end else min(self._file.tell(), self.size)

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; none at the end.

        Raises:
            BadInput: the archive is damaged or locked.
        """
        with _damage(self._compression):
            piece = self._content.read(size)
        self._at_end = not piece
        return piece

    def close(self) -> None:
        """Close the file and what decompresses it."""
        self._content.close()
        self._file.close()

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _content(file: BinaryIO, compression: str) -> BinaryIO:
    if compression == "gzip":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if compression == "zstd":
        stream: BinaryIO = pa.CompressedInputStream(file, "zstd")
        return stream
    if compression == "zip":
        return _only_member(file)
    return file


def _only_member(file: BinaryIO) -> BinaryIO:
    check_zip_list(file)
    archive = zipfile.ZipFile(file)
    members = [m for m in archive.infolist() if not m.is_dir()]
    members = [m for m in members if not _is_hidden(m.filename)] or members
    if len(members) != 1:
        raise BadInput(
            "a .zip with one file in it",
            f"{len(members):,} files" if members else "an empty one",
            "decompress it and choose the file with the table",
        )
    if members[0].flag_bits & 1:
        raise BadInput(
            "a .zip without a password",
            "one that is locked",
            "decompress it with its password and choose the file in it",
        )
    return archive.open(members[0])  # type: ignore[return-value]


def _is_hidden(name: str) -> bool:
    """Whether a file in a .zip is none of a person's: what macOS and Windows put beside theirs."""
    *folders, own = name.split("/")
    return "__MACOSX" in folders or own.startswith(".") or own.lower() in _OF_WINDOWS


def check_zip_list(file: BinaryIO) -> None:
    """Make sure that the list of what is in a .zip is short enough to be read at once.

    Args:
        file: The .zip, open for reading; it is then at its beginning.

    Raises:
        BadInput: it is not.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _ZIP_END_BYTES))
    end = file.read()
    file.seek(0)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 16:
        return
    listed = struct.unpack("<I", end[at + 12 : at + 16])[0]
    large = end.rfind(b"PK\x06\x06", 0, at)
    if large >= 0 and len(end) >= large + 48:  # As .zip files say it beyond 4 GB.
        listed = struct.unpack("<Q", end[large + 40 : large + 48])[0]
    if min(listed, size) > _MAX_LIST_BYTES:
        raise BadInput(
            "a .zip with one file in it",
            f"a list of its files that takes {min(listed, size) / 1e6:,.0f} MB",
            "decompress it and choose the file with the table",
        )


def open_file(path: Path, compression: str = "") -> OpenFile:
    """Open a file for reading what is compressed in it.

    Args:
        path: The file.
        compression: A key of COMPRESSIONS, as `detect_compression` gives it.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it is compressed in another way, damaged, locked, or holds not just one file.
    """
    found = detect_compression(path)
    if found != compression:
        raise BadInput(
            f"a file that is {_spoken(compression)}",
            f"one that is {_spoken(found)}",
            "let the compression be detected",
        )
    with _path_errors(path):
        return OpenFile(path, compression)


def detect_compression(path: Path) -> str:
    """The key of COMPRESSIONS that a file's first bytes speak of.

    Office documents, which are archives too, count as not compressed.

    Raises:
        NotFound: there is no such file, or it may not be read.
    """
    with _path_errors(path), _checked(path).open("rb") as file:
        head = file.read(HEAD_BYTES)
    compression = next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")
    if head.startswith(_EMPTY_ZIP_MAGIC):
        compression = "zip"
    return "" if compression == "zip" and office_document(head) else compression


def office_document(head: bytes) -> bool:
    """Whether a .zip that begins so is a document of Excel, Word or the like."""
    begins = head[30:200]  # Behind the fixed part of the first entry stands its name.
    names = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")
    return head.startswith(ZIP_MAGIC) and begins.startswith((b"mimetypeapplication/", *names))


def read_head(path: Path, compression: str, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of what is compressed in a file."""
    with open_file(path, compression) as file:
        head = b""
        while len(head) < size and (piece := file.read(size - len(head))):
            head += piece
    return head


def decompress(
    path: Path,
    compression: str,
    target: Path,
    *,
    progress: Callable[[int, int], None],
    unsuspected: int = UNSUSPECTED_BYTES,
) -> None:
    """Write what is compressed in a file to another.

    Args:
        path: The compressed file.
        compression: A key of COMPRESSIONS.
        target: The file to write.
        progress: Called with bytes of the compressed file, read and in all; may raise to cancel.
        unsuspected: Bytes that may come of even the smallest file.

    Raises:
        BadInput: the archive is damaged or locked, or holds very much more than it takes.
        DiskError: the disk is full or closed to this user, or nearly full.
    """
    written = 0
    with (
        disk_errors("the decompressed file"),
        open_file(path, compression) as file,
        target.open("wb") as decompressed,
    ):
        while piece := file.read(_CHUNK_BYTES):
            written += len(piece)
            if grows(written, file.size, unsuspected=unsuspected):
                raise _grows(compression, written)
            check_room(target.parent, len(piece))
            decompressed.write(piece)
            progress(file.done, file.size)


def grows(written: int, size: int, *, unsuspected: int = UNSUSPECTED_BYTES) -> bool:
    """Whether what came of a file of so many bytes is more than anybody means to put there."""
    return written > max(unsuspected, _MAX_GROWTH * size)


def _grows(compression: str, written: int) -> BadInput:
    return BadInput(
        f"a file of a size as usual behind {COMPRESSIONS[compression]}",
        f"one of more than {written / 1e6:,.0f} MB, over {_MAX_GROWTH} times what it takes now",
        "decompress it and choose the file in it, if it is what you expect",
    )


def check_room(folder: Path, size: int) -> None:
    """Make sure that a disk has room for so many bytes, and some to spare for others.

    Args:
        folder: One on that disk.
        size: Bytes to be written.

    Raises:
        DiskError: it has not.
    """
    free = shutil.disk_usage(folder).free
    if free < size + SPARE_BYTES:
        raise DiskError(
            f"{(size + SPARE_BYTES) / 1e6:,.0f} MB of free disk",
            f"{free / 1e6:,.0f} MB",
            "free some space or set SINCERELY_WORKSPACE to another folder",
        )


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
def _damage(compression: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, *ARCHIVE_DAMAGE) as error:
        if (isinstance(error, OSError) and error.errno is not None) or not compression:
            raise  # The disk's.
        said = " ".join(str(error).split()) or "it ends too early"
        if _WIDE_WINDOW in said:
            raise BadInput(
                "a Zstandard file that takes at most 128 MB of memory to decompress",
                "one that takes more, as zstd makes it with --long",
                "decompress it with 'zstd -d --long=31' and choose the file in it",
            ) from error
        raise BadInput(
            f"an undamaged file compressed with {COMPRESSIONS[compression]}",
            f"one that cannot be decompressed ({said[:120]})",
            "make it or download it again, or decompress it and choose the file in it",
        ) from error


def _spoken(compression: str) -> str:
    return (
        f"compressed with {COMPRESSIONS[compression]}" if compression else COMPRESSIONS[compression]
    )
