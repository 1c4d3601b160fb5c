"""Dataclasses as JSON and back, checked by their types: the one way a record is written.

Numbers that JSON does not know (NaN, infinity) are written as null. Source: msgspec.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from core.errors import SincerelyError
from core.files import cause_of, read_text, write_atomically
from core.kept_reads import kept_read, settled

_log = logging.getLogger(__name__)
_MANY = 1_000
"""Records from which a list is kept for a moment."""
_TRUSTED_NS = 3 * 10**9
_MOST_LOOKS = 16
Record = TypeVar("Record")


class Identified(Protocol):
    """A record that names the folder it stands in."""

    @property
    def id(self) -> str:
        """The folder's name."""


Named = TypeVar("Named", bound=Identified)


@dataclass(frozen=True)
class Unreadable:
    """A folder whose record is missing or damaged, and what was found instead."""

    folder: Path
    cause: str


def to_json(record: object) -> str:
    """A dataclass, with what is in it, as JSON."""
    return msgspec.json.encode(record).decode("utf-8")


def to_plain(record: object) -> dict[str, Any]:
    """A dataclass as what JSON knows: objects, lists, strings, numbers."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


def from_json(kind: type[Record], text: str | bytes) -> Record:
    """The dataclass that `to_json` wrote.

    Raises:
        ValueError: it is no JSON, or not of that type.
    """
    with _refusals():
        return msgspec.json.decode(text, type=kind)


def parse_json(text: str | bytes) -> Any:
    """What JSON says, NaN and infinity included.

    Raises:
        ValueError: it is no JSON, or one of far too many levels.
    """
    with _refusals():
        return json.loads(text)


def from_plain(kind: type[Record], values: object) -> Record:
    """The dataclass that `to_plain` gave.

    Raises:
        ValueError: it is not of that type.
    """
    with _refusals():
        return msgspec.convert(values, kind)


def read_records(
    root: Path, name: str, parse: Callable[[str], Named], *, now_ns: int | None = None
) -> list[Named]:
    """The records in the folders of `root`; for those left out see `unreadable_records`.

    A record is parsed again only once its file has changed, and where there are thousands, the
    list is kept for a moment: one look at ten thousand files takes a tenth of a second, and a page
    needs the list again and again. What is added, deleted, or written by `replace_record` changes
    the date of `root` and is seen at once; what is written into a record's file by hand may be
    seen three seconds later.

    Args:
        root: Holds a folder for each record.
        name: Of the record's file.
        parse: Reads its text; raises ValueError or the like if it is damaged.
        now_ns: The present time as files have it (ns since 1970); None asks the clock.
    """
    return list(_look_through(root, name, parse, now_ns).records)


def unreadable_records(
    root: Path, name: str, parse: Callable[[str], Identified]
) -> list[Unreadable]:
    """The folders of `root` that `read_records`, given the same, leaves out, by name."""
    return list(_look_through(root, name, parse, None).damaged)


def replace_record(path: Path, text: str) -> None:
    """Write a record's file anew in one step; all lists see it at once.

    Raises:
        OSError: the disk is full or closed to this user; the old file is untouched.
    """
    write_atomically(path, text)
    os.utime(path.parent.parent)


@dataclass(frozen=True)
class _Look(Generic[Record]):
    """What was found in a folder of records, in which version of it, and when."""

    records: list[Record]
    damaged: list[Unreadable]
    version: tuple[int, ...]
    at_ns: int


_looks: dict[tuple[Path, str, Callable[[str], Any]], _Look[Any]] = {}


def _look_through(
    root: Path, name: str, parse: Callable[[str], Named], now_ns: int | None
) -> _Look[Named]:
    """What `root` holds; where there are thousands, as it was seen a moment ago."""
    now_ns = time.time_ns() if now_ns is None else now_ns
    key, version = (root, name, parse), _version(root)
    known: _Look[Named] | None = _looks.get(key)
    if known and known.version == version and 0 <= now_ns - known.at_ns < _TRUSTED_NS:
        return known
    look: _Look[Named] = _Look([], [], version, now_ns)
    for folder in _folders(root):
        try:
            look.records.append(_read_in_place(parse, folder, name))
        except (OSError, ValueError, TypeError, KeyError) as error:
            if Path(folder).exists():  # It may have been deleted meanwhile.
                _log.warning("left out %s: %r", folder.path, error)
                look.damaged.append(Unreadable(root / folder.name, cause_of(error)))
    if len(look.records) >= _MANY and settled(*version[:2], now_ns=now_ns):
        while len(_looks) >= _MOST_LOOKS:
            _looks.pop(next(iter(_looks)), None)
        _looks[key] = look
    return look


def _version(root: Path) -> tuple[int, ...]:
    """When a folder was changed last, and its number."""
    try:
        found = root.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _folders(root: Path) -> list[os.DirEntry[str]]:
    """The folders in `root` by name; hidden ones are nobody's."""
    try:
        with os.scandir(root) as entries:
            shown = (entry for entry in entries if not entry.name.startswith("."))
            return sorted((e for e in shown if e.is_dir()), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read_in_place(parse: Callable[[str], Named], folder: os.DirEntry[str], name: str) -> Named:
    """The record of a folder, which it must name."""
    record: Named = kept_read(f"{folder.path}{os.sep}{name}", _reader(parse))
    if record.id != folder.name:
        raise ValueError(f"it belongs to {record.id!r}")
    return record


@lru_cache
def _reader(parse: Callable[[str], Named]) -> Callable[[Path], Named]:
    """The same function each time, by which what it has read is kept."""
    return lambda path: parse(read_text(path))


@contextmanager
def _refusals() -> Iterator[None]:
    """What a record's own checks refuse is a ValueError, too, and what has too many levels."""
    try:
        yield
    except RecursionError as error:
        raise ValueError("JSON of far too many levels") from error
    except SincerelyError as error:
        raise ValueError(str(error)) from error
