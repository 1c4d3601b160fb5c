"""Where bins of numbers begin, so that their edges are round and most bins have rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_BINS = 30
_MOST_BINS = 60
_SAMPLE = 100_000
_USUAL = 6
"""Quartile distances beyond the quartiles that a usual number keeps within."""
FEW = 0.01
"""Of all values, outliers that are fewer than this share stand apart."""
_ROWS_A_PART = 20
_ROWS_OF_A_TAIL = 25
_ROUND = (1, 2, 5)
_Value = TypeVar("_Value", np.float64, np.int64)


def number_cuts(values: Numbers) -> list[float]:
    """Edges of bins, ascending; what is below the first or from the last one on is unusual.

    Bins are equally wide. Where many numbers are far larger than the others, as with followers
    or prices, they grow: 1, 2, 5, 10, 20, …

    Args:
        values: One or more, finite.
    """
    whole = bool((values == np.floor(values)).all())
    inside = usual(values)
    if len(values) - len(inside) >= FEW * len(values):
        low, high = float(values.min()), float(values.max())
        cuts = _growing(values, high, whole) if low >= 0 else _equal(low, high, whole)
    else:
        cuts = _equal(float(inside.min()), float(inside.max()), whole)
    return cuts or even_cuts(values, len(values))


def usual(values: NDArray[_Value]) -> NDArray[_Value]:
    """The values without far outliers."""
    with np.errstate(over="ignore", invalid="ignore"):  # Of the largest doubles.
        lower, upper = np.quantile(_sampled(values), [0.25, 0.75])
        margin = _USUAL * (upper - lower)
    far = (values < lower - margin) | (values > upper + margin)
    return values[~far] if far.any() else values


def even_cuts(values: Numbers, rows: int) -> list[float]:
    """Edges that have about as many numbers between them, finer for the least and the greatest.

    There a rare class is found that has the highest numbers alone. A number that is commoner
    than a bin stands alone.

    Args:
        values: One or more, finite.
        rows: How many of them are to be counted: of few, there are fewer bins.
    """
    ordered = np.sort(_sampled(values))
    places = (_shares(min(rows, len(ordered))) * len(ordered)).astype(np.int64)
    different, times = np.unique(ordered[places], return_counts=True)
    common = different[(times > 1) & (different < np.finfo(np.float64).max)]
    beyond = np.nextafter(common, np.inf)
    return [float(edge) for edge in np.unique(np.append(different, beyond))]


def _shares(rows: int) -> Numbers:
    """Shares of all numbers that lie below each edge."""
    parts = min(max(int(0.8 * rows / _ROWS_A_PART), 8), 40)
    tails = [0.1 * 0.8**number for number in range(1, 60)]
    tail = np.array([share for share in tails if share * rows >= _ROWS_OF_A_TAIL])
    return np.concatenate([tail[::-1], np.linspace(0.1, 0.9, parts + 1), 1 - tail])


def _sampled(values: NDArray[Any]) -> Numbers:
    """Some of many: edges need not be exact."""
    return values[:: max(1, len(values) // _SAMPLE)].astype(np.float64)


def _equal(low: float, high: float, whole: bool) -> list[float]:
    """Edges of equal bins from below `low` to above `high`; none where doubles cannot say them."""
    width = max(_round_up(high / _BINS - low / _BINS), 1.0 if whole else 0.0)
    if not width:
        return []
    begin, end = math.floor(low / width), math.floor(high / width) + 1
    return _checked([_plain(number * width) for number in range(begin, end + 1)])


def _growing(values: Numbers, high: float, whole: bool) -> list[float]:
    """0 and edges of 1, 2 and 5 times powers of ten; none where these would be too many."""
    least = 1.0 if whole else float(np.quantile(_sampled(values[values > 0]), 0.01))
    begin, end = math.floor(math.log10(least)), math.floor(math.log10(high)) + 1
    for steps in (_ROUND, (1,)):
        if (end - begin) * len(steps) <= _MOST_BINS:
            powers = range(begin, end + 1)
            edges = [float(f"{step}e{power}") for power in powers for step in steps]
            last = next(place for place, edge in enumerate(edges) if edge > high)
            return _checked([0.0, *edges[: last + 1]])
    return []


def _checked(cuts: Sequence[float]) -> list[float]:
    rise = all(left < right for left, right in pairwise(cuts))
    return list(cuts) if rise and all(map(math.isfinite, cuts)) else []


def _round_up(width: float) -> float:
    """The next number of 1, 2 or 5 times a power of ten; 0 where there is none."""
    if not 0 < width < math.inf:
        return 0.0
    power = math.floor(math.log10(width))
    tries = [float(f"{step}e{power + more}") for more in (0, 1) for step in _ROUND]
    return next((each for each in tries if each >= width * (1 - 1e-9)), 0.0)


def _plain(edge: float) -> float:
    """Without the noise of binary fractions: 0.3, not 0.30000000000000004."""
    return float(f"{edge:.12g}") + 0.0
