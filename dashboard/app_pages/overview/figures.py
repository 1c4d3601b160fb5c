"""The figures at the top of the first page, and the card with the runs at its end."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import N_WORDS, Dataset
from core.runs.result import read_result
from core.runs.run import list_runs, runs_on
from dashboard import reads, state
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import presently

_MOST = 100
_DIGITS = st.column_config.NumberColumn(format="%.3f")
_COLUMNS = {
    "Run": None,
    "Data set": None,
    "State": None,
    "PR-AUC": _DIGITS,
    "F1": _DIGITS,
    "Accuracy": _DIGITS,
    "Started": st.column_config.DatetimeColumn(format="distance"),
    "Damage": None,
}


def figures(dataset: Dataset) -> None:
    """How many texts and of which label, how long, and what the best run on them reaches."""
    workspace = state.workspace()
    runs = runs_on(workspace, dataset)
    results = [read_result(workspace, run) for run in runs[: reads.MOST_LISTED]]
    reached = [each.validation["f1"] for each in results if each and "f1" in each.validation]
    words = reads.lengths(workspace, dataset, N_WORDS)
    cells = st.columns(4)
    cells[0].metric("Texts", f"{dataset.rows:,}", border=True)
    present = presently(dataset)
    if present.positive:
        cells[1].metric(
            plain(f"Labelled “{present.positive}”"), f"{present.positive_share:.1%}", border=True
        )
    else:
        cells[1].metric("Classes", f"{len(present.classes)}", border=True)
    cells[2].metric("Median length", f"{words['median']:.0f} words", border=True)
    best = f"{max(reached):.3f}" if reached else "–"
    of = f"Of the newest {reads.MOST_LISTED} runs" if len(runs) > reads.MOST_LISTED else None
    cells[3].metric("Best validation F1", best, border=True, help=of)


def runs_card() -> None:
    """The newest runs in a table."""
    card_title("Runs", "Newest first; metrics on each run's validation rows")
    if not (runs := list_runs(state.workspace())):
        empty_state("model_training", "No runs yet", "Start a training; its results appear here.")
        return
    table = reads.runs_table(state.workspace(), runs[:_MOST])
    shown = [name for name in _COLUMNS if name in table.columns]
    settings = {name: _COLUMNS[name] for name in shown if _COLUMNS[name]}
    st.dataframe(table, hide_index=True, column_config=settings, column_order=shown)
    if len(runs) > _MOST and st.button(f"See all {len(runs):,} runs", icon=":material/list:"):
        st.switch_page("app_pages/runs/page.py")
