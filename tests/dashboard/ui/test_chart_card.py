import pandas as pd
import streamlit as st

from dashboard.ui.chart_card import chart_card
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, table


def test_a_chart_has_its_title_its_numbers_and_a_file_of_them(draw: Draw) -> None:
    numbers = pd.DataFrame({"label": ["*a*", "b"], "rows": [3, 4]})

    def view() -> None:
        with chart_card("Rows by *label*", "How to read $it$", numbers, "my-card"):
            st.text("the chart")

    app = draw(view)

    assert said(app, "**Rows by *label***")
    assert said(app, "How to read $it$")
    assert not any("$it$" in each.value for each in app.caption)
    pd.testing.assert_frame_equal(table(app, "rows"), numbers)
    (button,) = app.get("download_button")
    assert (button.label, button.key) == ("Download as CSV", "my-card_download")
    assert [each.value for each in app.text] == ["the chart"]


def test_two_cards_do_not_share_their_widgets(draw: Draw) -> None:
    def view() -> None:
        for key in ("one", "two"):
            with chart_card(key, "", pd.DataFrame({"n": [1]}), key):
                st.text(key)

    app = draw(view)

    assert {each.key for each in app.get("download_button")} == {"one_download", "two_download"}
