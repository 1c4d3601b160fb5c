"""What a trained run is good for: its threshold, mistakes, rivals, and the labels it doubts."""

import streamlit as st

from dashboard import choices, state
from dashboard.app_pages.evaluate import reads
from dashboard.app_pages.evaluate.baselines_view import baselines_view
from dashboard.app_pages.evaluate.calibration_view import calibration_view
from dashboard.app_pages.evaluate.classes_view import classes_view
from dashboard.app_pages.evaluate.mistakes_view import mistakes_view
from dashboard.app_pages.evaluate.paired_view import paired_view
from dashboard.app_pages.evaluate.part_picker import part_notes, part_picker
from dashboard.app_pages.evaluate.report_button import report_button
from dashboard.app_pages.evaluate.slices_view import slices_view
from dashboard.app_pages.evaluate.suspects_view import suspects_view
from dashboard.app_pages.evaluate.threshold_view import threshold_view
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import page_header
from dashboard.ui.pickers import run_picker

VIEWS = {
    state.MISTAKES_VIEW: mistakes_view,
    "Slices": slices_view,
    "Calibration": calibration_view,
    "Baselines": baselines_view,
    "Compare": paired_view,
    "Label suspects": suspects_view,
}

right = page_header("Evaluate", "What a trained run is good for, and where it fails")
runs = reads.measured_runs(state.workspace(), choices.chosen_ids())
with right:
    run = run_picker(runs, "evaluate_run", not_yet="it has measured nothing yet")
if run is None:
    with st.container(border=True):
        empty_state("rule", "No trained run yet", "Train one first; it is examined here.")
        with st.container(horizontal_alignment="center"):
            if st.button("Go to Train", icon=":material/model_training:"):
                st.switch_page("app_pages/train/page.py")
    st.stop()

first = {"Threshold": threshold_view} if len(run.classes) == 2 else {"Classes": classes_view}
views = first | VIEWS
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    view = state.evaluation_view(list(views))
    st.segmented_control(
        "View", list(views), required=True, key=state.EVALUATION, label_visibility="collapsed"
    )
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        with errors_shown(stop=True):
            part = part_picker(run)
        with errors_shown():
            report_button(run)
with errors_shown():
    part_notes(run, part)
with errors_shown():
    views[view](run, part)
