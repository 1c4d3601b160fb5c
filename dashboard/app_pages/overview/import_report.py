"""How an import went: rows in the file, rows imported, and every problem with its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.data.importing.import_report import Problem
from dashboard import state
from dashboard.app_pages.overview import reads
from dashboard.ui.plain_text import plain


def import_report(dataset: Dataset) -> None:
    """A line that opens to the whole report; it is open right after the import."""
    left_out = f"{dataset.skipped:,} left out" if dataset.skipped else "none left out"
    with st.expander(
        f"Import report: {dataset.rows + dataset.skipped:,} rows in the file, {left_out}",
        expanded=state.report_shown(dataset.id),
        icon=":material/fact_check:",
        key=f"report_{dataset.id}_{state.report_shown(dataset.id)}",
    ):
        if dataset.problems:
            _problems(dataset)
        else:
            st.caption("All rows are imported; none had a problem.")
        for note in _other_notes(dataset):
            st.caption(plain(note))
        if dataset.columns:
            _columns(dataset)


def _columns(dataset: Dataset) -> None:
    """The further columns, and what their kinds were decided by where that is not plain."""
    table = pd.DataFrame(
        {
            "Column": [column.name for column in dataset.columns],
            "Holds": [column.kind.label for column in dataset.columns],
            "Missing": [column.missing for column in dataset.columns],
            "Different": [column.different for column in dataset.columns],
            "Sensitive": [column.sensitive for column in dataset.columns],
            "Note": [column.note for column in dataset.columns],
        }
    )
    hidden = [
        name
        for name, shown in (
            ("Sensitive", any(column.sensitive for column in dataset.columns)),
            ("Note", any(column.note for column in dataset.columns)),
        )
        if not shown
    ]
    st.dataframe(table.drop(columns=hidden), hide_index=True, key=f"columns_{dataset.id}")


def _other_notes(dataset: Dataset) -> list[str]:
    """The notes that the table of problems does not say already."""
    said = [Problem(name).label for name in dataset.problems]
    return [note for note in dataset.notes if not any(label in note for label in said)]


def _problems(dataset: Dataset) -> None:
    first = reads.problem_rows(state.workspace(), dataset)
    table = [
        {
            "Problem": Problem(name).label,
            "Rows": count,
            "They are": "left out" if Problem(name).skips else "kept",
            "First rows": ", ".join(f"{row:,}" for row in first.get(name, [])),
        }
        for name, count in dataset.problems.items()
    ]
    st.dataframe(pd.DataFrame(table), hide_index=True)
    path = state.workspace().dataset(dataset.id).problems
    if path.exists():
        st.download_button(
            "Download the whole report",
            data=path.read_bytes,  # Read when it is clicked, not at every rerun.
            file_name=f"{dataset.id}-import-report.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"report_file_{dataset.id}",
        )
    st.caption(plain("Rows are counted without blank lines; a line of column names is row 1."))
