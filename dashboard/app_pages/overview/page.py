"""The first page: the data at hand, the runs so far, and ways to add data."""

import streamlit as st

from core.data.dataset import N_WORDS
from core.runs.run import list_runs, read_result, runs_on
from dashboard import reads, state
from dashboard.app_pages.overview.add_data import add_data, picked_source
from dashboard.app_pages.overview.dataset_card import dataset_card
from dashboard.app_pages.overview.import_form import import_form
from dashboard.ui.empty import empty_state
from dashboard.ui.header import card_title, page_header
from dashboard.ui.pickers import dataset_picker
from dashboard.ui.plain_text import plain

workspace = state.workspace()
right = page_header("Overview", "Explore, fine-tune and score short texts")
with right.container(horizontal=True, vertical_alignment="bottom"):
    dataset = dataset_picker("overview_dataset")
    if st.button("Start training", type="primary", icon=":material/play_arrow:"):
        st.switch_page("app_pages/train/page.py")

results = [r for run in runs_on(workspace, dataset) if (r := read_result(workspace, run))]
best = max((result.validation["f1"] for result in results), default=None)
words = reads.lengths(workspace, dataset, N_WORDS)
cells = st.columns(4)
cells[0].metric("Texts", f"{dataset.rows:,}", border=True)
if dataset.positive:
    cells[1].metric(
        plain(f"Labelled “{dataset.positive}”"), f"{dataset.positive_share:.1%}", border=True
    )
else:
    cells[1].metric("Classes", f"{len(dataset.classes)}", border=True)
cells[2].metric("Median length", f"{words['median']:.0f} words", border=True)
cells[3].metric("Best validation F1", "–" if best is None else f"{best:.3f}", border=True)

if picked := picked_source():
    with st.container(border=True):
        import_form(picked)
left, right = st.columns([4, 3])
with left.container(border=True, height="stretch"):
    dataset_card(dataset)
with right.container(border=True, height="stretch"):
    add_data()
with st.container(border=True):
    card_title("Runs", "Newest first; metrics on each run's validation rows")
    if all_runs := list_runs(workspace):
        when = st.column_config.DatetimeColumn(format="distance")
        digits = st.column_config.NumberColumn(format="%.3f")
        columns = {"Started": when, "F1": digits, "PR-AUC": digits, "Accuracy": digits}
        st.dataframe(
            reads.runs_table(workspace, all_runs),
            hide_index=True,
            column_config=columns,
            column_order=("Run", "Data set", "State", "PR-AUC", "F1", "Accuracy", "Started"),
        )
    else:
        empty_state("model_training", "No runs yet", "Start a training; its results appear here.")
