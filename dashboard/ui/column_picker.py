"""Which further columns stand beside a text, and in which order."""

from __future__ import annotations

import streamlit as st

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from dashboard import state
from dashboard.ui.option_names import option_names

_SHORT = (ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO)


def column_picker(dataset: Dataset, *, key: str, first: int = 0, title: str = "") -> list[Column]:
    """Ask for columns, in the order in which they are chosen; sensitive ones are not offered.

    Args:
        dataset: Without further columns nothing is asked.
        key: Names the choice, which lasts across pages, with the data set.
        first: How many short columns are chosen at first.
        title: Stands above; without one the field speaks for itself.
    """
    offered = {column.cells: column for column in dataset.columns if not column.sensitive}
    if not offered:
        return []
    short = [name for name, column in offered.items() if column.kind in _SHORT]
    names = option_names(
        {name: column.name for name, column in offered.items()}, lambda name: "a column"
    )
    chosen = st.multiselect(
        title or "Columns",
        list(offered),
        short[:first],
        format_func=names.get,
        key=f"{state.KEPT}{key}_{dataset.id}",
        placeholder="Choose columns",
        label_visibility="visible" if title else "collapsed",
    )
    return [offered[name] for name in chosen]
