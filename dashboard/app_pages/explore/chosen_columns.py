"""Which further columns stand beside the texts, and in which order."""

from __future__ import annotations

import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from dashboard import state
from dashboard.ui.option_names import option_names

_AT_FIRST = 3
_SHORT = (ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO)


def chosen_columns(dataset: Dataset) -> list[Column]:
    """Ask for columns, in the order in which they are chosen; sensitive ones are not offered."""
    offered = {column.cells: column for column in dataset.columns if not column.sensitive}
    if not offered:
        return []
    short = [name for name, column in offered.items() if column.kind in _SHORT]
    names = option_names(
        {name: column.name for name, column in offered.items()}, lambda name: "a column"
    )
    chosen = st.multiselect(
        "Columns",
        list(offered),
        short[:_AT_FIRST],
        format_func=names.get,
        key=f"{state.KEPT}columns_{dataset.id}",
        placeholder="Columns to show beside the text",
        label_visibility="collapsed",
    )
    return [offered[name] for name in chosen]
