import math
from base64 import b64decode

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.widgets.live_chart.live_chart import Curve, _packed


def test_numbers_reach_the_browser_as_they_are() -> None:
    values = [0.0, 1.5, -2.25, math.nan, 16_777_216.0]
    packed = np.frombuffer(b64decode(_packed(values)), "<f4")
    assert packed == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(("y", "smooth"), [([1.0], None), ([1.0, 2.0], [1.0])])
def test_a_curve_needs_as_many_x_as_y(y: list[float], smooth: list[float] | None) -> None:
    with pytest.raises(ValueError, match="as many x as y"):
        Curve("train", "train", 0, [1, 2], y, smooth)


def test_the_chart_runs_in_a_page_and_again_with_more_points() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard.widgets.live_chart.live_chart import Curve, live_chart

        points = st.session_state.setdefault("points", 3)
        y = [1.0, float("nan"), *[0.5] * points]
        curve = Curve("train", "<b>train</b>", 0, list(range(len(y))), y, y)
        live_chart([curve], x_title="step", y_title="loss", key="chart")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    app.session_state["points"] = 500
    app.run()
    assert not app.exception
