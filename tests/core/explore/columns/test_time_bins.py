from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explore.columns.time_bins import MOST_STRETCHES, Stretch, microseconds, moment, time_cuts


@pytest.mark.parametrize(
    ("low", "high", "stretch", "first", "name"),
    [
        ("2026-01-05 10:00:30", "2026-01-05 10:01:00", "SECOND", "2026-01-05 10:00:30",
         "10:00:30 on 2026-01-05"),
        ("2026-01-05 10:00:30", "2026-01-05 11:00:00", "MINUTE", "2026-01-05 10:00",
         "2026-01-05 10:00"),
        ("2026-01-05 10:07", "2026-01-05 20:00", "TEN_MINUTES", "2026-01-05 10:00",
         "2026-01-05 10:00"),
        ("2026-01-05 10:07", "2026-01-09", "HOUR", "2026-01-05 10:00", "2026-01-05 10:00"),
        ("2026-01-05 10:07", "2026-01-20", "SIX_HOURS", "2026-01-05 06:00", "2026-01-05 06:00"),
        ("2026-01-05 10:07", "2026-04-20", "DAY", "2026-01-05", "2026-01-05"),
        ("2026-01-07 10:07", "2026-12-20", "WEEK", "2026-01-05", "week of 2026-01-05"),
        ("2020-01-07 10:07", "2026-12-20", "MONTH", "2020-01-01", "2020-01"),
        ("2010-05-07 10:07", "2030-12-20", "QUARTER", "2010-04-01", "2010 Q2"),
        ("1950-05-07", "2026-12-20", "YEAR", "1950-01-01", "1950"),
        ("1815-05-07", "2026-12-20", "DECADE", "1810-01-01", "1810s"),
        ("0123-05-07", "2026-12-20", "CENTURY", "0100-01-01", "0100 to 0199"),
    ],
)  # fmt: skip
def test_stretches_are_the_shortest_that_fit(
    low: str, high: str, stretch: str, first: str, name: str
) -> None:
    found = time_cuts(datetime.fromisoformat(low), datetime.fromisoformat(high), days=False)

    assert found.stretch is Stretch[stretch]
    assert found.cuts[0] == datetime.fromisoformat(first)
    assert found.named(found.cuts[0]) == name


def test_days_are_the_shortest_where_nobody_wrote_times() -> None:
    found = time_cuts(datetime(2026, 1, 5), datetime(2026, 1, 7), days=True)

    assert [found.named(cut) for cut in found.cuts[:-1]] == ["2026-01-05", "2026-01-06",
                                                             "2026-01-07"]  # fmt: skip


def test_months_and_quarters_follow_the_calendar() -> None:
    found = time_cuts(datetime(2019, 11, 30), datetime(2024, 3, 1), days=True)

    assert found.stretch is Stretch.MONTH
    assert found.cuts[:3] == (datetime(2019, 11, 1), datetime(2019, 12, 1), datetime(2020, 1, 1))
    assert found.cuts[-1] == datetime(2024, 4, 1)


@given(st.datetimes(), st.datetimes())
def test_any_two_moments_lie_in_few_stretches(one: datetime, other: datetime) -> None:
    low, high = sorted([one, other])

    found = time_cuts(low, high, days=False)

    assert found.cuts[0] <= low
    assert len(found.cuts) <= MOST_STRETCHES + 1
    assert all(left < right for left, right in pairwise(found.cuts))
    assert high < found.cuts[-1] or found.cuts[-1].year >= 9900
    assert all(found.named(cut) for cut in found.cuts)


@given(st.datetimes())
def test_moments_are_microseconds(one: datetime) -> None:
    assert moment(microseconds(one)) == one
    assert microseconds(datetime(1970, 1, 1) + timedelta(microseconds=5)) == 5


def test_moments_beyond_all_years_are_the_last_or_the_first() -> None:
    assert moment(2**62) == datetime.max
    assert moment(-(2**62)) == datetime.min


def test_names_of_stretches_are_words() -> None:
    assert [Stretch.TEN_MINUTES.words, Stretch.SIX_HOURS.words, Stretch.WEEK.words] == [
        "10 minutes", "6 hours", "week",
    ]  # fmt: skip


def test_of_fewer_stretches_each_is_longer() -> None:
    found = time_cuts(datetime(2022, 1, 5), datetime(2023, 12, 5), days=True, most=8)

    assert found.stretch is Stretch.QUARTER
    assert len(found.cuts) == 9
