"""Columns that are surveyed in tests."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from core.data.column import ColumnKind
from core.data.importing.kinds.survey import ColumnFinding, ColumnSurvey


def survey(
    cells: Sequence[str | None] | pa.Array,
    name: str = "c",
    wanted: ColumnKind | None = None,
    *,
    batch: int = 65_536,
) -> ColumnFinding:
    """What a column is whose first cell stands in row 1."""
    column = pa.array(cells, pa.string())
    numbers = np.arange(1, len(column) + 1)
    surveyed = ColumnSurvey()
    for start in range(0, len(column), batch):
        surveyed.add(column.slice(start, batch), numbers[start : start + batch])
    return surveyed.finding(name, wanted)


def values(cells: Sequence[str | None], **options: object) -> list[object]:
    """The values of a column's cells."""
    return list(survey(cells, **options).values(pa.array(cells, pa.string())).to_pylist())  # type: ignore[arg-type]
