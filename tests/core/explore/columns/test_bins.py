from datetime import datetime

import numpy as np
import pytest

from core.explore.columns.bins import (
    Bins,
    even_bins,
    length_bins,
    moment_written,
    number_bins,
    number_written,
    time_bins,
)
from core.explore.columns.time_bins import microseconds


def names(bins: Bins) -> list[str]:
    return [bins.named(*bins.ends(place)) for place in range(len(bins.cuts) + 1)]


def test_bins_of_whole_numbers_are_called_by_their_first_and_last() -> None:
    assert names(number_bins(np.array([0.0] * 50 + [3.0] * 30 + [1_200.0] * 20))) == [
        "below 0", "0", "1", "2 to 4", "5 to 9", "10 to 19", "20 to 49", "50 to 99", "100 to 199",
        "200 to 499", "500 to 999", "1,000 to 1,999", "2,000 or more",
    ]  # fmt: skip


def test_bins_of_other_numbers_are_called_by_their_edges() -> None:
    assert names(number_bins(np.linspace(0.0, 2.99, 300)))[:3] == ["below 0", "0 to 0.1",
                                                                   "0.1 to 0.2"]  # fmt: skip
    assert "0.5" in names(number_bins(np.array([0.5, 0.5])))


def test_lengths_count_characters() -> None:
    found = length_bins(np.array([3, 4, 5]))

    assert (names(found)[1], found.unit) == ("3", "characters")


def test_no_values_have_one_bin() -> None:
    for found in (
        number_bins(np.zeros(0)),
        time_bins(np.zeros(0, np.int64)),
        even_bins(np.zeros(0), 9),
    ):
        assert names(found) == ["all"]


def test_times_are_binned_by_stretches_of_the_calendar() -> None:
    days = [datetime(2026, 1, day) for day in (5, 6, 9)]

    found = time_bins(np.array(list(map(microseconds, days))))

    assert found.unit == "day"
    assert names(found) == [
        "before 2026-01-05", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09",
        "from 2026-01-10 on",
    ]  # fmt: skip


def test_a_date_of_a_broken_clock_does_not_press_all_others_into_one_year() -> None:
    days = [datetime(2026, 1 + number % 12, 1 + number % 28) for number in range(300)]
    broken = [datetime(1, 1, 1), datetime(9999, 12, 31)]

    found = time_bins(np.array(list(map(microseconds, [*days, *broken]))))

    assert found.unit == "week"
    assert found.edges[0] == datetime(2025, 12, 29)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e14, "100000000000000"),
        (1e300, "1e+300"),
        (-2.5, "-2.5"),
        (1e-7, "1e-07"),
    ],
)
def test_numbers_are_written_so_that_they_are_read_back(number: float, written: str) -> None:
    assert number_written(number) == written
    assert float(written) == number


def test_moments_are_written_without_what_is_zero() -> None:
    assert moment_written(datetime(2026, 1, 5)) == "2026-01-05"
    assert moment_written(datetime(2026, 1, 5, 10, 30)) == "2026-01-05 10:30"
    assert moment_written(datetime(2026, 1, 5, 10, 30, 1)) == "2026-01-05 10:30:01"
    assert moment_written(datetime(26, 1, 5)) == "0026-01-05"
