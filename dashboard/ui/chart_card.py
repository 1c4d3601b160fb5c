"""A chart as every chart here stands: a title that says what is seen, its table, a download."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from dashboard.ui.header import card_title
from dashboard.ui.safe_csv import safe_csv


@contextmanager
def chart_card(title: str, caption: str, table: pd.DataFrame, key: str) -> Iterator[None]:
    """A bordered card; the block draws the chart under the title.

    Args:
        title: What is seen, in a few words.
        caption: How to read it.
        table: The numbers that the chart shows, for the popover and its download.
        key: Names the card's widgets and its file.
    """
    with st.container(border=True):
        left, right = st.columns([5, 1], vertical_alignment="top")
        with left:
            card_title(title, caption)
        with right.popover("Table", icon=":material/table:", width="stretch"):
            st.dataframe(table, hide_index=True, key=f"{key}_table")
            st.download_button(
                "Download as CSV",
                data=lambda: safe_csv(table),
                file_name=f"{key}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"{key}_download",
            )
        yield
