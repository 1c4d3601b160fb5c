"""Dataclasses as JSON and back, checked by their types: the one way a record is written.

Numbers that JSON does not know (NaN, infinity) are written as null. Source: msgspec.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from core.errors import SincerelyError

Record = TypeVar("Record")


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


def from_plain(kind: type[Record], values: object) -> Record:
    """The dataclass that `to_plain` gave.

    Raises:
        ValueError: it is not of that type.
    """
    with _refusals():
        return msgspec.convert(values, kind)


@contextmanager
def _refusals() -> Iterator[None]:
    """What a record's own checks refuse is a ValueError, too."""
    try:
        yield
    except SincerelyError as error:
        raise ValueError(str(error)) from error
