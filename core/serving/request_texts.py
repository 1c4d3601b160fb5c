"""The texts of a request, in each form that TensorFlow Serving's REST API gives them.

As rows, `{"instances": ["a text", …]}` or `{"instances": [{"text": "a text"}, …]}`, or as a column,
`{"inputs": ["a text", …]}` or `{"inputs": {"text": ["a text", …]}}`; each text may be written as
`{"b64": "…"}`.
"""

from __future__ import annotations

import base64
from typing import Any

from core.serving.model_spec import INPUT
from core.serving.request_body import EXAMPLE, Values, kind_of
from core.serving.request_error import RequestError

_ROWS, _COLUMN, _B64 = "instances", "inputs", "b64"
_SHOWN = 80
MAX_CHARACTERS = 1_000_000
"""Of one text: to cut a longer one into tokens would hold others."""


def in_columns(request: Values) -> bool:
    """Whether a request has a column of texts, and wants columns back."""
    return _COLUMN in request


def read_texts(request: Values, most: int, *, most_characters: int | None = None) -> list[str]:
    """The texts of a request.

    Args:
        request: From `read_request`.
        most: How many it may have.
        most_characters: How long they may be together; None for any length.

    Raises:
        RequestError: they are none, or too many, or too long.
    """
    if (_ROWS in request) == (_COLUMN in request):
        found = "both instances and inputs" if _ROWS in request else "neither instances nor inputs"
        raise RequestError(400, f"Expected JSON such as {EXAMPLE}, but found {found}.")
    name = _COLUMN if in_columns(request) else _ROWS
    values = _column(request[_COLUMN]) if in_columns(request) else _rows(request[_ROWS])
    if len(values) > most:
        count = f"{most:,} texts" if most > 1 else "1 text"
        raise RequestError(413, f"Expected at most {count}, but found {len(values):,}.")
    texts = [_text(value, name) for value in values]
    longest = max(map(len, texts), default=0)
    if longest > MAX_CHARACTERS:
        raise RequestError(
            413,
            f"Expected texts of at most {MAX_CHARACTERS:,} characters, but found {longest:,}.",
        )
    length = sum(map(len, texts))
    if most_characters is not None and length > most_characters:
        raise RequestError(
            413, f"Expected at most {most_characters:,} characters of text, but found {length:,}."
        )
    return texts


def _rows(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise RequestError(
            400, f"Expected {_ROWS} to be a list of strings, but found {kind_of(rows)}."
        )
    named = sum(map(_is_named, rows))
    if named not in (0, len(rows)):
        raise RequestError(
            400, f"Expected {_ROWS} to be all strings or all objects, but found both."
        )
    return [_of_row(row) for row in rows] if named else rows


def _of_row(row: dict[str, Any]) -> Any:
    if row.keys() != {INPUT}:
        found = f"{', '.join(row)[:_SHOWN]!r}" if row else "none"
        raise RequestError(400, f'Expected objects with the one key "{INPUT}", but found {found}.')
    return row[INPUT]


def _column(column: Any) -> list[Any]:
    if _is_named(column):
        if INPUT not in column:
            found = f"{', '.join(column)[:_SHOWN]!r}" if column else "none"
            raise RequestError(
                400, f'Expected {_COLUMN} with the key "{INPUT}", but found {found}.'
            )
        column = column[INPUT]
    return column if isinstance(column, list) else [column]


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() != {_B64}


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        # A lone surrogate is valid JSON but no text.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict) and value.keys() == {_B64}:
        return _decoded(value[_B64])
    raise RequestError(
        400, f"Expected {name} to be a list of strings, but found {kind_of(value)} in it."
    )


def _decoded(written: Any) -> str:
    try:
        # Blanks and a missing end are forgiven, as TensorFlow Serving does.
        packed = "".join(written.split())
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (ValueError, AttributeError) as error:
        raise RequestError(
            400, f"Expected base64 in {_B64}, but found what cannot be decoded."
        ) from error
    return content.decode("utf-8", "replace")
