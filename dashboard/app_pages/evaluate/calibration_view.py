"""Whether scores can be read as probabilities, before and after temperature scaling."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.splits.split import VALIDATION
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads
from dashboard.charts import evaluation_charts
from dashboard.charts.charts import CONFIG
from dashboard.ui.chart_card import chart_card

_ABOUT = (
    "Each point is as many rows as the others. On the diagonal, of rows scored 0.3, three in ten"
    " are positive. One temperature is fitted on validation rows (Guo et al. 2017); it changes no"
    " order of rows."
)
_ABOUT_MANY = (
    "How often the most probable class is right, by how probable the model says it is. One"
    " temperature is fitted on validation rows (Guo et al. 2017); it changes no predicted label."
)


def calibration_view(run: Run, part: str) -> None:
    """Draw the reliability diagram and say the expected calibration error (ECE)."""
    temperature, sides = reads.calibration(state.workspace(), run, part)
    tables = {name: table for name, (table, _) in sides.items()}
    left, right = st.columns([3, 1])
    shown = pd.concat([table.assign(side=name) for name, table in tables.items()])
    about = _ABOUT if len(run.classes) == 2 else _ABOUT_MANY
    with left, chart_card("Reliability", about, shown, f"{run.id}-calibration"):
        figure = evaluation_charts.reliability_curves(tables)
        st.plotly_chart(figure, config=CONFIG, key=f"calibration_{run.id}")
    with right.container(border=True, height="stretch"):
        for name, (_, error) in sides.items():
            st.metric(
                f"ECE, {name.lower()}",
                f"{error:.4f}",
                help="Expected calibration error: mean distance of score and share, by rows.",
            )
        st.metric(
            "Temperature",
            f"{temperature:.3f}",
            help="Log-odds are divided by it: above 1 the model was too sure, below 1 too unsure.",
        )
        if part == VALIDATION:
            st.caption("The temperature was fitted on these very rows, so “calibrated” flatters.")
