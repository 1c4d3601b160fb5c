"""Labels that are written as lists, as labelling tools and pandas write them."""

from __future__ import annotations

import ast
import json
import re
from enum import Enum
from typing import Any, NamedTuple

from core.data.reading.cells import cell_text

_MAX_CHARS = 20_000
_MAX_DEPTH = 20
_NUMPY_GAP = re.compile(r"""(?<=['"])\s+(?=['"])""")
_NAME_KEYS = ("choices", "choice", "labels", "label", "value", "name", "class", "category", "text")
_NOT_GIVEN = ("draft", "discarded")
"""What Argilla says of an answer that nobody has given in earnest."""
_PART_KEYS = ("start", "end", "start_offset", "startOffset", "token_start")


class Unclear(Enum):
    """Why a list is not one label."""

    SEVERAL = "several labels"
    PARTS = "no label of the whole text"


class ListedLabel(NamedTuple):
    """What a list says: one label, none, or why it is unclear."""

    label: str | None = None
    unclear: Unclear | None = None


def listed_label(cell: str) -> ListedLabel | None:
    """What a label cell says that is a list or an object; None if it is neither.

    Example:
        >>> listed_label('["ham"]').label
        'ham'

    Args:
        cell: The cell, trimmed.
    """
    if not is_list_like(cell):
        return None
    try:
        names = _names(_value(cell))
    except _NoList:
        return None
    if names is None:
        return ListedLabel(unclear=Unclear.PARTS)
    distinct = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(distinct) > 1:
        return ListedLabel(unclear=Unclear.SEVERAL)
    return ListedLabel(distinct[0] if distinct else None)


def is_list_like(cell: str) -> bool:
    """Whether a cell begins and ends as a list or an object does."""
    return cell[:1] + cell[-1:] in ("[]", "{}", "()") and len(cell) >= 2


class _NoList(Exception):
    """The cell is text that only begins like a list."""


def _value(cell: str) -> Any:
    """The list or object that a cell holds, in the way of JSON or of Python."""
    if len(cell) > _MAX_CHARS or max(map(cell.count, "[{(")) > _MAX_DEPTH:
        return {"": None}  # Certainly no label of the whole text.
    for read in (json.loads, _python_literal):
        try:
            value = read(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | tuple | set | dict):
            return list(value) if isinstance(value, set) else value
    raise _NoList


def _python_literal(text: str) -> Any:
    return ast.literal_eval(_NUMPY_GAP.sub(", ", text))


def _names(value: Any) -> list[str] | None:
    """The labels in a value; None if it marks parts of a text, or nothing that is known."""
    if value is None:
        return []
    if isinstance(value, dict):
        return _names_of_object(value)
    if not isinstance(value, list | tuple):
        text = cell_text(value)
        return [] if text is None else [text]
    if _is_part(value):
        return None
    found: list[str] = []
    for item in value:
        names = _names(item)
        if names is None:
            return None
        found += names
    return found


def _is_part(value: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list is a beginning, an end and a label, as doccano marks a part of a text."""
    ints = [isinstance(item, int) and not isinstance(item, bool) for item in value]
    return len(value) == 3 and ints == [True, True, False]


def _names_of_object(value: dict[Any, Any]) -> list[str] | None:
    if not value or ("value" in value and value.get("status") in _NOT_GIVEN):
        return []
    if any(key in value for key in _PART_KEYS):
        return None
    if "label" in value and value.get("value") in (0, 1):  # spaCy's: a class and whether it holds.
        return _names(value["label"]) if value["value"] else []
    key = next((key for key in _NAME_KEYS if key in value), None)
    if key is not None:
        return _names(value[key])
    shares = list(value.values())
    if all(isinstance(share, bool | int | float) and 0 <= share <= 1 for share in shares):
        return [str(name) for name, share in value.items() if share >= 0.5]
    return None
