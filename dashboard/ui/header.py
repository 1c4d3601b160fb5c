"""The top of a page: title and caption left, room for one action right."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import state
from dashboard.ui.plain_text import plain


def page_header(title: str, caption: str) -> DeltaGenerator:
    """Write the title; returns the place for the page's choices and main button."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left.container(gap=None):
        st.title(title, anchor=False)
        st.caption(plain(caption))
    said = state.take_notice()
    if said:
        st.toast(plain(said), icon=":material/check:")
    return right


def card_title(title: str, caption: str = "") -> None:
    """The heading of a card."""
    with st.container(gap=None):
        st.markdown(f"**{plain(title)}**")
        if caption:
            st.caption(plain(caption))
