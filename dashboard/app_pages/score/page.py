"""Ask a trained run about typed texts or a whole file."""

import streamlit as st

from core.runs.result import read_result
from core.scoring.scoring_job import list_scorings
from dashboard import choices, reads, state
from dashboard.app_pages.score import reads as score_reads
from dashboard.app_pages.score import typed_texts
from dashboard.app_pages.score.explanation_view import explanation_view
from dashboard.app_pages.score.score_file import score_file_form
from dashboard.app_pages.score.score_text import score_text
from dashboard.app_pages.score.scoring_picker import scoring_picker
from dashboard.app_pages.score.scoring_view import scoring_view
from dashboard.app_pages.score.typed_history import typed_history
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import page_header
from dashboard.ui.pickers import run_picker

NOT_YET = "it is at work or kept no model, and answers once it has one"
workspace = state.workspace()
right = page_header("Score", "A trained run answers")
runs = reads.scorable_runs(workspace, choices.chosen_ids())
with right:
    run = run_picker(runs, "score_run", "Run that answers", not_yet=NOT_YET)
result = read_result(workspace, run) if run else None

if run is None or result is None:
    with st.container(border=True):
        empty_state("bolt", "No trained run yet", "Train one first; it answers here when it ends.")
        with st.container(horizontal_alignment="center"):
            if st.button("Go to Train", icon=":material/model_training:"):
                st.switch_page("app_pages/train/page.py")
    st.stop()

score_reads.start_scorer(workspace, run)
left, right = st.columns(2)
with left.container(border=True, height="stretch"), errors_shown():
    score_text(run, [other for other in runs if other.id != run.id])
with right.container(border=True, height="stretch"), errors_shown():
    score_file_form(run)

if texts := typed_texts.asked(run):
    with st.container(border=True), errors_shown():
        explanation_view(run, texts)
if typed_texts.typed_so_far() or typed_texts.can_restore_typed():
    with st.container(border=True):
        typed_history(run)

scoring = scoring_picker(list_scorings(workspace))
if scoring is not None:
    with st.container(border=True), errors_shown():
        scoring_view(scoring)
