"""Rows of a scored file: the top ones, the doubtful ones, a sample; and a way to label them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.scoring.scored_rows import Order, RowSlice
from core.scoring.scoring_job import Scoring
from core.scoring.summary import FileResult
from dashboard import state
from dashboard.app_pages.score import reads
from dashboard.ui.option_names import option_names
from dashboard.ui.send_to_label import send_to_label
from dashboard.widgets.rows_table.rows_table import TableRow, rows_table

_SHOWN = 50
_MOST_SENT = 10_000


def scored_rows_view(scoring: Scoring, result: FileResult) -> None:
    """Choose which rows, look at the first of them, send as many as wanted to Label."""
    order, label = _choice(result)
    threshold = result.threshold if scoring.binary else 0.0
    chosen = RowSlice(order, _SHOWN, label)
    found = reads.rows(state.workspace(), scoring, chosen, threshold)
    if not found:
        st.caption("No such rows.")
        return
    rows_table(
        [
            TableRow(
                row=one["row"],
                id="",
                text=one["text"] or "",
                label=one["label"],
                cells={"score": one["score"], "error": one["error"]},
            )
            for one in found
        ],
        key=f"scored_rows_{scoring.id}_{order.value}",
        classes=scoring.classes,
        columns={"error": "Why"} if order is Order.UNSCORED else {"score": "Score (0–1)"},
    )
    st.caption(f"The first {len(found)} of these rows; numbers are those of the file.")
    if order is not Order.UNSCORED:
        _send(scoring, chosen, threshold)


def _choice(result: FileResult) -> tuple[Order, str | None]:
    left, right = st.columns([10, 3])
    orders = [order for order in Order if order is not Order.UNSCORED or result.unscored]
    order = left.segmented_control(
        "Rows",
        orders,
        default=Order.HIGHEST,
        required=True,
        key="scored_order",
        format_func=lambda order: order.label,
    )
    labels = list(result.label_counts)
    if order is Order.UNSCORED or len(labels) < 2:
        return order, None
    names: dict[str | None, str] = {None: "any"} | {name: name for name in sorted(labels)}
    names = option_names(names, lambda name: "all labels" if name is None else "a label")
    label = right.selectbox("Labelled", list(names), key="scored_label", format_func=names.get)
    return order, label


def _send(scoring: Scoring, chosen: RowSlice, threshold: float) -> None:
    workspace = state.workspace()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input(
            "Rows to label", 1, _MOST_SENT, 100, key="scored_send_rows", width=160
        )
        wanted = RowSlice(chosen.order, int(count), chosen.label, distinct=True)
        send_to_label(
            scoring.classes,
            lambda: [
                (str(one["row"]), one["text"])
                for one in reads.rows(workspace, scoring, wanted, threshold)
            ],
            title=f"Label the first {count:,}",
            name=f"{Path(scoring.file_name).stem}: {wanted.order.label.lower()}",
            source=f"rows of {scoring.file_name}, scored by {scoring.run_name}",
            key="scored_send",
        )
