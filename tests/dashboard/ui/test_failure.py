import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.plain_text import WORD_JOINER


def page(stop: bool) -> None:
    import streamlit as st

    from core.errors import BadInput
    from dashboard.ui.failure import errors_shown

    with errors_shown(stop=stop):
        raise BadInput("a file", "`*x*` <b>", "choose another")
    st.text("after")


@pytest.mark.parametrize(("stop", "after"), [(False, ["after"]), (True, [])])
def test_an_error_of_ours_becomes_one_escaped_sentence(stop: bool, after: list[str]) -> None:
    app = AppTest.from_function(page, kwargs={"stop": stop}, default_timeout=30).run()
    assert not app.exception
    assert [error.value.replace(WORD_JOINER, "") for error in app.error] == [
        r"Expected a file, but found \`\*x\*\` \<b\>\: choose another\."
    ]
    assert [text.value for text in app.text] == after


def test_a_bug_is_not_swallowed() -> None:
    def broken() -> None:
        from dashboard.ui.failure import errors_shown

        with errors_shown():
            raise KeyError("bug")

    app = AppTest.from_function(broken, default_timeout=30).run()
    assert len(app.exception) == 1


def test_what_a_click_could_not_do_is_said_in_the_run_that_follows() -> None:
    def clicked() -> None:
        import streamlit as st

        from core.errors import BadInput
        from dashboard import state
        from dashboard.ui.failure import attempt

        def fail() -> None:
            raise BadInput("a name", "none", "type one")

        attempt(lambda: state.notice("done"))
        st.text(state.take_notice())
        attempt(fail)
        st.text(state.take_notice())
        attempt(fail, say=st.text)

    app = AppTest.from_function(clicked, default_timeout=30).run()
    assert not app.exception
    said = "Expected a name, but found none: type one."
    assert [text.value for text in app.text] == ["done", said, said]


def test_a_click_does_not_swallow_a_bug() -> None:
    def clicked() -> None:
        from dashboard.ui.failure import attempt

        attempt(lambda: {}["bug"])

    app = AppTest.from_function(clicked, default_timeout=30).run()
    assert len(app.exception) == 1
