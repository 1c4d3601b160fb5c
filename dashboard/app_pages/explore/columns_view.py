"""What further columns hold, and what they tell of the label."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data.column import column_called
from core.data.dataset import Dataset
from core.explore.columns.association import Association, verdict
from core.explore.columns.stats import default_label
from dashboard import state
from dashboard.app_pages.explore import column_reads
from dashboard.app_pages.explore.column_card import column_card
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import present_labels, presently

_COLUMN = "column"
_LIST_ABOUT = (
    "“Says about the label” is Cramér’s V with Bergsma’s correction (2013): 0 nothing, 1 all of it."
    " Numbers and dates are compared in bins of as many rows, and a missing value is a value of"
    " its own. Click a line to see its column"
)


def columns_view(dataset: Dataset) -> None:
    """A list of the columns, which tell most of the label first, and one of them in full."""
    columns = column_reads.shown_columns(dataset)
    if not columns:
        _say_none(dataset)
        return
    present_labels(dataset)
    ranking = column_reads.ranked_columns(state.workspace(), dataset)
    _say_verdict(ranking)
    above = st.container()
    names = [one.column.name for one in ranking]
    now = presently(dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Column", names, key=_COLUMN, bind="query-params", width=300)
        label = default_label(now)
        if len(now.classes) > 2:
            start = now.classes.index(label) if label else 0
            label = st.selectbox("Share of label", now.classes, start, key="column_label",
                                 bind="query-params", width=300)  # fmt: skip
    with above:
        _list(dataset, ranking, names.index(name))
    column = column_called(columns, name)
    if column is not None:
        column_card(dataset, column, label)


def _say_none(dataset: Dataset) -> None:
    empty_state(
        "view_column",
        "No further columns to show" if dataset.columns else "This data set has no further columns",
        "Whatever its file holds beside text, label and id, such as a country, a date or a source,"
        f" is kept when it is imported, and is looked into here.{_sensitive(dataset)}",
    )


def _sensitive(dataset: Dataset) -> str:
    hidden = sum(column.sensitive for column in dataset.columns)
    if not hidden:
        return ""
    return f" {hidden:,} sensitive column{' is' if hidden == 1 else 's are'} not shown."


def _say_verdict(ranking: Sequence[Association]) -> None:
    said = plain(verdict(ranking))
    if any(one.gives_away for one in ranking):
        st.warning(said, icon=":material/warning:")
    else:
        st.markdown(said)


def _list(dataset: Dataset, ranking: Sequence[Association], place: int) -> None:
    lines = [
        {
            "Column": one.column.name,
            "Kind": one.column.kind.label,
            "Missing": one.column.missing / dataset.rows,
            "Different": one.column.different,
            "Says about the label": one.value,
            "Note": _note(one),
        }
        for one in ranking
    ]
    names = [one.column.name for one in ranking]
    # Another key, or the line that was clicked before would stay marked.
    key = f"columns_list_{dataset.id}_{place}"
    with st.container(border=True):
        card_title("Columns", f"{_LIST_ABOUT}.{_sensitive(dataset)}")
        st.dataframe(
            pd.DataFrame(lines),
            hide_index=True,
            column_config={
                "Column": st.column_config.Column(width=200),
                "Kind": st.column_config.Column(width=80),
                "Missing": st.column_config.NumberColumn(format="percent", width=80),
                "Different": st.column_config.NumberColumn(format="localized", width=80),
                "Says about the label": st.column_config.ProgressColumn(
                    min_value=0.0, max_value=1.0, format="%.2f", width=150
                ),
                "Note": st.column_config.Column(width=400),
            },
            key=key,
            on_select=lambda: _choose(key, names),
            selection_mode="single-row",
            selection_default={"selection": {"rows": [place], "columns": [], "cells": []}},
        )


def _note(one: Association) -> str:
    reason = "gives the label away" if one.gives_away else one.reason
    said = [reason[:1].upper() + reason[1:], one.column.note]
    return "; ".join(dict.fromkeys(filter(None, said)))


def _choose(key: str, names: Sequence[str]) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        st.session_state[_COLUMN] = names[rows[0]]
