import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.widgets.length_chart.length_chart import LengthChoice, LengthSeries, length_chart

ONE = LengthSeries("one", [1, 3], [2, 4], [10, 20])
OPTIONS: dict[str, Any] = {
    "x_title": "words a text", "y_title": "texts", "log": False,
    "line": None, "line_label": "limit", "key": "chart",
}  # fmt: skip


def page() -> None:
    import streamlit as st

    from dashboard.widgets.length_chart.length_chart import LengthSeries, length_chart

    choice = length_chart(
        [LengthSeries("one", [1, 3], [2, 4], [10, 20])],
        x_title="words a text",
        y_title="texts",
        log=False,
        line=st.session_state.get("page_line", 3),
        line_label="limit",
        key="chart",
    )
    st.text(f"{choice.line} {choice.clicked}")


@pytest.fixture
def app() -> AppTest:
    return run(AppTest.from_function(page, default_timeout=30))


def run(app: AppTest, **state: object) -> AppTest:
    """Run the page once more, with what the browser reports or the page keeps."""
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def drag(value: object, move: object) -> dict[str, object]:
    return {"line": {"value": value, "move": move}}


def shown(app: AppTest) -> str:
    return app.text[0].value


def sent(app: AppTest) -> dict[str, Any]:
    return json.loads(app.get("bidi_component")[0].proto.json)


def test_a_bar_needs_a_start_an_end_and_a_count() -> None:
    with pytest.raises(ValueError, match="got 2, 2 and 1"):
        LengthSeries("one", [1, 3], [2, 4], [10])


@pytest.mark.parametrize(
    ("starts", "ends"), [([3, 1], [4, 2]), ([1, 2], [2, 3]), ([5], [4]), ([1, 1], [1, 1])]
)
def test_bars_ascend_and_do_not_overlap(starts: list[int], ends: list[int]) -> None:
    with pytest.raises(ValueError, match="ascend and not overlap"):
        LengthSeries("one", starts, ends, [1] * len(starts))


@pytest.mark.parametrize("count", [-1, 0.5])
def test_bars_count_whole_texts(count: float) -> None:
    with pytest.raises(ValueError, match="whole numbers of texts"):
        LengthSeries("one", [1], [1], [count])  # type: ignore[list-item]


def test_series_need_different_names() -> None:
    with pytest.raises(ValueError, match="different names"):
        length_chart([ONE, ONE], **OPTIONS)


def test_without_bars_there_is_no_chart() -> None:
    assert length_chart([], **OPTIONS) == LengthChoice()
    assert length_chart([LengthSeries("none", [], [], [])], **OPTIONS | {"line": 7}).line == 7


def test_numbers_of_numpy_are_sent_too() -> None:
    def page() -> None:
        import numpy as np

        from dashboard.widgets.length_chart.length_chart import LengthSeries, length_chart

        series = LengthSeries("one", np.array([1, 3]), np.array([2, 4]), np.array([5.0, 6.0]))
        length_chart(
            [series], x_title="", y_title="", log=True, line=None, line_label="", key="chart"
        )

    app = run(AppTest.from_function(page, default_timeout=30))
    assert sent(app)["series"] == [
        {"name": "one", "color": 0, "starts": [1, 3], "ends": [2, 4], "counts": [5, 6]}
    ]


def test_a_line_stands_where_it_is_dragged_until_the_page_moves_it(app: AppTest) -> None:
    assert shown(app) == "3 None"
    assert shown(run(app, chart=drag(9, 100))) == "9 None"
    assert (sent(app)["line"], sent(app)["move"]) == (9, 100)
    # The page stays with its starting value.
    assert shown(run(app, chart=drag(9, 100))) == "9 None"
    assert shown(run(app, chart=drag(9, 100), page_line=5)) == "5 None"
    # Back to the first value: not the drag that was made from there.
    assert shown(run(app, chart=drag(9, 100), page_line=3)) == "3 None"
    assert shown(run(app, chart=drag(7, 101))) == "7 None"


def test_a_page_may_hand_back_what_it_was_given(app: AppTest) -> None:
    assert shown(run(app, chart=drag(9, 100))) == "9 None"
    assert shown(run(app, chart=drag(9, 100), page_line=9)) == "9 None"
    assert shown(run(app, chart=drag(4, 101))) == "4 None"
    assert shown(run(app, chart=drag(4, 101), page_line=4)) == "4 None"


@pytest.mark.parametrize(("value", "move"), [("9", 1), (9.5, 1), (True, 1), (9, None), (None, 1)])
def test_a_senseless_drag_moves_nothing(app: AppTest, value: object, move: object) -> None:
    assert shown(run(app, chart=drag(value, move))) == "3 None"


def test_a_chart_without_a_line_has_none(app: AppTest) -> None:
    assert shown(run(app, page_line=None, chart=drag(9, 100))) == "None None"


def test_a_click_gives_the_bar(app: AppTest) -> None:
    clicked = {"clicked": {"name": "one", "start": 3, "end": 4}}
    assert shown(run(app, chart=clicked)) == "3 ('one', 3, 4)"


@pytest.mark.parametrize(
    "click",
    [{"name": "two", "start": 3, "end": 4}, {"name": "one", "start": 3, "end": 9}, "one", {}],
)
def test_a_click_on_no_bar_of_the_chart_gives_nothing(app: AppTest, click: object) -> None:
    assert shown(run(app, chart={"clicked": click})) == "3 None"
