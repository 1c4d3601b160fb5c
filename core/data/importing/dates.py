"""Moments as microseconds since 1970 (UTC) out of years, months, days, hours and offsets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Truth = NDArray[np.bool_]
DAY_US = 86_400_000_000
EARLIEST_US = -62_135_596_800_000_000
"""The beginning of the year 1."""
LATEST_US = 253_402_300_799_999_999
"""The end of the year 9999."""


def days_of(year: Whole, month: Whole, day: Whole) -> tuple[Whole, Truth]:
    """Days since 1970, and whether there is such a day."""
    sound = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1) & (year <= 9999)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0)
    days = months.astype("M8[M]").astype("M8[D]") + np.where(sound, day - 1, 0)
    sound &= days.astype("M8[M]").astype(np.int64) == months
    return days.astype(np.int64), sound


def day_numbers(numbers: Whole) -> tuple[Whole, Truth]:
    """Days since 1970 of numbers such as 20200131, and whether there is such a day."""
    return days_of(numbers // 10_000, numbers // 100 % 100, numbers % 100)
