"""The synthetic sample: 20,000 made-up questions, for use without any download (see README.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import BadInput

SAMPLE_NAME = "Synthetic sample"
SAMPLE_ROWS = 20_000
_FILE = Path(__file__).with_name("sample.parquet")


def sample_batches(rows: int = SAMPLE_ROWS) -> Iterator[pa.RecordBatch]:
    """The first rows of the sample, in batches.

    Args:
        rows: How many, 1 to `SAMPLE_ROWS`.

    Returns:
        Batches of three string columns: id (20 hex digits), text, and label ("sincere" or
        "insincere").

    Raises:
        BadInput: the sample has no such number of rows.
    """
    if not 1 <= rows <= SAMPLE_ROWS:
        raise BadInput(
            f"1 to {SAMPLE_ROWS:,} rows of the synthetic sample",
            f"{rows:,}",
            "choose another number",
        )
    return iter(pq.read_table(_FILE).slice(0, rows).to_batches(max_chunksize=5_000))
