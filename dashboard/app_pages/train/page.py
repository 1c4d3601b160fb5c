"""Start a training, watch it, see what the model is made of."""

import streamlit as st

from core.data.labelled import LabelSource
from core.runs.run import list_runs
from dashboard import choices, reads, state
from dashboard.app_pages.runs.run_view import run_view
from dashboard.app_pages.train.label_source import label_source
from dashboard.app_pages.train.model_card import model_card
from dashboard.app_pages.train.train_form import train_form
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title, page_header
from dashboard.ui.pickers import dataset_picker, other_runs_picker, run_picker
from dashboard.ui.plain_text import plain

workspace = state.workspace()
right = page_header("Train", "Fine-tune a BERT encoder; runs go on when this page is closed")
with right:
    dataset = dataset_picker("train_dataset")

left, right = st.columns([2, 3])
config = None
with left.container(border=True):
    labels, described = LabelSource.ORIGINAL, dataset
    with errors_shown():
        labels, described = label_source(dataset)
    if len(described.classes) > 1:
        config = train_form(described, labels)
    else:
        empty_state(
            "label_off",
            "Nothing to learn from",
            "Training needs labels of two classes or more: label some rows on Label, or choose"
            " another data set.",
        )
with right:
    runs = reads.newest_runs(list_runs(workspace), lambda _: True, choices.chosen_ids())
    with st.container(border=True), errors_shown():
        card_title("Run", "Live while it trains")
        with st.container(horizontal=True):
            run = run_picker(runs, "train_run")
            others = other_runs_picker(runs, run, "train_others")
        if run is None:
            empty_state("show_chart", "No runs yet", "Start one and its curves appear here.")
        else:
            st.caption(plain(f"On {run.dataset_name}, {len(run.classes)} classes"))
            run_view(run, others)
    if config is not None:
        with st.container(border=True), errors_shown():
            model_card(config, len(described.classes))
