"""Hash of a column of strings, for the fingerprint of a data set."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from core.data.text.lengths import string_buffers


class ColumnHash:
    """Hash of a string column that does not depend on how it is cut into batches."""

    def __init__(self) -> None:
        self._content = hashlib.sha256()
        self._lengths = hashlib.sha256()

    def update(self, column: pa.Array) -> None:
        """Take up the next cells."""
        # Lengths (with -1 for null) keep "ab","c" apart from "a","bc".
        lengths = pc.fill_null(pc.binary_length(column), -1)
        self._lengths.update(lengths.to_numpy(zero_copy_only=False).astype("<i4"))
        self._content.update(string_buffers(column.drop_null())[0].data)

    def digest(self) -> bytes:
        """64 bytes."""
        return self._content.digest() + self._lengths.digest()
