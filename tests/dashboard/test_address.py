"""The address follows what is shown, and what is shown follows an address that somebody opens."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.filters.row_filter import RowFilter
from dashboard import address, choices, state
from tests.dashboard.conftest import Draw


@pytest.fixture
def visit(draw: Draw) -> Callable[..., AppTest]:
    """Open a page by an address, and go on to it by others; `drawn` is what its script returns."""

    def visit_(script: Callable[[], object], **named: object) -> AppTest:
        def page() -> object:
            import streamlit as st

            name = st.session_state.get("page", "train")
            address.follow(name)
            found = script()
            address.write(name)
            return found

        def opened() -> object:
            import streamlit as st

            if "opened" not in st.session_state:
                st.session_state["opened"] = True
                st.query_params.from_dict(named)
            return page()

        return draw(opened)

    return visit_


def shown() -> object:
    """A page that shows the chosen data set and run, d and r where none is."""
    dataset = choices.chosen(state.DATASET) or "d"
    run = choices.chosen(state.RUN) or "r"
    address.say(address.DATASET, dataset)
    address.say(address.RUN, run)
    return dataset, run


def test_a_page_opened_without_an_address_says_what_it_shows(visit) -> None:
    app = visit(shown)

    assert app.session_state["drawn"] == ("d", "r")
    assert app.query_params == {"dataset": "d", "run": "r"}


def test_an_address_is_followed_and_what_is_not_ours_stays(visit) -> None:
    app = visit(shown, dataset="a", run="b", unit="Tokens")

    assert app.session_state["drawn"] == ("a", "b")
    assert app.query_params == {"dataset": "a", "run": "b", "unit": "Tokens"}


def test_a_choice_on_the_page_goes_before_its_address_and_is_in_it_then(visit) -> None:
    app = visit(shown, dataset="a", run="b")

    app.session_state["chosen_dataset"] = "c"
    app.run()

    assert app.session_state["drawn"] == ("c", "b")
    assert app.query_params == {"dataset": "c", "run": "b"}


def test_back_shows_what_the_address_said_before(visit) -> None:
    app = visit(shown, dataset="a", run="b")
    app.session_state["chosen_dataset"] = "c"
    app.run()

    app.query_params["dataset"] = "a"
    app.run()

    assert app.session_state["drawn"] == ("a", "b")


def test_an_address_of_another_data_set_forgets_the_search(visit) -> None:
    def searched() -> object:
        shown()
        return state.row_filter(), address.moved()

    app = visit(searched, dataset="a")
    app.session_state["row_filter"] = RowFilter(text="cat")
    assert app.run().session_state["drawn"] == (RowFilter(text="cat"), False)

    app.query_params["dataset"] = "b"

    assert app.run().session_state["drawn"] == (RowFilter(), True)
    assert app.run().session_state["drawn"] == (RowFilter(), False)


def test_another_page_that_is_opened_without_an_address_keeps_what_was_chosen(visit) -> None:
    app = visit(shown, dataset="a", run="b")

    app.session_state["page"] = "score"
    app.query_params.clear()
    app.run()

    assert app.session_state["drawn"] == ("a", "b")
    assert app.query_params == {"dataset": "a", "run": "b"}


def test_the_address_of_another_page_is_followed_though_this_one_had_the_same(visit) -> None:
    app = visit(shown, dataset="a", run="b")
    app.session_state["chosen_dataset"] = "c"
    app.session_state["page"] = "label"
    app.query_params["dataset"] = "a"

    app.run()

    assert app.session_state["drawn"] == ("a", "b")


def test_runs_that_are_compared_are_all_in_the_address(visit) -> None:
    def compared() -> object:
        runs = st.session_state.get(state.RUNS, ["x", "y"])
        address.say(address.RUN, *runs)
        return runs

    app = visit(compared)
    assert app.query_params == {"run": ["x", "y"]}
    app.session_state["page"] = address.RUNS_PAGE
    app.query_params["run"] = ["y", "z"]

    app.run()

    assert app.session_state["drawn"] == ["y", "z"]


def test_a_page_that_shows_none_leaves_none_in_the_address(visit) -> None:
    app = visit(lambda: address.say(address.RUN), run="b", unit="Tokens")

    assert app.query_params == {"unit": "Tokens"}
