import re

import pytest

from core.data.importing.kinds.time_patterns import BEGINS, LONGEST, WAYS

CELLS = (
    *("2020-05-07", "2020-5-7 9:05", "2020-05-07T09:05:00.123456789+02:00", "2020-05"),
    *("20200507T090500Z", "2020/05/07", "2020.5.7 09:05", "7.5.2020", "07. 05. 2020"),
    *("7/5/2020 9:05:01 PM", "07-05-2020", "7 May 2020", "Thu, 07 May 2020 09:05:00 +0000"),
    *("7th of May", "May 7, 2020", "May 2020", "Thursday, May 7th, 2020 at 9:05 a.m."),
    *("Thu May 07 2020 09:05:00 GMT+0200 (Central European Summer Time)",),
    *("Thu May 07 09:05:00 +0000 2020", "7-May-2020"),
)


@pytest.mark.parametrize("cell", CELLS)
def test_a_moment_is_written_in_one_way_which_its_beginning_tells(cell: str) -> None:
    ways = [way for way in WAYS if re.match(way.pattern, cell)]

    assert len(ways) == (cell != "7th of May")
    assert not ways or re.match(BEGINS, cell)
    assert len(cell) <= LONGEST


def test_each_way_is_tried_here() -> None:
    assert all(any(re.match(way.pattern, cell) for cell in CELLS) for way in WAYS)
