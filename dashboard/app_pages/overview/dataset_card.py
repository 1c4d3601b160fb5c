"""The chosen data set: what it is, its first rows, how its import went; rename and delete it."""

from __future__ import annotations

import numpy as np
import pandas as pd
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
from core.data.filters.row_filter import RowFilter
from core.data.labelled import RowLabels
from core.errors import SincerelyError
from core.labels.left_behind import left_behind
from core.labels.store.store import open_labels
from core.maintenance.dataset_deletion import delete_with_labels, uses_of
from dashboard import choices, state
from dashboard.app_pages.overview import reads
from dashboard.app_pages.overview.import_report import import_report
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import WHOSE, present_labels, presently

_FIRST_ROWS = 10
_SHOWN_COLUMNS = 30
_WIDTHS = {ID: 70, TEXT: 290, LABEL: 95}  # In pixels; they grow where there is more room.


def dataset_card(dataset: Dataset) -> None:
    """The card's content."""
    labels = present_labels(dataset)
    with st.container(horizontal=True):
        card_title(dataset.name, _about(dataset, labels))
        _menu(dataset)
    st.dataframe(
        _first_rows(dataset, labels),
        hide_index=True,
        column_config={name: st.column_config.Column(width=w) for name, w in _WIDTHS.items()},
    )
    if not dataset.synthetic:
        import_report(dataset)


def _first_rows(dataset: Dataset, labels: RowLabels | None) -> pd.DataFrame:
    """The first rows with the labels that they have now; whose these are, where people gave any."""
    found = reads.first_rows(state.workspace(), dataset, _FIRST_ROWS, _SHOWN_COLUMNS)
    if labels is None:
        return found
    rows = np.arange(len(found))
    whose = labels.labelled_by(rows).to_pandas().map(WHOSE)
    return found.assign(**{LABEL: labels.names(rows).to_pandas(), "labelled by": whose})


def _about(dataset: Dataset, labels: RowLabels | None) -> str:
    made = "synthetic sample: made-up questions, not real ones"
    origin = [made] if dataset.synthetic else [dataset.source, dataset.file_format]
    if dataset.text_recipe is not None and dataset.text_recipe.is_joined:
        origin.append(f"texts of {' + '.join(dataset.text_recipe.columns)}")
    present = presently(dataset)
    labelled = f"{present.labelled:,} of {dataset.rows:,} rows labelled"
    if labels is not None:
        labelled += f", {int(labels.by_people.sum()):,} of them by people"
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
    for sentence in uses_of(state.workspace(), dataset):
        st.caption(plain(sentence))
    key = f"delete_{dataset.id}"
    sure = st.checkbox("Yes, delete its texts and the file’s labels here", key=key)
    with errors_shown():
        if given := left_behind(open_labels(state.workspace()), dataset):
            st.checkbox(
                f"Delete {given.named()}, too, for everybody and for good", key=f"{key}_labels"
            )
    st.button(
        "Delete",
        icon=":material/delete:",
        key=f"{key}_do",
        disabled=not sure,
        on_click=_delete,
        args=[dataset],
    )


def _delete(dataset: Dataset) -> None:
    labels = st.session_state.get(f"delete_{dataset.id}_labels", False)
    delete = delete_with_labels if labels else delete_dataset
    try:
        delete(state.workspace(), dataset)
    except SincerelyError as error:
        state.notice(str(error))
    else:
        choices.forget(state.DATASET, dataset.id)
        state.set_row_filter(RowFilter())  # It was searched for in the one that is gone.
        state.notice(f"Deleted {dataset.name}{' and what people labelled' if labels else ''}.")
