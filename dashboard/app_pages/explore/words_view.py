"""Words and word pairs that tell one label from the others."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import Match, RowFilter
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.charts import charts
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.present_labels import file_only

_SIZES = {"Words": 1, "Pairs": 2, "Both": 0}
_KEY = "words_chart"
_BARS = 25
_ABOUT = (
    "z-scores of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn"
    " 2008): how surely a word is commoner in this label than in the others. Click a bar to see"
    " the rows that have it."
)


def words_view(dataset: Dataset) -> None:
    """The words most typical of a label; without two labels, the commonest words."""
    workspace = state.workspace()
    label = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(dataset.classes) > 1:
            start = dataset.positive or dataset.classes[0]
            label = st.selectbox(
                "Typical of",
                dataset.classes,
                dataset.classes.index(start),
                key="words_label",
                bind="query-params",
                width=300,
            )
        size = st.segmented_control(
            "Show",
            list(_SIZES),
            default="Both",
            required=True,
            key="words_size",
            bind="query-params",
        )
    terms = reads.terms(workspace, dataset, label, _SIZES[size])
    if terms.empty:
        empty_state("match_word", "No word is common enough", "Words in few rows are left out.")
        return
    title = f"Words typical of “{label}”" if label else "Commonest words"
    caption = (
        _ABOUT + file_only(dataset)
        if label
        else "Rows that have the word. Click a bar to see them."
    )
    with chart_card(title, caption, terms, f"{dataset.id}-words"):
        shown = terms.head(_BARS)
        figure = charts.term_bars(shown, measure="z" if label else "rows")
        st.plotly_chart(
            figure,
            config=charts.CONFIG,
            key=_KEY,
            selection_mode="points",
            on_select=lambda: _show_rows(shown, label),
        )


def _show_rows(terms: pd.DataFrame, label: str | None) -> None:
    points = st.session_state[_KEY].selection.points
    if points:
        term = str(terms["term"].iloc[points[0]["point_index"]])
        state.show_rows(RowFilter(text=term, match=Match.PHRASE, labels=(label,) if label else ()))
