"""The first page: the data at hand, the runs so far, and ways to add data."""

import streamlit as st

from dashboard import state
from dashboard.app_pages.overview.add_data import add_data, picked_source
from dashboard.app_pages.overview.dataset_card import dataset_card
from dashboard.app_pages.overview.figures import figures, runs_card
from dashboard.app_pages.overview.import_form import import_form
from dashboard.ui.damaged_list import damaged_list
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import page_header
from dashboard.ui.pickers import dataset_picker

workspace = state.workspace()
right = page_header("Overview", "Explore, fine-tune and score short texts")
damaged_list()
with right.container(horizontal=True, vertical_alignment="bottom"):
    dataset = dataset_picker("overview_dataset")
    if st.button("Start training", type="primary", icon=":material/play_arrow:"):
        st.switch_page("app_pages/train/page.py")

with errors_shown():
    figures(dataset)
if picked := picked_source():
    with st.container(border=True):
        import_form(picked)
left, right = st.columns([4, 3])
with left.container(border=True, height="stretch"), errors_shown():
    dataset_card(dataset)
with right.container(border=True, height="stretch"), errors_shown():
    add_data()
with st.container(border=True), errors_shown():
    runs_card()
