"""What a card shows while it has nothing to show: an icon, a sentence and a way on."""

from __future__ import annotations

import streamlit as st


def empty_state(icon: str, title: str, sentence: str) -> None:
    """A centred note; put a button after it if there is something to do."""
    with st.container(horizontal_alignment="center", gap="small"):
        st.markdown(f":material/{icon}:", text_alignment="center")
        st.markdown(f"**{title}**", text_alignment="center")
        st.caption(sentence, text_alignment="center")
