"""Saved searches: open one, save the present one by name, delete one."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.filters.slices import Slice, delete_slice, list_slices, save_slice
from core.data.names import MAX_NAME_CHARS
from core.errors import SincerelyError
from core.explore.order import BY_ROW
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.ui.failure import errors_shown
from dashboard.ui.plain_text import plain


def slice_menu(dataset: Dataset, *, is_valid: bool) -> None:
    """Open, save and delete slices, and clear the search.

    Args:
        dataset: The data set.
        is_valid: Whether the form says what can be searched for, so that it can be saved.
    """
    slices = {s.name: s for s in list_slices(state.workspace(), dataset)}
    chosen = state.row_filter()
    present = next((s.name for s in slices.values() if s.row_filter == chosen), None)
    key = "slice_choice"
    st.session_state[key] = present
    st.selectbox(
        "Slice",
        list(slices),
        key=key,
        placeholder="Choose one" if slices else "None saved yet",
        on_change=lambda: _open(slices.get(st.session_state[key])),
        disabled=not slices,
        help="A slice is a search with a name",
    )
    with st.container(horizontal=True):
        closed = chosen.is_empty or not is_valid
        with st.popover("Save", disabled=closed, icon=":material/bookmark:"):
            _save(dataset, chosen)
        st.button(
            "Clear",
            key="rows_clear",
            disabled=chosen.is_empty and is_valid,
            icon=":material/close:",
            on_click=state.set_row_filter,
            args=(RowFilter(),),
        )
    if present is not None:
        st.button(
            "Delete this slice",
            key="slice_delete",
            icon=":material/delete:",
            type="tertiary",
            on_click=_delete,
            args=(dataset, slices[present]),
        )


def _open(chosen: Slice | None) -> None:
    state.set_row_filter(chosen.row_filter if chosen else RowFilter())


def _save(dataset: Dataset, row_filter: RowFilter) -> None:
    st.caption(plain(row_filter.describe()))
    with st.form("slice_form", border=False, clear_on_submit=True):
        name = st.text_input("Name", max_chars=MAX_NAME_CHARS, placeholder="long and political")
        asked = st.form_submit_button("Save", type="primary", key="slice_save")
    if asked:
        with errors_shown():
            workspace = state.workspace()
            rows = reads.found_rows(workspace, dataset, row_filter, 0, BY_ROW).total
            saved = save_slice(workspace, dataset, name, row_filter, rows)
            state.notice(f"Saved {rows:,} rows as {saved.name}.")
            st.rerun()


def _delete(dataset: Dataset, chosen: Slice) -> None:
    try:
        delete_slice(state.workspace(), dataset, chosen.name)
    except SincerelyError as error:  # Somebody else was faster.
        state.notice(str(error))
        return
    state.notice(f"Deleted the slice {chosen.name}; its search is still shown, to save again.")
