"""Choose one of a few views of the same thing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def view_switch(views: Sequence[str], key: str, *, label: str = "View") -> str:
    """Draw a bar of views, and give the chosen one: the first until somebody chooses.

    Args:
        views: Their names.
        key: Of the widget; begin it with `state.KEPT` to keep the choice across pages.
        label: What is chosen, for screen readers.
    """
    chosen: str = st.segmented_control(
        label, views, default=views[0], required=True, key=key, label_visibility="collapsed"
    )
    return chosen
