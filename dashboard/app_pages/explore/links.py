"""Explore's address, which says what the page shows: the data set, the view, the row filter."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from dashboard import state
from dashboard.address import DATASET, moved

_LINK = "link"
_FILTER_PARAM = "filter"
_MAX_LINKED_ROWS = 200
_LINKED = (DATASET, state.VIEW, _FILTER_PARAM)


def follow_link(views: Collection[str]) -> None:
    """Show what the address says when someone came by a link, or by Back and Forward.

    Raises:
        BadInput: the address holds a filter that cannot be one.
    """
    params = _own(st.query_params.to_dict())
    # Without any, the page was chosen from the menu: the session's own choices stay.
    if not params or (st.session_state.get(_LINK) == params and not moved()):
        return
    st.session_state[_LINK] = params
    view = params.get(state.VIEW, state.ROWS_VIEW)
    st.session_state[state.VIEW] = view if view in views else state.ROWS_VIEW
    if DATASET in params:
        state.choose_dataset(params[DATASET])
    state.set_row_filter(RowFilter())
    if _FILTER_PARAM in params:
        state.set_row_filter(RowFilter.from_json(params[_FILTER_PARAM]))


def write_link(dataset: Dataset, view: str) -> None:
    """Make the address show what the page shows; a long list of rows stays out of it."""
    values = {DATASET: dataset.id}
    if view != state.ROWS_VIEW:
        values[state.VIEW] = view
    chosen = state.row_filter()
    if not chosen.is_empty and (chosen.rows is None or len(chosen.rows) <= _MAX_LINKED_ROWS):
        values[_FILTER_PARAM] = chosen.to_json()
    st.session_state[_LINK] = values
    before = _own(st.query_params.to_dict())
    if before == values:
        return
    others = {
        name: st.query_params.get_all(name) for name in st.query_params if name not in _LINKED
    }
    # In one step, or Back would come to an address that nobody has seen.
    try:
        st.query_params.from_dict({**others, **values})
    except StreamlitAPIException:  # Widgets own some of the others, and may be gone with the view.
        if before.get(state.VIEW) == values.get(state.VIEW):
            _write_each(values)
        else:
            st.query_params.from_dict(values)


def _write_each(values: dict[str, str]) -> None:
    for name in _LINKED:
        if name in values and st.query_params.get(name) != values[name]:
            st.query_params[name] = values[name]
        elif name not in values and name in st.query_params:
            del st.query_params[name]


def _own(params: dict[str, str]) -> dict[str, str]:
    return {name: params[name] for name in _LINKED if name in params}
