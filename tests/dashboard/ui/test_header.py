import streamlit as st

from dashboard import state
from dashboard.ui.header import card_title, page_header
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import said


def test_a_page_has_its_title_and_room_beside_it(draw: Draw) -> None:
    def view() -> None:
        with page_header("Evaluate", "What a *run* is good for"):
            st.button("Act")

    app = draw(view)

    assert [each.value for each in app.title] == ["Evaluate"]
    assert said(app, "What a *run* is good for")
    assert [each.label for each in app.button] == ["Act"]
    assert not app.toast


def test_what_was_left_to_be_said_is_said_once_as_plain_text(draw: Draw) -> None:
    app = draw(page_header, "Runs", "All", session={"notice": "Deleted *my* :red[run]."})

    assert [unescaped(each.value) for each in app.toast] == ["Deleted *my* :red[run]."]
    assert "*my*" not in app.toast[0].value
    assert not app.run().toast
    assert draw(state.take_notice).session_state["drawn"] is None


def test_a_card_without_a_caption_has_none(draw: Draw) -> None:
    assert not draw(card_title, "Notes").caption
    app = draw(card_title, "*Notes*", "of `mine`")
    assert said(app, "***Notes***")
    assert said(app, "of `mine`")
