"""Dataclasses as JSON and back, checked by their types: the one way a record is written.

Numbers that JSON does not know (NaN, infinity) are written as null. Source: msgspec.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from core.errors import SincerelyError
from core.files import cause_of, read_each, read_text

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


def read_records(root: Path, name: str, parse: Callable[[str], Named]) -> list[Named]:
    """The records in the folders of `root`; for those left out see `unreadable_records`.

    Args:
        root: Holds a folder for each record.
        name: Of the record's file.
        parse: Reads its text; raises ValueError or the like if it is damaged.
    """
    return read_each(sorted(root.glob(f"*/{name}")), partial(_read_in_place, parse))


def unreadable_records(
    root: Path, name: str, parse: Callable[[str], Identified]
) -> list[Unreadable]:
    """The folders of `root` that `read_records`, given the same, leaves out, by name."""
    found = []
    for folder in sorted(path for path in root.glob("[!.]*") if path.is_dir()):
        try:
            _read_in_place(parse, folder / name)
        except (OSError, ValueError, TypeError, KeyError) as error:
            if folder.exists():  # It may have been deleted meanwhile.
                found.append(Unreadable(folder, cause_of(error)))
    return found


def _read_in_place(parse: Callable[[str], Named], path: Path) -> Named:
    """The record of a file, which must name the folder that it is in."""
    record = parse(read_text(path))
    if record.id != path.parent.name:
        raise ValueError(f"it belongs to {record.id!r}")
    return record


@contextmanager
def _refusals() -> Iterator[None]:
    """What a record's own checks refuse is a ValueError, too, and what has too many levels."""
    try:
        yield
    except RecursionError as error:
        raise ValueError("JSON of far too many levels") from error
    except SincerelyError as error:
        raise ValueError(str(error)) from error
