"""Rows as JSON lines: an object a row, null where a cell is missing."""

from __future__ import annotations

import json
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from core.data.output.joined_cells import content, joined, rewritten


class JsonLinesOutput:
    """JSON lines in UTF-8. Numbers and truth are JSON's, times are ISO 8601 in strings."""

    def __init__(self, sink: IO[bytes], schema: pa.Schema) -> None:
        self.guarded = 0
        self._sink = sink
        self._keys = [json.dumps(name, ensure_ascii=False) for name in schema.names]

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        pieces: list[pa.Array | str] = []
        for place, (key, column) in enumerate(zip(self._keys, batch.columns, strict=True)):
            pieces += [f"{', ' if place else '{'}{key}: ", pc.fill_null(_json(column), "null")]
        self._sink.write(content(joined([*pieces, "}\n"])))

    def close(self) -> None:
        """Hand the sink all that was added."""
        self._sink.flush()


def _json(column: pa.Array) -> pa.Array:
    """Values as JSON; null where one is missing."""
    if pa.types.is_string(column.type):
        return _quoted(column)
    if pa.types.is_floating(column.type):
        # JSON has no word for what is infinite.
        words = column.cast(pa.string())
        return pc.if_else(pc.is_finite(column), words, _quoted(words))
    if pa.types.is_timestamp(column.type):
        return _quoted(pc.replace_substring(column.cast(pa.string()), " ", "T"))
    return column.cast(pa.string())


def _quoted(column: pa.Array) -> pa.Array:
    column = pc.replace_substring(column, "\\", "\\\\")
    column = pc.replace_substring(column, '"', '\\"')
    return joined(['"', rewritten(column, r"[\x00-\x1f]", _escaped), '"'])


def _escaped(text: str) -> str:
    """A text whose backslashes are doubled already, with its control characters in escapes."""
    return "".join(json.dumps(sign)[1:-1] if sign < " " else sign for sign in text)
