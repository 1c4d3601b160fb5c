"""One label for all rows of a selection, after a look at how many they are, and its undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import SincerelyError
from core.labels.annotators import checked_annotator, this_annotator
from core.labels.assign.bulk import MAX_ROWS, label_all, undo_all
from core.labels.guidelines import guideline
from core.labels.store.store import open_labels
from dashboard import state
from dashboard.app_pages.label import reads
from dashboard.ui.failure import errors_shown
from dashboard.ui.plain_text import plain


def bulk_label(
    dataset: Dataset,
    count: int,
    rows: Callable[[], NDArray[np.integer]],
    *,
    found_by: str,
    key: str,
    by_people: Callable[[], int] = lambda: 0,
) -> None:
    """A button that opens the choice of a class; beside it the person's last such click that holds
    can be undone, also after a reload.

    Args:
        dataset: Whose rows they are.
        count: How many rows are meant.
        rows: Gives their numbers; asked only when somebody confirms.
        found_by: How they were found; kept with the labels.
        key: Of its own for every place.
        by_people: Gives how many of these rows people have labelled before.
    """
    with errors_shown():
        classes = guideline(open_labels(state.workspace()), dataset).classes
        with st.popover(f"Label {count:,} rows", icon=":material/label:", disabled=not count):
            _choice(dataset, classes, count, rows, found_by, key, by_people)
        _undo(dataset, key)


def _choice(
    dataset: Dataset,
    classes: tuple[str, ...],
    count: int,
    rows: Callable[[], NDArray[np.integer]],
    found_by: str,
    key: str,
    by_people: Callable[[], int],
) -> None:
    if not classes:
        st.caption("Name the classes on Label first.")
        return
    if count > MAX_ROWS:
        st.caption(f"At most {MAX_ROWS:,} rows at once: narrow the search.")
        return
    value = st.selectbox("As", classes, key=f"{key}_class", format_func=plain)
    if before := by_people():
        st.caption(
            f"People have labelled {before:,} of these rows before: that is overruled. One click"
            " undoes it."
        )
    else:
        st.caption("No label by people is overruled; one click undoes it.")
    st.button(
        plain(f"Label {count:,} rows as “{value}”"),
        type="primary",
        key=f"{key}_sure",
        on_click=_label,
        args=(dataset, value, rows, found_by),
    )


def _undo(dataset: Dataset, key: str) -> None:
    last = reads.last_bulk(state.workspace(), dataset, _written_name().strip())
    if last is None:
        return
    st.button(
        plain(f"Undo: {_said(last.rows, last.value)}"),
        icon=":material/undo:",
        # The second press of a double click must not take back the click before that, too.
        key=f"{key}_undo_{last.name}",
        on_click=_take_back,
        args=(dataset, last.name),
    )


def _said(rows: int, value: str) -> str:
    return f"{rows:,} rows labelled “{value}”"


def _label(
    dataset: Dataset, value: str, rows: Callable[[], NDArray[np.integer]], found_by: str
) -> None:
    try:
        chosen = rows()
        label_all(
            open_labels(state.workspace()),
            dataset,
            chosen,
            value,
            annotator=_name(),
            reason=found_by[:500],
        )
    except SincerelyError as error:
        state.notice(str(error))
        return
    state.notice(f"{_said(len(chosen), value)}.")


def _take_back(dataset: Dataset, batch: str) -> None:
    try:
        count = undo_all(open_labels(state.workspace()), dataset, batch, annotator=_name())
    except SincerelyError as error:
        state.notice(str(error))
        return
    state.notice(f"{count:,} labels are taken back.")


def _name() -> str:
    """Who labels.

    Raises:
        BadInput: a name that cannot be used.
    """
    return checked_annotator(_written_name())


def _written_name() -> str:
    name: str = st.session_state.get(f"{state.KEPT}label_name") or this_annotator()
    return name
