"""All runs in a table in which one or several can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from core.runs.run import Run
from dashboard import choices, reads, state
from dashboard.ui.failure import fragment

_TICK_S = 2.0
_TICKED = "runs_ticked"
_TABLES = "runs_tables"
_DIGITS = st.column_config.NumberColumn(format="%.4f")
_COLUMNS = {
    "Run": st.column_config.Column(width=240),
    "PR-AUC": _DIGITS,
    "F1": _DIGITS,
    "Accuracy": _DIGITS,
    "Majority": st.column_config.NumberColumn(
        format="%.4f", help="Accuracy of always answering the commonest class"
    ),
    "Rows/s": st.column_config.NumberColumn(format="%.0f"),
    "Seconds": st.column_config.NumberColumn(format="%.0f"),
    "Notes": st.column_config.Column(width="medium"),
    "Started": st.column_config.DatetimeColumn(format="distance"),
}


def run_table(runs: Sequence[Run]) -> list[Run]:
    """Show `runs`; returns the chosen ones, in the table's order."""
    ids = [run.id for run in runs]
    chosen = choices.shown_runs(runs)
    statuses = reads.statuses(state.workspace(), list(runs))
    active = any(status.state.active for status in statuses.values())
    key = _key(ids, [run.id for run in chosen])

    @fragment(run_every=_TICK_S if active else None)
    def table() -> None:
        found = reads.runs_table(state.workspace(), list(runs))
        event = st.dataframe(
            found,
            hide_index=True,
            column_config=_COLUMNS,
            key=key,
            on_select="rerun",
            selection_mode="multi-row",
            placeholder="–",
            selection_default={"selection": {"rows": [ids.index(run.id) for run in chosen]}},
        )
        now = [ids[place] for place in sorted(event.selection.rows) if place < len(ids)]
        states = [status.state.value for status in statuses.values()]
        if now != [run.id for run in chosen]:
            state.choose_runs(now)
            st.session_state[_TICKED] = now
            st.rerun()
        if found["State"].tolist() != states:
            st.rerun()  # What stands below depends on it.

    table()
    return chosen


def _key(ids: list[str], chosen: list[str]) -> str:
    """A choice is of places, which the browser keeps: where runs come or go, or others are chosen
    than were ticked, as by Back, a new table starts from the ids chosen."""
    if st.session_state.get(_TICKED) != chosen:
        st.session_state[_TICKED] = chosen
        st.session_state[_TABLES] = st.session_state.get(_TABLES, 0) + 1
    return f"runs_table_{st.session_state[_TABLES]}_{crc32(repr(ids).encode()):08x}"
