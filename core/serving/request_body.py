"""The JSON of a request to a scorer, read or refused in a sentence.

What it becomes in memory is bounded before it is read: ten megabytes of brackets would become
hundreds of megabytes of empty lists, and nobody else would have an answer meanwhile.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from core.serving.request_error import RequestError

MAX_TEXTS = 10_000
"""Texts of one request."""
EXAMPLE = '{"instances": ["a text"]}'

Values = Mapping[str, Any]

_MAX_MARKS = 10 * MAX_TEXTS
"""Strings, commas and opening brackets: the longest way to write a text takes six of them."""
_GZIP_BITS = 16 + zlib.MAX_WBITS
_MARKS = (b",", b"[", b"{")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
"""Also one that has no end, so that nothing is looked through twice."""
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def read_request(body: bytes) -> Values:
    """The JSON object of a request; a byte-order mark before it is none of it.

    Raises:
        RequestError: it is none, or says one thing twice, or holds far too much.
    """
    if _has_too_many_marks(body):
        raise RequestError(
            413, f"Expected at most {MAX_TEXTS:,} texts, but found far more in the JSON."
        )
    try:
        values = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise RequestError(
            400, f"Expected JSON in UTF-8, but found other bytes at byte {error.start + 1:,}."
        ) from error
    except json.JSONDecodeError as error:
        raise RequestError(400, _complaint(error)) from error
    except RecursionError as error:
        raise RequestError(
            400, f"Expected JSON such as {EXAMPLE}, but found far too many levels."
        ) from error
    except ValueError as error:  # Python reads no number of more digits.
        raise RequestError(
            400, f"Expected JSON such as {EXAMPLE}, but found a number of thousands of digits."
        ) from error
    if not isinstance(values, dict):
        raise RequestError(400, f"Expected JSON such as {EXAMPLE}, but found {kind_of(values)}.")
    return values


def decompressed(body: bytes | bytearray, most: int) -> bytearray:
    """A body that came in gzip, which may be `most` bytes long.

    Raises:
        RequestError: it is longer, or damaged.
    """
    reader = zlib.decompressobj(_GZIP_BITS)
    try:
        content = reader.decompress(body, most + 1)
    except zlib.error as error:
        raise RequestError(400, "Expected a body in gzip, but found a damaged one.") from error
    if len(content) > most:
        raise RequestError(413, f"Expected at most {most:,} bytes in gzip, but found more.")
    if not reader.eof:
        raise RequestError(400, "Expected a body in gzip, but found one that ends too early.")
    return bytearray(content)


def kind_of(value: object) -> str:
    """What a value of JSON is, for people."""
    return _KINDS.get(type(value), "null")


def _has_too_many_marks(body: bytes) -> bool:
    if sum(map(body.count, (*_MARKS, b'"'))) <= _MAX_MARKS:
        return False
    found = at = 0
    for string in _STRING.finditer(body):  # What stands in strings counts for nothing.
        found += 1 + sum(body.count(mark, at, string.start()) for mark in _MARKS)
        at = string.end()
        if found > _MAX_MARKS:
            return True
    return found + sum(body.count(mark, at) for mark in _MARKS) > _MAX_MARKS


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise RequestError(400, "Expected each key of a JSON object once, but found one twice.")
    return values


def _complaint(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return f"Expected JSON such as {EXAMPLE}, but found nothing."
    at = f"an error at character {error.pos + 1:,}"
    return f"Expected JSON such as {EXAMPLE}, but found {at} ({error.msg.removesuffix(' at')})."
