"""Exports of Argilla: records as Argilla 1 and 2 write them to JSON, as rows."""

from __future__ import annotations

from collections.abc import Callable

from core.data.reading.column_names import ACCEPTED
from core.data.reading.json_records import JsonObject

_STATUS, _RESPONSES = ".status", ".responses"


def _is_record(found: JsonObject) -> bool:
    return isinstance(found.get("inputs"), dict) and "annotation" in found and "status" in found


def _record_row(record: JsonObject) -> JsonObject:
    """The inputs and the annotation of a record of Argilla 1, or of Rubrix."""
    inputs = record["inputs"] if isinstance(record.get("inputs"), dict) else {}
    label = None if record.get("status") == "Discarded" else record.get("annotation")
    others = {key: v for key, v in record.items() if key not in ("inputs", "text", *inputs)}
    return {ACCEPTED: label, **inputs, **others}


def _has_fields(found: JsonObject) -> bool:
    return all(isinstance(found.get(key), dict) for key in ("fields", "responses"))


def _fields_row(record: JsonObject) -> JsonObject:
    """The fields of a record of Argilla 2 and, of each question, all answers."""
    row: JsonObject = {}
    for part in ("fields", "responses"):
        values = record.get(part)
        for name, value in values.items() if isinstance(values, dict) else ():
            row[name if name not in row else f"{name} (annotated)"] = value
    others = {key: v for key, v in record.items() if key not in ("fields", "responses", *row)}
    return {**row, **others}


def _has_columns(found: JsonObject) -> bool:
    return any(f"{key}.users" in found and f"{key}{_STATUS}" in found for key in _responses(found))


def _columns_row(record: JsonObject) -> JsonObject:
    """A record of Argilla 2 with columns for each response: those that were submitted."""
    row: JsonObject = {}
    for key in _responses(record):
        pairs = zip(record[key] or (), record.get(f"{key}{_STATUS}") or (), strict=False)
        question = key.removesuffix(_RESPONSES)
        name = question if question not in record else f"{question} (annotated)"
        row[name] = [value for value, status in pairs if status == "submitted"]
    return {**row, **record}


def _responses(record: JsonObject) -> list[str]:
    return [key for key in record if key.endswith(_RESPONSES)]


ARGILLA: dict[Callable[[JsonObject], bool], Callable[[JsonObject], JsonObject]] = {
    _is_record: _record_row,
    _has_fields: _fields_row,
    _has_columns: _columns_row,
}
"""What tells records of Argilla, and makes them rows."""
