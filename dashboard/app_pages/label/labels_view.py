"""How many rows each label has."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.labelled import RowLabels
from core.explore.summary import class_table
from dashboard import state
from dashboard.charts import charts
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import present_labels, presently

_KEY = "labels_chart"
_BOX_HEIGHT = 520


def labels_view(dataset: Dataset) -> None:
    """The distribution of labels; a click on a bar shows its rows."""
    labels = present_labels(dataset)
    dataset = presently(dataset)
    if not dataset.classes:
        empty_state("label_off", "No labels", "Only labelled rows can be split and trained on.")
        return
    table = class_table(dataset)
    caption = (
        f"{dataset.labelled:,} rows with a label{_by_people(labels)}, {dataset.unlabelled:,}"
        " without."
        f" Always answering the commonest is right for {dataset.majority_share:.1%} of them."
        " Click a bar to see its rows."
    )
    with chart_card("Rows by label", caption, table, f"{dataset.id}-labels"):
        cells = st.columns([1, 1, 4], vertical_alignment="center")
        shares = cells[0].segmented_control(
            "Axis",
            ["Rows", "Share"],
            default="Rows",
            required=True,
            key="labels_axis",
            bind="query-params",
            label_visibility="collapsed",
        )
        log = cells[1].toggle("Log scale", value=True, key="labels_log", bind="query-params")
        figure = charts.class_bars(table, log=log, shares=shares == "Share")
        # Many labels scroll in a box of their own.
        with st.container(
            height=_BOX_HEIGHT if figure.layout.height > _BOX_HEIGHT else "content", border=False
        ):
            st.plotly_chart(
                figure,
                config=charts.CONFIG,
                key=_KEY,
                selection_mode="points",
                on_select=_show_rows,
            )
        if len(dataset.classes) > charts.MAX_CLASSES:
            st.caption(f"The commonest {charts.MAX_CLASSES} of {len(dataset.classes)} labels.")
        if len(dataset.classes) == 1:
            only = dataset.classes[0]
            st.caption(plain(f"Every labelled row is {only}: training needs two labels or more."))


def _by_people(labels: RowLabels | None) -> str:
    return "" if labels is None else f" ({int(labels.by_people.sum()):,} of them by people)"


def _show_rows() -> None:
    points = st.session_state[_KEY].selection.points
    if points:
        state.show_rows(RowFilter(labels=(points[0]["customdata"][0],)))
