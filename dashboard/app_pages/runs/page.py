"""All runs: choose one to see everything about it, several to compare them."""

import streamlit as st

from core.runs.run import list_runs
from dashboard import address, choices, state
from dashboard.app_pages.runs.run_comparison import run_comparison
from dashboard.app_pages.runs.run_details import run_details
from dashboard.app_pages.runs.run_table import run_table
from dashboard.app_pages.runs.run_view import run_view
from dashboard.ui.damaged_list import damaged_list
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title, page_header
from dashboard.ui.plain_text import plain

page_header("Runs", "What was trained, how it went, and which is best")
with st.spinner("Reading the runs"):  # Ten thousand take seconds, the first time.
    runs = list_runs(state.workspace())
damaged_list()
if not runs:
    with st.container(border=True):
        empty_state("model_training", "No runs yet", "Start a training; it is kept here for good.")
        with st.container(horizontal_alignment="center"):
            if st.button("Go to Train", icon=":material/play_arrow:"):
                st.switch_page("app_pages/train/page.py")
    st.stop()

with st.container(border=True):
    card_title("All runs", "Newest first, by validation rows; tick one to see it, more to compare")
    if lost := choices.lost_runs(runs):
        gone = "is not here: it was" if len(lost) == 1 else "are not here: they were"
        sentence = f"{', '.join(lost)} {gone} deleted. Choose among these."
        st.warning(plain(sentence), icon=":material/link_off:")
    chosen = run_table(runs)
    address.say(address.RUN, *(run.id for run in chosen))

if len(chosen) > 1:
    run_comparison(chosen)
elif chosen:
    run = chosen[0]
    left, right = st.columns([5, 3])
    with left.container(border=True), errors_shown():
        card_title(run.name, f"On {run.dataset_name}, {len(run.classes)} classes")
        run_view(run)
    with right.container(border=True), errors_shown():
        run_details(run)
