"""Several runs side by side: curves, what they reached, and the settings that differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.jobs.launcher import current_status
from core.runs.comparison import compared, differing_settings, same_rows
from core.runs.result import read_result
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.runs.curves_view import curves_view
from dashboard.ui.failure import fragment
from dashboard.ui.header import card_title
from dashboard.ui.view_switch import view_switch

_TICK_S = 1.0
_NAMED = {"_index": st.column_config.Column(width=220)}
_PARTS = ("Validation", "Test")


def run_comparison(runs: Sequence[Run]) -> None:
    """Compare two runs or more; their curves grow while any of them is active."""
    workspace = state.workspace()

    def active() -> bool:
        return any(current_status(workspace.run(run.id)).state.active for run in runs)

    @fragment(run_every=_TICK_S if active() else None)
    def live() -> None:
        curves_view(runs, key="_".join(run.id for run in runs))

    with st.container(border=True):
        card_title("Curves", "One colour a run")
        live()
    with st.container(border=True):
        _metrics(runs)
    with st.container(border=True):
        card_title("Settings that differ", "All others are the same")
        table = differing_settings(runs)
        if table.empty:
            st.caption("None: these runs have the same settings.")
        else:
            st.dataframe(table, column_config=_NAMED)


def _metrics(runs: Sequence[Run]) -> None:
    caption = "With the weights each run kept"
    if not same_rows(runs):
        caption = "Measured on different rows, so small differences mean nothing"
    card_title("Metrics", caption)
    part = view_switch(_PARTS, f"{state.KEPT}compared_part", label="Measured on")
    metrics: dict[str, dict[str, float]] = {}
    for run in runs:
        result = read_result(state.workspace(), run)
        metrics[run.name] = getattr(result, part.lower()) if result else {}
    table = compared(metrics, max(len(run.classes) for run in runs))
    if table.empty:
        st.caption("None of these runs has been measured there.")
    else:
        st.dataframe(table, column_config=_NAMED)
