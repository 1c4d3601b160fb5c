"""What a run of many classes is good at: a table by class, and which is taken for which."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.evaluation.intervals import Estimate
from core.runs.metric_names import titles
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.ui.chart_card import chart_card
from dashboard.ui.header import card_title

_FIGURES = titles("precision", "recall", "f1")
_MOST = 200


def classes_view(run: Run, part: str) -> None:
    """Draw the tables; a row of the confusions leads to its rows."""
    figures, confused, counts = reads.class_tables(state.workspace(), run, part)
    left, right = st.columns([3, 2])
    table = pd.DataFrame(
        [{"Class": name, "Rows": None, **_cells(estimates)} for name, estimates in figures.items()]
    )
    table["Rows"] = [*counts, sum(counts), sum(counts)]
    caption = f"On {part} rows; 95 % intervals. The averages stand at the end"
    with left, chart_card("By class", caption, table, f"{run.id}-classes"):
        digits = {
            name: st.column_config.NumberColumn(format="%.3f")
            for name in table.columns
            if name not in ("Class", "Rows")
        }
        st.dataframe(table, hide_index=True, column_config=digits, height=420)
    with right.container(border=True):
        _confusions(run, confused)


def _cells(figures: dict[str, Estimate]) -> dict[str, float]:
    found = {}
    for name, title in _FIGURES.items():
        estimate = figures[name]
        found |= {
            title: estimate.value,
            f"{title} from": estimate.low,
            f"{title} to": estimate.high,
        }
    return found


def _confusions(run: Run, table: pd.DataFrame) -> None:
    card_title("Taken for another", "Most frequent first; tick one to see its rows")
    if table.empty:
        st.caption("None: every prediction is right.")
        return
    shown = table.head(_MOST).rename(
        columns={
            "label": "Label",
            "predicted_label": "Predicted label",
            "rows": "Rows",
            "share": "Of the label",
        }
    )
    percent = st.column_config.NumberColumn(format="percent")
    event = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        height=420,
        column_config={"Of the label": percent},
        key=f"confusions_{run.id}",
    )
    if event.selection.rows:
        record = table.iloc[event.selection.rows[0]]
        class_ids = (
            run.classes.index(record["label"]),
            run.classes.index(record["predicted_label"]),
        )
        st.button(
            f"See these {record['rows']:,} rows",
            type="primary",
            key="confusion_rows",
            on_click=state.show_mistakes,
            args=class_ids,
        )
