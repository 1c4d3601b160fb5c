"""Parquet files of the cache, looked through before they are used."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from core.artifacts import removed_if_damaged


def sound_table(path: Path) -> Path | None:
    """The file; None where there is none. One that is damaged is removed, to be made again."""
    if not path.is_file():
        return None
    with removed_if_damaged(path):
        found = path.stat()
        read_through(path, found.st_mtime_ns, found.st_size)
    return path if path.is_file() else None


@lru_cache(maxsize=256)
def read_through(path: Path, changed_ns: int, size: int) -> int:
    """Read all of a Parquet file once for each version of it; gives how many rows it has.

    Raises:
        Exception: whatever its damage makes of it, also texts that are no UTF-8.
    """
    rows = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            batch.validate(full=True)
            rows += len(batch)
    return rows
