from streamlit.testing.v1 import AppTest


def test_choices_fall_back_to_what_exists() -> None:
    def page() -> None:
        from types import SimpleNamespace

        import streamlit as st

        from dashboard import state

        old, new = SimpleNamespace(id="old"), SimpleNamespace(id="new")
        assert state.chosen_dataset([old, new]) is new
        assert state.chosen_run([]) is None
        assert state.chosen_run([new, old]) is new
        state.choose_dataset("old")
        state.choose_run("gone")
        assert state.chosen_dataset([old, new]) is old
        assert state.chosen_run([new, old]) is new
        st.text("done")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert app.text[0].value == "done"


def test_a_notice_is_said_once() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard import state

        state.notice("said")
        assert (state.take_notice(), state.take_notice()) == ("said", None)
        st.text("done")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert app.text[0].value == "done"


def test_the_second_press_of_a_double_click_has_the_name_of_the_first() -> None:
    def page() -> None:
        import streamlit as st

        from dashboard import state

        first = state.press_token("start", now=100.0)
        assert state.press_token("start", now=101.0) == first
        assert state.press_token("other", now=101.0) != first
        later = state.press_token("start", now=110.0)
        assert later != first
        st.text("done")

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert app.text[0].value == "done"
