"""Names of classes that a Parquet file of Hugging Face keeps beside the numbers."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

_KEY = b"huggingface"
_NO_LABEL = -1
_LONGEST = 1_000
"""Of a name: each of thousands of rows at once may have it."""


def class_names(schema: pa.Schema) -> dict[str, tuple[str, ...]]:
    """The names of the classes by column, in the order of their numbers."""
    try:
        described = json.loads((schema.metadata or {}).get(_KEY, b"{}"))
        features = described["info"]["features"]
        found = {column: _names(feature) for column, feature in features.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {}
    return {column: names for column, names in found.items() if names}


def _names(feature: Any) -> tuple[str, ...]:
    """The names of a ClassLabel, also of one in a list."""
    while isinstance(feature, list) and len(feature) == 1:
        feature = feature[0]
    if not isinstance(feature, dict):
        return ()
    if feature.get("_type") in ("Sequence", "List", "LargeList"):
        return _names(feature.get("feature"))
    names = feature.get("names") if feature.get("_type") == "ClassLabel" else None
    if not isinstance(names, list) or not all(
        isinstance(name, str) and len(name) <= _LONGEST for name in names
    ):
        return ()
    return tuple(names)


def with_names(column: pa.Array, names: tuple[str, ...]) -> pa.Array:
    """Numbers of classes as their names; -1 is no label, and one without a name stays a number.

    Args:
        column: Integers, or lists of them; anything else comes back as it is.
        names: By number.
    """
    kind = column.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if not pa.types.is_integer(kind.value_type):
            return column
        named = [cell and [_name(n, names) for n in cell] for cell in column.to_pylist()]
        return pa.array(named, pa.list_(pa.string()))
    if not pa.types.is_integer(kind):
        return column
    encoded = column.dictionary_encode()
    named = [_name(number, names) for number in encoded.dictionary.to_pylist()]
    return pa.array(named, pa.string()).take(encoded.indices)


def _name(number: int | None, names: tuple[str, ...]) -> str | None:
    if number is None or number == _NO_LABEL:
        return None
    return names[number] if 0 <= number < len(names) else str(number)
