from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.kinds.dates import day_numbers, days_of, moments_of


def is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@given(st.integers(-5, 10_005), st.integers(-1, 14), st.integers(-1, 33))
def test_days_are_those_of_the_calendar(year: int, month: int, day: int) -> None:
    days, sound = days_of(*(np.array([part]) for part in (year, month, day)))

    assert sound.tolist() == [is_day(year, month, day)]
    if sound.all():
        assert date(1970, 1, 1) + timedelta(days=int(days[0])) == date(year, month, day)


@given(st.dates())
def test_numbers_of_eight_digits_are_days(day: date) -> None:
    days, sound = day_numbers(np.array([int(day.strftime("%Y%m%d")), 20210230]))

    assert sound.tolist() == [True, False]
    assert date(1970, 1, 1) + timedelta(days=int(days[0])) == day


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        *(("", 12), ("Z", 12), ("GMT", 12), ("+02:00", 10), ("+0200", 10), ("-02", 14)),
        *(("GMT+0200", 10), ("EST", 17), ("PDT", 19), ("+24:00", None)),
    ],
)
def test_zones_are_taken_off(zone: str, hour: int | None) -> None:
    parts = {
        "year": pa.array(["2020"]),
        "month": pa.array(["2"]),
        "day": pa.array(["29"]),
        "hour": pa.array(["12"]),
        "zone": pa.array([zone]),
    }
    moments, sound = moments_of(parts)

    assert sound.tolist() == [hour is not None]
    if hour is not None:
        moment = datetime(1970, 1, 1) + timedelta(microseconds=int(moments[0]))
        assert moment == datetime(2020, 2, 29, hour)
