"""How many texts of each label have which length: counted once, at import."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from core.data.dataset import LABEL, N_CHARS, N_WORDS
from core.data.row_groups import row_groups

UNIT = "unit"
LENGTH = "length"
COUNT = "count"
UNITS = (N_WORDS, N_CHARS)


def count_lengths(texts: Path) -> pa.Table:
    """Count the lengths of a data set's texts, a row group at a time.

    Args:
        texts: The data set's texts.parquet.

    Returns:
        Columns unit (N_WORDS, N_CHARS), label (null for none), length and count.
    """
    walk = row_groups(texts, [LABEL, *UNITS])
    groups = [_counted(group, unit) for _, group in walk for unit in UNITS]
    keys = [UNIT, LABEL, LENGTH]
    counted = pa.concat_tables(groups).group_by(keys).aggregate([(COUNT, "sum")])
    return counted.rename_columns([*keys, COUNT]).sort_by(
        [(UNIT, "ascending"), (LABEL, "ascending"), (LENGTH, "ascending")]
    )


def _counted(group: pa.Table, unit: str) -> pa.Table:
    counted = group.group_by([LABEL, unit]).aggregate([([], "count_all")])
    units = pa.array([unit] * counted.num_rows, pa.string())
    return pa.table(
        {
            UNIT: units,
            LABEL: counted[LABEL].cast(pa.string()),
            LENGTH: counted[unit].cast(pa.int32()),
            COUNT: counted["count_all"],
        }
    )
