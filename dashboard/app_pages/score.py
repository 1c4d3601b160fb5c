"""Ask a trained run about one question or a whole file."""

import streamlit as st

from core.runs.run import read_result
from core.scoring.scoring import list_scorings
from dashboard import loaders, state
from dashboard.components.empty import empty_state
from dashboard.components.explanation import explanation_view
from dashboard.components.header import page_header
from dashboard.components.pickers import run_picker
from dashboard.components.score_file import score_file_form, scoring_view
from dashboard.components.score_text import score_text

workspace = state.workspace()
right = page_header("Score", "A trained run answers")
with right:
    run = run_picker(loaders.scorable_runs(workspace), "score_run", "Run that answers")
result = read_result(workspace, run) if run else None

if run is None or result is None:
    with st.container(border=True):
        empty_state("bolt", "No trained run yet", "Train one first; it answers here when it ends.")
        with st.container(horizontal_alignment="center"):
            if st.button("Go to Train", icon=":material/model_training:"):
                st.switch_page("app_pages/train.py")
    st.stop()

left, right = st.columns(2)
with left.container(border=True, height="stretch"):
    score_text(run)
with right.container(border=True, height="stretch"):
    score_file_form(run)

if texts := state.asked(run):
    with st.container(border=True):
        explanation_view(run, texts)

scorings = list_scorings(workspace)
scoring = state.chosen_scoring(scorings)
if scoring is not None:
    with st.container(border=True):
        if len(scorings) > 1:
            names = {s.id: f"{s.file_name} · {s.run_name} · {s.created[:16]}" for s in scorings}
            st.session_state["score_scoring"] = scoring.id
            st.selectbox(
                "Scored files", list(names), format_func=names.get, key="score_scoring",
                on_change=lambda: state.choose_scoring(st.session_state["score_scoring"]),
            )  # fmt: skip
        scoring_view(scoring)
