"""Files that people name to be written: checked before, whole or not there after."""

from __future__ import annotations

import fcntl
import glob
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import BadInput, disk_errors

_SUFFIX = ".part"
_SHOWN_CHARS = 40


def check_target(target: Path) -> None:
    """Make sure that a file can be written there, before anything slow begins.

    Raises:
        BadInput: its folder does not exist or is closed to this user, it is a folder, a device or
            the like, or no file can have that name.
    """
    found = _obstacle(target)
    if found is not None:
        raise BadInput(f"a file to write at {str(target)!r}", found, "choose another place")


def _obstacle(target: Path) -> str | None:
    """What is in the way of a file there; None if nothing is."""
    try:
        place = target.resolve()
        mode = place.stat().st_mode if place.exists() else stat.S_IFREG
    except PermissionError:
        return "a folder this user may not read"
    except (OSError, RuntimeError, ValueError):  # Too long, a circle of links, a NUL character.
        return "a name that no file can have"
    found = None
    if stat.S_ISDIR(mode):
        found = "a folder of that name"
    elif not stat.S_ISREG(mode):
        found = "a device, a pipe or a socket"
    elif not place.parent.is_dir():
        found = "no such folder"
    elif not os.access(place.parent, os.W_OK):
        found = "a folder this user may not write"
    return found


@contextmanager
def whole_file(target: Path, what: str) -> Iterator[BinaryIO]:
    """A file that takes its place, and is on the disk, when the block ends without an error.

    Until then it has another name, beside it. One of that kind that a killed process has left
    goes away when somebody writes the same file again.

    Args:
        target: Its path, which may be a link; what was there stays until then.
        what: What is written, as an error names it.

    Raises:
        BadInput: as `check_target`.
        DiskError: the disk is full or closed to this user.
    """
    check_target(target)
    place = target.resolve()
    prefix = f".{place.name[:_SHOWN_CHARS]}-"
    _remove_leftovers(place.parent, prefix)
    with disk_errors(what):
        handle, unlocked = tempfile.mkstemp("", prefix, place.parent)
        name = unlocked + _SUFFIX
        try:
            with os.fdopen(handle, "wb") as sink:
                _try_lock(sink)
                # Not before: without a lock it would pass for a dead writer's.
                os.rename(unlocked, name)
                os.fchmod(sink.fileno(), _permissions(place))
                yield sink
                sink.flush()
                os.fsync(sink.fileno())
                os.replace(name, place)
            _sync_names(place.parent)
        finally:
            for path in (unlocked, name):
                Path(path).unlink(missing_ok=True)


def _remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove what nobody has locked any more: its writer is dead."""
    for path in folder.glob(f"{glob.escape(prefix)}????????{_SUFFIX}"):
        with suppress(OSError), path.open("rb") as file:
            if _try_lock(file):
                path.unlink()


def _sync_names(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the disk can do that."""
    with suppress(OSError):  # The file is there, and more than asking cannot be done.
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _try_lock(file: BinaryIO) -> bool:
    """Whether the file is ours until it is closed; never so where the disk knows no locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _permissions(place: Path) -> int:
    """Those of the file that is replaced, else what the process's mask leaves of all."""
    if place.exists():
        return stat.S_IMODE(place.stat().st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
