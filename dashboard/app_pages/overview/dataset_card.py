"""The chosen data set: what it is, its first rows, how its import went; rename and delete it."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.data.dataset import (
    ID,
    LABEL,
    MAX_NAME_CHARS,
    TEXT,
    Dataset,
    delete_dataset,
    rename_dataset,
)
from core.data.filters.slices import list_slices
from core.data.splits.saved_split import list_splits
from core.errors import SincerelyError
from core.runs.run import runs_on
from dashboard import state
from dashboard.app_pages.overview import reads
from dashboard.app_pages.overview.import_report import import_report
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_FIRST_ROWS = 10
_NAMED = 8
_WIDTHS = {ID: 70, TEXT: 290, LABEL: 95}  # In pixels; they grow where there is more room.


def dataset_card(dataset: Dataset) -> None:
    """The card's content."""
    with st.container(horizontal=True):
        card_title(dataset.name, _about(dataset))
        _menu(dataset)
    st.dataframe(
        reads.first_rows(state.workspace(), dataset, _FIRST_ROWS),
        hide_index=True,
        column_config={name: st.column_config.Column(width=w) for name, w in _WIDTHS.items()},
    )
    if not dataset.synthetic:
        import_report(dataset)


def _about(dataset: Dataset) -> str:
    made = "synthetic sample: made-up questions, not real ones"
    origin = [made] if dataset.synthetic else [dataset.source, dataset.file_format]
    labelled = f"{dataset.labelled:,} of {dataset.rows:,} rows labelled"
    return " · ".join([*filter(None, origin), labelled])


def _menu(dataset: Dataset) -> None:
    # A key of each data set's own: nothing ticked or typed for one is there for another.
    with st.popover("Edit", icon=":material/more_vert:", key=f"menu_{dataset.id}"):
        _rename_form(dataset)
        _delete_form(dataset)


def _rename_form(dataset: Dataset) -> None:
    key = f"rename_{dataset.id}"
    st.text_input("Name", dataset.name, max_chars=MAX_NAME_CHARS, key=key)
    st.button(
        "Rename", icon=":material/edit:", key=f"{key}_do", on_click=_rename, args=[dataset, key]
    )


def _rename(dataset: Dataset, key: str) -> None:
    try:
        renamed = rename_dataset(state.workspace(), dataset, st.session_state[key])
    except SincerelyError as error:
        state.notice(str(error))
    else:
        state.notice(f"{dataset.name} is now called {renamed.name}.")


def _delete_form(dataset: Dataset) -> None:
    st.markdown("**Delete**")
    for sentence in _uses(dataset):
        st.caption(plain(sentence))
    key = f"delete_{dataset.id}"
    sure = st.checkbox("Yes, delete its texts and labels here", key=key)
    st.button(
        "Delete",
        icon=":material/delete:",
        key=f"{key}_do",
        disabled=not sure,
        on_click=_delete,
        args=[dataset],
    )


def _uses(dataset: Dataset) -> list[str]:
    """What hangs on a data set, one sentence each."""
    workspace = state.workspace()
    said = []
    if runs := runs_on(workspace, dataset):
        said.append(
            f"Trained on it: {_named(run.name for run in runs)}. These runs keep their own copy of"
            " the rows they need and stay usable."
        )
    if slices := list_slices(workspace, dataset):
        said.append(f"Slices that go with it: {_named(slice_.name for slice_ in slices)}.")
    if splits := list_splits(workspace, dataset):
        said.append(f"Saved splits that go with it: {_named(split.name for split in splits)}.")
    return said or ["Nothing uses it: no runs, slices or saved splits."]


def _named(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _delete(dataset: Dataset) -> None:
    try:
        delete_dataset(state.workspace(), dataset)
    except SincerelyError as error:
        state.notice(str(error))
    else:
        state.notice(f"Deleted {dataset.name}.")
