"""Download a run's report: one HTML file that opens without a network."""

from __future__ import annotations

import streamlit as st

from core.evaluation.assessment import assess, judged_part
from core.evaluation.baselines.comparison import compared_models, runs_left_out
from core.evaluation.report import report_html
from core.runs.run import Run
from dashboard import state


def report_button(run: Run) -> None:
    """One button; the report is made when it is pressed."""
    st.download_button(
        "Report",
        data=lambda: _report(run),
        file_name=f"{run.id}-report.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        key=f"report_{run.id}",
        help="A model card as one HTML file: data, split, settings, figures with intervals,"
        " curves, calibration, slices and limits. It takes some seconds.",
    )


def _report(run: Run) -> bytes:
    workspace = state.workspace()
    part = judged_part(workspace, run)
    steps, out = compared_models(workspace, run, part), runs_left_out(workspace, run, part)
    return report_html(assess(workspace, run, steps, left_out=out)).encode()
