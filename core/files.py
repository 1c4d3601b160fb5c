"""Small files that are read and replaced in one step."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from core.errors import DamagedFile, SincerelyError

NO_FILE = "a folder or a pipe"
"""What was found instead of a file, where `is_something_else`."""
MAX_TEXT_BYTES = 64 << 20
"""Of a file that is read at once: a thousand times what any has."""
_MAX_CAUSE_CHARS = 160
_log = logging.getLogger(__name__)
T = TypeVar("T")


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a small file in UTF-8.

    Raises:
        OSError: there is none, or it may not be read.
        ValueError: it is a pipe, a device or far too large, or its bytes are no UTF-8.
    """
    with open(path, encoding="utf-8", errors=errors, opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("no file but a pipe or a device")
        if found.st_size > MAX_TEXT_BYTES:
            raise ValueError(f"{found.st_size / 1e6:,.0f} MB")
        return file.read()


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; to open a pipe would wait for somebody who writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_all(paths: Iterable[Path], parse: Callable[[str], T]) -> list[T]:
    """Read small texts; one that is damaged is left out, not fatal."""
    return read_each(paths, lambda path: parse(read_text(path)))


def read_each(paths: Iterable[Path], read: Callable[[Path], T]) -> list[T]:
    """Read small files of any kind; one that is damaged is left out, not fatal."""
    found = []
    for path in paths:
        try:
            if is_something_else(path):
                raise ValueError(NO_FILE)
            found.append(read(path))
        except (OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("left out %s: %r", path, error)
    return found


@contextmanager
def damage_said(what: str, path: Path, action: str) -> Iterator[None]:
    """Read a file inside; whatever its reader raises is then said of the file.

    Args:
        what: The file, for people: "the texts of data set 'quora'".
        path: Where it is.
        action: What to do about it, as an instruction without a full stop.

    Raises:
        DamagedFile: it is missing or damaged.
        FileNotFoundError: its folder is gone, too: somebody has deleted all of it.
    """
    check_is_file(what, path, action)
    try:
        yield
    except (SincerelyError, MemoryError):  # Too little memory says nothing about the file.
        raise
    except Exception as error:  # Readers of damaged files raise nearly anything.
        if not path.parent.exists():
            raise FileNotFoundError(path) from error
        _log.warning("damaged: %s: %r", path, error)
        raise DamagedFile(f"{what} in {shown_path(path)}", cause_of(error), action) from error


def shown_path(path: Path) -> str:
    """A file of the workspace as people are told of it: `runs/toy-1/result.json`."""
    return "/".join(path.parts[-3:])


def cause_of(error: Exception) -> str:
    """What was found instead of a sound file, as a noun phrase."""
    if isinstance(error, FileNotFoundError):
        return "no file"
    if isinstance(error, PermissionError):
        return "a file this user may not read"
    said = "".join(c if c.isprintable() else " " for c in str(error) or type(error).__name__)
    shown = " ".join(said.split()).rstrip(".")
    return f"a damaged file ({shown[:_MAX_CAUSE_CHARS]})"


def check_is_file(what: str, path: Path, action: str) -> None:
    """Make sure that a file, or nothing, is there: to open a pipe would wait for a writer.

    Raises:
        DamagedFile: it is something else; the arguments are those of `damage_said`.
    """
    if is_something_else(path):
        raise DamagedFile(f"{what} in {shown_path(path)}", NO_FILE, action)


def is_something_else(path: Path) -> bool:
    """Whether a folder, a pipe or a device stands where a file should."""
    return path.exists() and not path.is_file()


def put_in_place(made: Path, target: Path) -> None:
    """Move a file that was made again to its place in the workspace, whatever stands there.

    Not for a place that somebody names: a folder there goes with all that is in it.

    Raises:
        OSError: the disk is closed to this user.
    """
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    os.replace(made, target)


def sync_folder(folder: Path) -> None:
    """Make sure that a folder's files, and the folder itself, outlast a power cut from now on.

    Raises:
        OSError: the disk failed.
    """
    for path in (*(path for path in folder.iterdir() if path.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file in one step: readers see the old or the new text, never half.

    Raises:
        OSError: the disk is full or closed to this user; the old file is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
