from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import ColumnKind
from tests.core.data.importing.kinds.surveys import survey, values

MOMENTS = st.lists(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)), min_size=1)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TELLING = datetime(2020, 12, 31)


def strftime(pattern: str) -> Callable[[datetime], str]:
    return lambda moment: moment.strftime(pattern)


@given(MOMENTS, st.sampled_from([" ", "T"]))
def test_iso_times_come_back(moments: list[datetime], between: str) -> None:
    cells = [moment.isoformat(between) for moment in moments]

    assert survey(cells).kind is ColumnKind.TIME
    assert survey(cells).note == ""
    assert values(cells) == moments


@given(st.lists(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES), min_size=1))
def test_times_with_zones_become_utc(moments: list[datetime]) -> None:
    cells = [moment.isoformat() for moment in moments]
    expected = [moment.astimezone(timezone.utc).replace(tzinfo=None) for moment in moments]

    assert values(cells) == expected
    assert values([*cells, "2020-01-01 00:00:00.123456789 UTC"])[:-1] == expected


@given(
    MOMENTS,
    st.sampled_from(
        [
            *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"),
            *("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d %Y", "%a, %d %b %Y"),
            *("%A, %B %d, %Y", "%m-%d-%Y"),
        ]
    ),
)
def test_dates_come_back(moments: list[datetime], pattern: str) -> None:
    cells = [moment.strftime(pattern) for moment in [*moments, TELLING]]
    days = [datetime(moment.year, moment.month, moment.day) for moment in [*moments, TELLING]]

    assert survey(cells).kind is ColumnKind.TIME
    assert values(cells) == days


@given(
    MOMENTS,
    st.sampled_from(
        [
            *("%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"),
            *(
                "%d/%m/%Y %H:%M:%S",
                "%m/%d/%Y %I:%M:%S %p",
                "%d %b %Y %H:%M:%S",
                "%Y-%m-%dT%H:%M:%SZ",
            ),
            *("%a %b %d %H:%M:%S +0000 %Y", "%a %b %d %H:%M:%S %Y"),
            "%a, %d %b %Y %H:%M:%S +0000",
            *("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)", "%c"),
        ]
    ),
)
def test_dates_with_times_come_back(moments: list[datetime], pattern: str) -> None:
    seconds = [moment.replace(microsecond=0) for moment in [*moments, TELLING]]
    cells = [moment.strftime(pattern) for moment in seconds]

    assert survey(cells).kind is ColumnKind.TIME
    assert values(cells) == seconds


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2020-05", datetime(2020, 5, 1)),
        ("2020-5-7", datetime(2020, 5, 7)),
        ("2020-05-07 9:05", datetime(2020, 5, 7, 9, 5)),
        ("2020-05-07t09:05:00z", datetime(2020, 5, 7, 9, 5)),
        ("2020-05-07 09:05:00+02", datetime(2020, 5, 7, 7, 5)),
        ("2020-05-07 09:05:00 +0530", datetime(2020, 5, 7, 3, 35)),
        ("2020-05-07T09:05:00,5", datetime(2020, 5, 7, 9, 5, 0, 500_000)),
        ("2020-05-07T09:05:00.123456789", datetime(2020, 5, 7, 9, 5, 0, 123_456)),
        ("20200507T0905Z", datetime(2020, 5, 7, 9, 5)),
        ("7.5.2020", datetime(2020, 5, 7)),
        ("7. 5. 2020, 09:05", datetime(2020, 5, 7, 9, 5)),
        ("31/5/2020 12:05 am", datetime(2020, 5, 31, 0, 5)),
        ("5/31/2020 12:05 p.m.", datetime(2020, 5, 31, 12, 5)),
        ("31-5-2020", datetime(2020, 5, 31)),
        ("1st May 2020", datetime(2020, 5, 1)),
        ("May 7th, 2020 at 9:05 PM", datetime(2020, 5, 7, 21, 5)),
        ("MAY 2020", datetime(2020, 5, 1)),
        ("Sept. 7, 2020", datetime(2020, 9, 7)),
        ("Thu, 7 May 2020 09:05:00 EDT", datetime(2020, 5, 7, 13, 5)),
        ("Thu, 7 May 2020 09:05:00 +0200 (CEST)", datetime(2020, 5, 7, 7, 5)),
        ("Thu May  7 09:05:00 UTC 2020", datetime(2020, 5, 7, 9, 5)),
        ("5/5/2020", datetime(2020, 5, 5)),
    ],
)
def test_a_moment_is_read(cell: str, moment: datetime) -> None:
    assert survey([cell]).kind is ColumnKind.TIME
    assert values([f" {cell} ", None]) == [moment, None]


@pytest.mark.parametrize(
    "cell",
    [
        *("2021-02-30", "2020-13-01", "2020-00-10", "0000-01-01", "2020-05-07 25:00"),
        *("31.02.2020", "2020-05-07 10:60", "12.31.2020", "31/02/2020", "1/2/20", "31.12.20"),
        *("2019-20", "10:30", "2020-05-07 10:00:00+99:00", "13:00 PM 1 May 2020", "Monday"),
        *("5/31/2020 13:05 PM", "May", "Maybe 7, 2020", "32 May 2020", "2020-05-07 and more"),
        *("on 2020-05-07", "marching in 2020", "9999-12-31T23:59:00-05:00", "12020-05-07"),
        *("-2020-05-07", "２０２０-05-07", "2020–05–07"),
    ],
)
def test_what_is_no_moment_stays_as_written(cell: str) -> None:
    assert survey([cell]).kind is ColumnKind.TEXT
    assert survey([cell, "2020-05-07"]).kind is ColumnKind.TEXT


@pytest.mark.parametrize("mark", ["/", "-"])
def test_the_whole_column_decides_whether_the_day_is_first(mark: str) -> None:
    unclear, day, month = (
        cell.replace("/", mark) for cell in ("1/2/2020", "31/1/2020", "1/31/2020")
    )

    assert values([unclear, day])[0] == datetime(2020, 2, 1)
    assert values([unclear, month])[0] == datetime(2020, 1, 2)
    assert survey([unclear, day]).note == f"Day before month, as in '{day}' (row 2)"
    assert survey([unclear, month]).note == f"Month before day, as in '{month}' (row 2)"
    for wanted in (None, ColumnKind.TIME):
        finding = survey([unclear, unclear.replace("1", "2")], wanted=wanted)
        assert (finding.kind, finding.note) == (
            ColumnKind.TEXT,
            f"Day and month cannot be told apart in any row, as in '{unclear}' (row 1), so kept as "
            "text; write dates as 2020-12-31",
        )


def test_no_date_of_mysql_is_missing() -> None:
    assert values(["2020-01-01 00:00:00", "0000-00-00 00:00:00"]) == [datetime(2020, 1, 1), None]
    assert survey(["2020-01-01", "0000-00-00"]).missing == 1
