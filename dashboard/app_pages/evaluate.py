"""What a trained run is good for: its threshold, mistakes, rivals, and the labels it doubts."""

import streamlit as st

from dashboard import evaluation_loaders, state
from dashboard.components.calibration_view import calibration_view
from dashboard.components.classes_view import classes_view
from dashboard.components.empty import empty_state
from dashboard.components.failure import errors_shown
from dashboard.components.header import page_header
from dashboard.components.ladder_view import ladder_view
from dashboard.components.mistakes_view import mistakes_view
from dashboard.components.paired_view import paired_view
from dashboard.components.part_picker import part_notes, part_picker
from dashboard.components.pickers import run_picker
from dashboard.components.report_button import report_button
from dashboard.components.slices_view import slices_view
from dashboard.components.suspects_view import suspects_view
from dashboard.components.threshold_view import threshold_view

VIEWS = {
    state.MISTAKES_VIEW: mistakes_view,
    "Slices": slices_view,
    "Calibration": calibration_view,
    "Ladder": ladder_view,
    "Compare": paired_view,
    "Label suspects": suspects_view,
}

right = page_header("Evaluate", "What a trained run is good for, and where it fails")
runs = evaluation_loaders.measured_runs(state.workspace())
with right:
    run = run_picker(runs, "evaluate_run")
if run is None:
    with st.container(border=True):
        empty_state("rule", "No trained run yet", "Train one first; it is examined here.")
        with st.container(horizontal_alignment="center"):
            if st.button("Go to Train", icon=":material/model_training:"):
                st.switch_page("app_pages/train.py")
    st.stop()

first = {"Threshold": threshold_view} if len(run.classes) == 2 else {"Classes": classes_view}
views = first | VIEWS
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    view = state.evaluation_view(list(views))
    st.segmented_control(
        "View", list(views), required=True, key=state.EVALUATION, label_visibility="collapsed"
    )
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        part = part_picker(run)
        report_button(run)
part_notes(run, part)
with errors_shown():
    views[view](run, part)
