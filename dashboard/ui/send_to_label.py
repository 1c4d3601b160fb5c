"""A button that makes texts a data set and opens it on Label."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.labels.annotators import this_annotator
from core.labels.assign.texts_to_label import texts_to_label
from dashboard import state
from dashboard.ui.failure import errors_shown


def send_to_label(
    classes: tuple[str, ...],
    rows: Callable[[], Sequence[tuple[str, str]]],
    *,
    title: str,
    name: str,
    source: str,
    key: str,
    disabled: bool = False,
) -> None:
    """Show the button; a click leaves for the Label page.

    Args:
        classes: Labels to choose from, as a run has them.
        rows: Gives ids and texts; asked when the button is pressed.
        title: What stands on the button.
        name: Of the data set.
        source: Where the texts come from, as said to people.
        key: Names the button.
        disabled: Whether there is nothing to send.
    """
    pressed = st.button(
        title,
        icon=":material/label:",
        key=key,
        disabled=disabled,
        help="Makes a data set of these texts, with the run's classes to choose from.",
    )
    if not pressed:
        return
    with errors_shown():
        found = rows()
        dataset = texts_to_label(
            state.workspace(),
            [text for _, text in found],
            ids=[identifier for identifier, _ in found],
            classes=classes,
            name=name,
            source=source,
            author=st.session_state.get(f"{state.KEPT}label_name") or this_annotator(),
        )
        state.open_label(dataset.id)
        st.switch_page("app_pages/label/page.py")
