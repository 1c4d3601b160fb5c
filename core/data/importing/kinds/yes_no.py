"""Yes and no as people and programs write them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.data.importing.kinds.numbers import mark_numbers
from core.data.importing.kinds.shapes import Shape, Strings, mark_words


@dataclass(frozen=True)
class YesNo:
    """How yes and no are written in a column, in any case.

    Attributes:
        yes: What a cell that says yes looks like.
        no: What one that says no looks like.
    """

    yes: frozenset[Shape]
    no: frozenset[Shape]

    @property
    def shapes(self) -> frozenset[Shape]:
        """What its cells may look like."""
        return self.yes | self.no

    def values(self, cells: pa.Array) -> pa.Array:
        """Whether trimmed cells say yes; null where one says neither."""
        strings = Strings.of(cells)
        shapes = np.zeros(len(strings), np.uint8)
        mark_words(strings, shapes)
        mark_numbers(strings, shapes)
        yes, no = np.isin(shapes, list(self.yes)), np.isin(shapes, list(self.no))
        return pa.array(yes, mask=~(yes | no))


DIGITS = YesNo(frozenset([Shape.ONE]), frozenset([Shape.ZERO]))
PAIRS = (
    YesNo(frozenset([Shape.YES]), frozenset([Shape.NO])),
    YesNo(frozenset([Shape.TRUE]), frozenset([Shape.FALSE])),
    YesNo(frozenset([Shape.Y]), frozenset([Shape.N])),
    YesNo(frozenset([Shape.T]), frozenset([Shape.F])),
    DIGITS,
)
ANY = YesNo(
    frozenset[Shape]().union(*(pair.yes for pair in PAIRS)),
    frozenset[Shape]().union(*(pair.no for pair in PAIRS)),
)
"""Any of them, where a person says that a column is yes or no."""
