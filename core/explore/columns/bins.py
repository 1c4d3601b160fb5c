"""Bins of numbers, lengths and times, with what people call each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.explore.columns.number_bins import FEW, even_cuts, number_cuts, usual
from core.explore.columns.time_bins import MOST_STRETCHES, microseconds, moment, time_cuts

Edge: TypeAlias = "float | datetime"

_DAY = 86_400_000_000


@dataclass(frozen=True)
class Bins:
    """Bins between edges; the first has no beginning and the last no end.

    Attributes:
        cuts: The edges, ascending, as values are compared with them.
        edges: The same as people and expressions have them: numbers or moments.
        named: What people call a bin between two edges, either of which may be missing.
        unit: What is binned, or how long a stretch of time is.
    """

    cuts: Sequence[float]
    edges: Sequence[Edge]
    named: Callable[[Any, Any], str]
    unit: str = ""

    def ends(self, place: int) -> tuple[Edge | None, Edge | None]:
        """Where a bin begins, and where the next one does; None for no edge."""
        start = self.edges[place - 1] if place else None
        return start, self.edges[place] if place < len(self.edges) else None


def number_bins(values: NDArray[np.float64]) -> Bins:
    """Bins of round edges; see `number_cuts`."""
    if not len(values):
        return Bins([], [], _numbers_named)
    cuts = number_cuts(values)
    whole = all(cut.is_integer() for cut in cuts) and bool((values == np.floor(values)).all())
    return Bins(cuts, cuts, _whole_named if whole else _numbers_named)


def length_bins(lengths: NDArray[np.int64]) -> Bins:
    """Bins of the characters that texts have."""
    bins = number_bins(lengths.astype(np.float64))
    return Bins(bins.cuts, bins.edges, bins.named, "characters")


def time_bins(values: NDArray[np.int64], most: int = MOST_STRETCHES) -> Bins:
    """Seconds, days, weeks … of microseconds since 1970; a few far outliers stand in open bins.

    Args:
        values: The moments.
        most: How many bins there may be between the outliers, unless they are centuries.
    """
    if not len(values):
        return Bins([], [], _numbers_named)
    inside = usual(values)
    if len(values) - len(inside) >= FEW * len(values):
        inside = values
    low, high = moment(int(inside.min())), moment(int(inside.max()))
    found = time_cuts(low, high, days=bool((values % _DAY == 0).all()), most=most)

    def named(start: datetime | None, end: datetime | None) -> str:
        if start is None or end is None:
            return (
                f"before {moment_written(end)}"
                if end
                else f"from {moment_written(start)} on"
                if start
                else "all"
            )
        return found.named(start)

    cuts = [microseconds(cut) for cut in found.cuts]
    return Bins(cuts, found.cuts, named, found.stretch.words)


def even_bins(values: NDArray[np.float64], rows: int) -> Bins:
    """Bins of about as many rows each; see `even_cuts`."""
    cuts = even_cuts(values, rows) if len(values) else []
    return Bins(cuts, cuts, _numbers_named)


def number_written(number: float) -> str:
    """A number as an expression writes it, as short as it can be told from others."""
    number += 0.0  # Of two zeros, the one without a sign.
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)


def moment_written(moment: datetime) -> str:
    """A moment as an expression writes it, without a time of day at midnight."""
    whole = not moment.second and not moment.microsecond
    return moment.isoformat(" ", "minutes" if whole else "auto").removesuffix(" 00:00")


def _numbers_named(start: float | None, end: float | None) -> str:
    if start is None or end is None:
        return f"below {_shown(end)}" if end is not None else _open(start)
    low, high = _shown(start), _shown(end)
    return low if low == high else f"{low} to {high}"


def _whole_named(start: float | None, end: float | None) -> str:
    """Names of bins of whole numbers, the last of which is said, and not the next bin's first."""
    if start is None or end is None:
        return _numbers_named(start, end)
    return _shown(start) if end == start + 1 else f"{_shown(start)} to {_shown(end - 1)}"


def _open(start: float | None) -> str:
    return "all" if start is None else f"{_shown(start)} or more"


def _shown(number: float) -> str:
    return f"{number:,.12g}"
