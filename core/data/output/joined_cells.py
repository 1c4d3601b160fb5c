"""Cells of a table joined to the lines of a text file, by Arrow rather than cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc


def joined(pieces: Sequence[pa.Array | str]) -> pa.Array:
    """Strings of each row one behind the other; null where one of them is."""
    return pc.binary_join_element_wise(*pieces, "")


def content(lines: pa.Array) -> memoryview:
    """Strings one behind the other as they stand in memory; none of them is null."""
    _, ends, characters = lines.buffers()
    if characters is None or not len(lines):
        return memoryview(b"")
    places = memoryview(ends).cast("i")
    first, last = places[lines.offset], places[lines.offset + len(lines)]
    return memoryview(characters)[first:last]


def rewritten(column: pa.Array, pattern: str, rewrite: Callable[[str], str]) -> pa.Array:
    """Strings in which those that a pattern is found in are rewritten one by one: they are few."""
    found = pc.match_substring_regex(column, pattern)
    if not pc.any(found).as_py():
        return column
    few = [rewrite(text) for text in column.filter(found).to_pylist()]
    return pc.replace_with_mask(column, pc.fill_null(found, False), pa.array(few, pa.string()))
