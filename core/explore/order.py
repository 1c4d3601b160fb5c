"""In which order the rows found come, and what a scan needs for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.dataset import N_CHARS, N_WORDS, ROW, Dataset
from core.data.filters.row_filter import RowFilter
from core.errors import BadInput
from core.explore.conditions import SCORE, columns_beside
from core.explore.expression_sql import CELLS
from core.explore.query import Source

BY_ROW = "row"
SHORTEST = "shortest"
LONGEST = "longest"
BY_SCORE = "score"
ORDERS = (BY_ROW, SHORTEST, LONGEST, BY_SCORE)
"""As imported; shortest first; longest first; highest score first, rows without one last."""

SORT_KEY = "key"
_DESCENDING = " descending"
_AS_NUMBER = {ColumnKind.TIME: "epoch_us({})", ColumnKind.YES_NO: "{}::TINYINT"}


def column_order(column: Column, *, descending: bool = False) -> str:
    """The order by the values of a column, rows without one last; see `ORDERS` for others."""
    return f"{column.cells}{_DESCENDING if descending else ''}"


def order_column(dataset: Dataset, order: str) -> Column | None:
    """The column that an order is by; None if it is one of ORDERS.

    Raises:
        BadInput: there is no such order.
    """
    if order in ORDERS:
        return None
    name = order.removesuffix(_DESCENDING)
    for column in dataset.columns:
        if column.cells == name:
            return column
    raise BadInput(
        f"an order among {', '.join(ORDERS)} or by a column", repr(order), "choose one of them"
    )


def sort_key(
    row_filter: RowFilter, order: str, column: Column | None, sources: Mapping[str, Source]
) -> tuple[str, str]:
    """One more column of a scan, which `in_order` sorts by, and the join that it needs.

    Raises:
        BadInput: the order needs scores or tokens that are not there.
    """
    if order == BY_ROW:
        return "", ""
    if column is not None:
        key = _AS_NUMBER.get(column.kind, "{}").format(f"{CELLS}.{column.values}")
        return f", {key} AS {SORT_KEY}", ""
    name = SCORE if order == BY_SCORE else row_filter.unit
    if name in (N_WORDS, N_CHARS):
        return f", {name} AS {SORT_KEY}", ""
    keys = columns_beside(sources).get(name)
    if keys is None:
        raise BadInput(
            "scores of a run to order rows by" if name == SCORE else "counted tokens",
            "none",
            "choose another order",
        )
    return f", keys.{name} AS {SORT_KEY}", f"LEFT JOIN ({keys}) AS keys USING ({ROW})"


def in_order(found: pd.DataFrame, order: str) -> NDArray[np.int64]:
    """Row numbers in order; rows that are alike in it stand as imported."""
    rows: NDArray[np.int64] = found[ROW].to_numpy()
    if order == BY_ROW:
        # Scans without joins come in order already.
        return rows if (rows[1:] > rows[:-1]).all() else np.sort(rows)
    key = _numbers(found[SORT_KEY])
    is_falling = order in (LONGEST, BY_SCORE) or order.endswith(_DESCENDING)
    return rows[np.lexsort((rows, -key if is_falling else key))]


def _numbers(key: pd.Series) -> NDArray[np.float64]:
    """What is sorted by as numbers, NaN for none; strings as their places in the alphabet."""
    if pd.api.types.is_numeric_dtype(key):
        return key.to_numpy(np.float64, na_value=np.nan)
    places = key.astype("category").cat.codes.to_numpy(np.float64)
    return np.where(places < 0, np.nan, places)
