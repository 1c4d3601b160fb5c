"""Columns from elsewhere that stand beside some rows of a data set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class BesideColumn:
    """A column that only some rows have a value in.

    Attributes:
        name: Of the column.
        rows: Their numbers, ascending, each once; shape (n,).
        values: Their values, n of them: floats, or strings by a dictionary.
    """

    name: str
    rows: NDArray[np.int64]
    values: pa.Array

    @property
    def type(self) -> pa.DataType:
        """Of what `at` gives."""
        kind = self.values.type
        return kind.value_type if pa.types.is_dictionary(kind) else kind

    def at(self, rows: NDArray[np.int64]) -> pa.Array:
        """The values of rows with these numbers, in their order; null for those without one."""
        if not len(self.rows):
            return pa.nulls(len(rows), self.type)
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        found = self.values.take(pa.array(places, mask=self.rows[places] != rows))
        return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def coded(
    name: str, rows: NDArray[np.int64], codes: NDArray[np.integer], names: list[str]
) -> BesideColumn:
    """A column of strings by their positions in `names`, of rows in any order."""
    order = np.argsort(rows, kind="stable")
    values = pa.DictionaryArray.from_arrays(
        pa.array(codes[order], pa.int32()), pa.array(names, pa.string())
    )
    return BesideColumn(name, rows[order], values)
