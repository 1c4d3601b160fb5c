"""How many different values a column has, in bounded memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.importing.identifiers import hash_ids

MOST_KEPT = 10_000
_MOST_BYTES = 8_000_000
_PENDING = 2_000_000
"""So many hashes are added before those that repeat are dropped."""


class DifferentValues:
    """Counts different strings: keeps them while they are few, then eight bytes of each."""

    def __init__(self) -> None:
        self._kept: pa.Array | None = pa.array([], pa.string())
        self._hashes = np.zeros(0, np.uint64)
        self._pending: list[NDArray[np.uint64]] = []

    @property
    def kept(self) -> pa.Array | None:
        """The values; None where they are too many, or too long."""
        return self._kept

    def add(self, values: pa.Array) -> None:
        """Take up values (strings, no nulls), once or more often each."""
        if self._kept is not None:
            together = pc.unique(pa.concat_arrays([self._kept, values]))
            if len(together) <= MOST_KEPT and together.nbytes <= _MOST_BYTES:
                self._kept = together
                return
            self._kept, values = None, together
        self._pending.append(hash_ids(values))
        if sum(map(len, self._pending)) > max(_PENDING, len(self._hashes) // 2):
            self._merge()

    def count(self) -> int:
        """How many different values there were."""
        if self._kept is not None:
            return len(self._kept)
        self._merge()
        return len(self._hashes)

    def _merge(self) -> None:
        together = np.concatenate([self._hashes, *self._pending])
        together.sort()  # np.unique is many times slower.
        first = np.ones(len(together), bool)
        first[1:] = together[1:] != together[:-1]
        self._hashes, self._pending = together[first], []
