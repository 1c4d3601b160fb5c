"""A table as CSV for a spreadsheet."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from pandas.api.types import is_string_dtype

from core.data.output.formulas import guarded


def safe_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8, in which nothing that people wrote begins a formula."""
    table = table.reset_index(drop=True)  # Rows that were filtered or sorted keep their numbers.
    safe = table.apply(lambda cells: _safe(cells) if is_string_dtype(cells) else cells)
    safe.columns = _safe(table.columns)
    text: str = safe.to_csv(index=False)
    return text.encode()


def _safe(cells: pd.Series | pd.Index) -> pd.Series:
    texts = [None if pd.isna(cell) else str(cell) for cell in cells]
    return guarded(pa.array(texts, pa.string())).to_pandas()
