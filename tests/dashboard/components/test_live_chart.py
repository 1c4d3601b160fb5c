import math
import time

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.live_chart import MAX_POINTS, Curve, thin


def test_a_short_curve_is_sent_whole() -> None:
    x, y = list(range(MAX_POINTS)), [float(value % 7) for value in range(MAX_POINTS)]
    assert thin(x, y) == (x, y)


@pytest.mark.parametrize("points", [401, 1000, 4096, 100_001])
def test_a_long_curve_keeps_its_ends_and_extremes(points: int) -> None:
    x = list(range(points))
    y = [math.sin(value / 50) for value in x]
    y[points // 3] = 9.0
    y[points // 2] = -9.0
    thin_x, thin_y = thin(x, y)
    assert len(thin_x) == len(thin_y) <= MAX_POINTS
    assert (thin_x[0], thin_x[-1]) == (0, points - 1)
    assert (max(thin_y), min(thin_y)) == (9.0, -9.0)
    assert list(thin_x) == sorted(thin_x)


def test_a_curve_needs_as_many_x_as_y() -> None:
    with pytest.raises(ValueError, match="as many x as y"):
        Curve("train", "run", [1, 2], [1.0])


def test_the_chart_runs_in_a_page_and_again_with_more_points() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard.components.live_chart import Curve, live_chart

        points = st.session_state.setdefault("points", 3)
        y = [1.0, float("nan"), *[0.5] * points]
        curve = Curve("<b>train</b>", "run", list(range(len(y))), y)
        live_chart([curve], x_title="step", y_title="loss", key="chart")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    app.session_state["points"] = 500
    start = time.monotonic()
    app.run()
    assert not app.exception
    assert time.monotonic() - start < 10
