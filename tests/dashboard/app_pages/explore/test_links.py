from collections.abc import Callable
from types import SimpleNamespace

import pytest

from core.data.filters.row_filter import Match, RowFilter
from core.errors import BadInput
from core.workspace import Workspace
from dashboard import address, state
from dashboard.app_pages.explore.links import follow_link, write_link
from tests import toy
from tests.dashboard.conftest import Draw

VIEWS = ("Rows", "Labels", "Lengths")


def named(*ids: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(id=each) for each in ids]


def followed(draw: Draw, address: dict[str, str], steps: Callable[[], object]) -> object:
    """What `steps` find when someone came by an address."""

    def page() -> object:
        import streamlit as st

        if "drawn" not in st.session_state:
            st.query_params.from_dict(address)
        return steps()

    return draw(page).session_state["drawn"]


@pytest.mark.parametrize(
    ("address", "view", "row_filter"),
    [
        ({"view": "Lengths"}, "Lengths", RowFilter()),
        ({"view": "No such view"}, "Rows", RowFilter()),
        ({"filter": '{"text":"cat"}'}, "Rows", RowFilter(text="cat")),
        ({"dataset": "a", "filter": '{"labels":["1"]}'}, "Rows", RowFilter(labels=("1",))),
        (
            {"view": "Labels", "filter": '{"text":"a b","match":"phrase"}'},
            "Labels",
            RowFilter(text="a b", match=Match.PHRASE),
        ),
    ],
)
def test_a_link_shows_what_it_says(
    draw: Draw, address: dict[str, str], view: str, row_filter: RowFilter
) -> None:
    import streamlit as st

    def steps() -> object:
        state.set_row_filter(RowFilter(text="before"))
        follow_link(VIEWS)
        return st.session_state[state.VIEW], state.row_filter()

    assert followed(draw, address, steps) == (view, row_filter)


@pytest.mark.parametrize("address", [{}, {"unit": "Tokens"}])
def test_an_address_without_a_choice_of_ours_changes_nothing(
    draw: Draw, address: dict[str, str]
) -> None:
    import streamlit as st

    def steps() -> object:
        state.show_rows(RowFilter(text="before"))
        follow_link(VIEWS)
        return st.session_state[state.VIEW], state.row_filter()

    assert followed(draw, address, steps) == ("Rows", RowFilter(text="before"))


def test_a_link_is_followed_once(draw: Draw) -> None:
    def steps() -> object:
        follow_link(VIEWS)
        first = state.chosen_dataset(named("a", "b")).id
        state.choose_dataset("b")
        follow_link(VIEWS)
        return first, state.chosen_dataset(named("a", "b")).id

    assert followed(draw, {"dataset": "a"}, steps) == ("a", "b")


def test_back_from_another_data_set_brings_the_search_of_this_one_back(draw: Draw) -> None:
    import streamlit as st

    here = {"dataset": "a", "filter": '{"text":"cat"}'}

    def steps() -> object:
        address.follow("explore")
        follow_link(VIEWS)
        st.query_params.clear()
        address.follow("label")
        state.choose_dataset("b")
        address.say(address.DATASET, "b")
        address.write("label")
        elsewhere = state.row_filter()
        st.query_params.from_dict(here)
        address.follow("explore")
        follow_link(VIEWS)
        return elsewhere, state.row_filter(), state.chosen_dataset(named("a", "b")).id

    assert followed(draw, here, steps) == (RowFilter(), RowFilter(text="cat"), "a")


@pytest.mark.parametrize("row_filter", ["{", '{"shortest":"a lot"}', '{"no such field":1}'])
def test_a_link_that_leads_nowhere_is_refused_and_not_tried_again(
    draw: Draw, row_filter: str
) -> None:
    def steps() -> object:
        with pytest.raises(BadInput) as caught:
            follow_link(VIEWS)
        follow_link(VIEWS)
        return str(caught.value)

    assert "a row filter as JSON" in followed(draw, {"filter": row_filter}, steps)


@pytest.mark.parametrize(
    ("row_filter", "view", "address"),
    [
        (RowFilter(), "Rows", {}),
        (RowFilter(), "Words", {"view": "Words"}),
        (RowFilter(text="cat"), "Rows", {"filter": '{"text":"cat"}'}),
        (RowFilter(rows=tuple(range(200))), "Rows", {"filter": RowFilter(rows=tuple(range(200)))}),
        (RowFilter(rows=tuple(range(201))), "Rows", {}),
    ],
)
def test_the_address_says_what_is_shown_but_no_long_list(
    draw: Draw, workspace: Workspace, row_filter: RowFilter, view: str, address: dict[str, object]
) -> None:
    import streamlit as st

    dataset = toy.import_rows(workspace, toy.make_rows(4))
    expected = {
        name: value.to_json() if isinstance(value, RowFilter) else value
        for name, value in address.items()
    }

    def steps() -> object:
        # What the last view wrote goes; what is not ours stays.
        st.query_params.from_dict({"view": "Lengths", "filter": "{}", "unit": "Tokens"})
        state.set_row_filter(row_filter)
        write_link(dataset, view)
        found = st.query_params.to_dict()
        follow_link(VIEWS)
        return found, state.row_filter()

    found, kept = draw(steps).session_state["drawn"]
    assert found == {"unit": "Tokens", "dataset": dataset.id, **expected}
    assert kept == row_filter  # A link that the page wrote itself is not followed.
