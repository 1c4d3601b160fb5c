"""Turn values of JSON, Parquet and Excel into the text that a CSV file would hold."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.reading.batches import TextColumn
from core.data.reading.bytestream import MARK

_EXACT = 2.0**53  # Up to here a float knows all integers.
_SURROGATES = re.compile("[\ud800-\udfff]")


def cell_text(value: object) -> str | None:
    """A value as text, None where it is missing.

    Numbers without a fraction are written without one, so that labels are "0" and "1"; truth is
    "true" or "false", a list or an object JSON. Bytes that are no UTF-8 become surrogates.
    """
    if value is None or isinstance(value, str):
        return value
    for types, write in _WRITERS:
        if isinstance(value, types):
            return write(value)
    return str(value)


def _float_text(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _decimal_text(value: Decimal) -> str | None:
    if not value.is_finite():
        return None if value.is_nan() else str(value)
    return str(int(value)) if value == value.to_integral_value() else str(value)


_WRITERS: tuple[tuple[Any, Callable[[Any], str | None]], ...] = (
    (bool, lambda value: "true" if value else "false"),  # Before int, of which it is a kind.
    (int, str),
    (float, _float_text),
    (Decimal, _decimal_text),
    (bytes, lambda value: value.decode("utf-8", "surrogateescape")),
    ((date, time), lambda value: value.isoformat()),
    ((dict, list, tuple), lambda value: json.dumps(value, ensure_ascii=False, default=cell_text)),
)


def shown(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Cells as people see them: with a sign where bytes do not fit the encoding."""
    return tuple(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text or "") for text in texts)


def text_column(values: Iterable[object]) -> TextColumn:
    """Values as `cell_text` writes them; surrogates become MARK, NUL characters spaces."""
    texts = [cell_text(value) for value in values]
    nuls = sum(text.count("\0") for text in texts if text)
    if nuls:
        texts = [text and text.replace("\0", " ") for text in texts]
    try:
        return TextColumn(pa.array(texts, pa.string()), nul_count=nuls)
    except UnicodeEncodeError:
        cells = [None if text is None else _with_marks(text) for text in texts]
    marked = np.fromiter((cell is not None and MARK in cell for cell in cells), bool, len(cells))
    return TextColumn(unchecked_text(pa.array(cells, pa.binary())), marked, nuls)


def _with_marks(text: str) -> bytes:
    return _SURROGATES.sub("\udcff", text).encode("utf-8", "surrogateescape")


def unchecked_text(column: pa.Array) -> pa.Array:
    """Bytes as strings, without a look whether they are UTF-8."""
    return pc.cast(column, options=pc.CastOptions(pa.string(), allow_invalid_utf8=True))


def arrow_column(column: pa.Array) -> TextColumn:
    """An Arrow column as `text_column` gives its values; the usual types much faster."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_float16(column.type) or pa.types.is_float32(column.type):
        whole = _whole_numbers(column.cast(pa.float64()))
        # Arrow writes a short float shortly; as a double, 0.1 would be 0.10000000149011612.
        return TextColumn((column if whole is None else whole).cast(pa.string()))
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view():
        return _string_column(column)
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return TextColumn(column.cast(pa.string()))
    if pa.types.is_timestamp(kind):  # Without its zone: its names need a database of them.
        return TextColumn(column.cast(pa.timestamp(kind.unit)).cast(pa.string()))
    whole = _whole_numbers(column) if pa.types.is_float64(kind) else None
    if whole is not None:
        return TextColumn(whole.cast(pa.string()))
    cells = column.to_pylist()
    if pa.types.is_fixed_size_binary(kind):  # A hash or the like, and no text.
        cells = [cell and cell.hex() for cell in cells]
    return text_column(cells)


def _string_column(column: pa.Array) -> TextColumn:
    data = column.cast(pa.large_binary())
    try:
        texts = data.cast(pa.string())
    except pa.ArrowInvalid:
        return text_column(data.to_pylist())
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        return text_column(texts.to_pylist())
    return TextColumn(texts)


def _whole_numbers(column: pa.Array) -> pa.Array | None:
    """A column of floats as integers, NaN as null; None if one has a fraction or is huge."""
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    values = column.drop_null().to_numpy()
    if np.any(values != np.floor(values)) or np.any(np.abs(values) >= _EXACT):
        return None
    return column.cast(pa.int64())
