"""The 95 % interval of a share of rows.

Wilson (1927), Probable inference, the law of succession, and statistical inference. It keeps to
0 to 1 and holds for few rows and rare classes (Brown, Cai and DasGupta 2001). Ours because
scipy's `proportion_ci` takes one share at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Z = 1.959963984540054
"""Normal deviations that 95 % are within."""


def share_interval(
    hits: ArrayLike, rows: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Shares with the ends of their intervals; NaN where there are no rows.

    Args:
        hits: Rows that count, of each group.
        rows: All rows of each group.

    Returns:
        The shares, the low ends and the high ends.
    """
    n = np.asarray(rows, np.float64)
    n = np.where(n > 0, n, np.nan)
    share = np.asarray(hits, np.float64) / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    # Rounding must not leave 0 of n a share above nothing.
    low = np.where(share == 0, 0.0, middle - half)
    high = np.where(share == 1, 1.0, middle + half)
    return share, low, high
