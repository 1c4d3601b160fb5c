"""Whether a text is JSON objects or fastText's lines, by how it begins."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from core.data.reading.json_records import JsonObject, parsed_line
from core.errors import BadInput

JSONL, JSON, FASTTEXT = "jsonl", "json", "fasttext"
_LINES = 20
_NAMES = (".json", ".jsonl", ".ndjson")
_ARRAY_OF_OBJECTS = re.compile(r'\[\s*(\{\s*["}])')
_OBJECT = re.compile(r'\{\s*"[^"\n]*"\s*:')
_PYTHON_OBJECT = re.compile(r"\{\s*'[^'\n]*'\s*:.*\}\s*$")
_OTHER_ARRAY = re.compile(r'\[\s*[\[{"\]]')
_WHOLE_COLUMNS = re.compile(
    r'\{\s*"[^"]*"\s*:\s*\{\s*"\d+"\s*:|\{\s*"columns"\s*:\s*\[[^\]]*\]\s*,\s*"(index|data)"\s*:'
)
_FASTTEXT_LINE = re.compile(r"(?:^|\s)__label__[^\s,;|\"]+(?:\s|$)")
_WRAPPERS = ("data", "rows", "examples", "items", "results", "records")


def text_kind(text: str, suffixes: Collection[str], *, final: bool) -> str | None:
    """The kind of a text that is not CSV: a value of FileKind; None if it may be CSV.

    Args:
        text: What the file begins with.
        suffixes: Of its name, such as ".json".
        final: Whether that is all of it.

    Raises:
        BadInput: it is JSON of another shape.
    """
    start = text.lstrip()
    named = any(suffix.lower() in _NAMES for suffix in suffixes)
    if start.startswith("["):
        return _array_kind(start, named=named, final=final)
    if start.startswith("{"):
        return _object_kind(start, named=named, final=final)
    lines = [line.strip() for line in start.split("\n", _LINES) if line.strip()][:_LINES]
    labelled = sum(map(bool, map(_FASTTEXT_LINE.search, lines)))
    begins = bool(lines) and _FASTTEXT_LINE.search(lines[0]) is not None
    return FASTTEXT if begins and 2 * labelled > len(lines) else None


def _array_kind(start: str, *, named: bool, final: bool) -> str | None:
    found = _ARRAY_OF_OBJECTS.match(start)
    if found and (named or not final or _begins_with_object(start[found.start(1) :])):
        return JSON
    if named and _OTHER_ARRAY.match(start):
        raise BadInput(
            "JSON objects, one on each line or in an array",
            "a JSON array of something else",
            'save each row as an object such as {"text": "…", "label": "…"}',
        )
    return None


def _object_kind(start: str, *, named: bool, final: bool) -> str | None:
    lines = [line for line in start.split("\n", _LINES) if line.strip()][:_LINES]
    whole = _object(start) if final else None
    is_row = len(lines) > 1 and _object(lines[0]) is not None
    looks_whole = _WHOLE_COLUMNS.match(start) is not None and not is_row
    if looks_whole or (whole is not None and _holds_a_table(whole)):
        raise BadInput(
            "JSON objects, one on each line or in an array",
            "one object around the whole table",
            "save the rows alone, as pandas does with orient='records' and lines=True",
        )
    cut_off = not final and len(lines) == 1 and (named or _OBJECT.match(start) is not None)
    if cut_off or any(map(_has_objects, lines)):
        return JSONL
    if _PYTHON_OBJECT.match(lines[0]):
        raise BadInput(
            "JSONL, with one JSON object on each line",
            "what Python prints, in single quotation marks",
            "write each row with json.dumps",
        )
    if named or lines[0].strip() == "{" or whole is not None:
        raise BadInput(
            "JSONL, with one JSON object on each line",
            "an object that takes several lines",
            "save it with one object a line",
        )
    return None


def _holds_a_table(found: JsonObject) -> bool:
    """Whether an object holds columns, or a list of rows."""
    values = list(found.values())
    if values and all(map(_is_rows, values)):
        return True  # Of each part, as in "train" and "test".
    if any(_is_rows(found.get(key)) for key in _WRAPPERS):
        return True
    if len(values) < 2:
        return False
    if all(isinstance(value, dict) and len(value) > 1 for value in values):
        return True
    lists = [value for value in values if isinstance(value, list)]
    return len(lists) == len(values) and len(lists[0]) > 1 and len(set(map(len, lists))) == 1


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _begins_with_object(text: str) -> bool:
    try:
        return isinstance(json.JSONDecoder().raw_decode(text)[0], dict)
    except (ValueError, RecursionError):
        return False


def _has_objects(line: str) -> bool:
    return all(isinstance(record, dict) for record in parsed_line(line))


def _object(text: str) -> JsonObject | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
