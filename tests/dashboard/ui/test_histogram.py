import pandas as pd
import pytest

from dashboard.charts.charts import MAX_SERIES
from dashboard.ui.histogram import histogram
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, sent


def table(groups: int) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"g{n}", length, n + 1) for n in range(groups) for length in (2, 5)],
        columns=["group", "length", "count"],
    )


def drawn(draw: Draw, count: int, **named: object):
    options = {"log": True, "shares": False, "key": "k", **named}
    return draw(histogram, table(count), "words", **options)


def test_every_group_is_drawn_with_its_numbers_and_colour(draw: Draw) -> None:
    (chart,) = sent(drawn(draw, 3))

    assert [series["name"] for series in chart["series"]] == ["g0", "g1", "g2"]
    assert [series["color"] for series in chart["series"]] == [0, 1, 2]
    assert [sum(series["counts"]) for series in chart["series"]] == [2, 4, 6]


def test_of_more_groups_than_colours_the_largest_are_drawn_and_it_is_said(draw: Draw) -> None:
    app = drawn(draw, MAX_SERIES + 2)

    assert said(app, f"The {MAX_SERIES} largest of {MAX_SERIES + 2} groups; the table has them all")
    names = [series["name"] for series in sent(app)[0]["series"]]
    assert names == [f"g{n}" for n in range(2, MAX_SERIES + 2)]


def test_a_group_that_is_shown_alone_keeps_its_colour(draw: Draw) -> None:
    app = drawn(draw, 3, groups=["g2"])

    (series,) = sent(app)[0]["series"]
    assert (series["name"], series["color"]) == ("g2", 2)
    assert not app.caption


def test_texts_of_no_group_are_all_texts(draw: Draw) -> None:
    alone = pd.DataFrame({"group": [""], "length": [3], "count": [4]})

    (chart,) = sent(draw(histogram, alone, "words", log=False, shares=False, key="k"))

    assert [series["name"] for series in chart["series"]] == ["all texts"]


@pytest.mark.parametrize("line", [None, 128])
def test_a_line_stands_where_it_was_left_before_anybody_drags_it(
    draw: Draw, line: int | None
) -> None:
    choice = drawn(draw, 2, line=line).session_state["drawn"]

    assert choice.clicked is None
    assert choice.line in (line, None)
