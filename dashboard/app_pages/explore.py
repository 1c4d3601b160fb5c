"""What the texts and labels look like, and whether a split is fair."""

import streamlit as st

from core.datasets.dataset import N_CHARS, N_WORDS
from core.statistics.summary import class_table
from dashboard import charts, loaders, state
from dashboard.components.empty import empty_state
from dashboard.components.header import card_title, page_header
from dashboard.components.pickers import dataset_picker
from dashboard.components.split_view import split_view

workspace = state.workspace()
right = page_header("Explore", "Labels, lengths and the split")
with right:
    dataset = dataset_picker("explore_dataset")

words = loaders.lengths(workspace, dataset, N_WORDS)
chars = loaders.lengths(workspace, dataset, N_CHARS)
cells = st.columns(5)
cells[0].metric(
    "Shape", f"{dataset.rows:,} × 3", border=True, help="Rows × columns: id, text, label"
)
cells[1].metric("Mean words", f"{words['mean']:.1f}", border=True)
cells[2].metric("Most words", f"{words['max']:,}", border=True)
cells[3].metric("Mean characters", f"{chars['mean']:.1f}", border=True)
cells[4].metric("Most characters", f"{chars['max']:,}", border=True)

left, right = st.columns([3, 2])
with left.container(border=True, height="stretch"):
    card_title("First rows", "As imported")
    st.dataframe(loaders.first_rows(workspace, dataset, 10), hide_index=True)
with right.container(border=True, height="stretch"):
    card_title("Rows by label", f"{dataset.labelled:,} labelled, {dataset.unlabelled:,} not")
    if dataset.classes:
        log = st.toggle("Log scale", value=True, key="labels_log")
        figure = charts.class_bars(class_table(dataset), log=log)
        st.plotly_chart(figure, config=charts.CONFIG, key="labels_chart")
        if len(dataset.classes) > charts.MAX_CLASSES:
            st.caption(f"The commonest {charts.MAX_CLASSES} of {len(dataset.classes)} classes.")
        st.caption(f"Always the commonest label is right for {dataset.majority_share:.1%} of them.")
    else:
        empty_state("label_off", "No labels", "Only labelled rows can be split and trained on.")

with st.container(border=True):
    card_title(
        "Split", "Drawn at random with a seed, with every class in the same share in all parts"
    )
    if len(dataset.classes) > 1:
        split_view(dataset)
    else:
        empty_state(
            "call_split", "Nothing to split", "A split needs labels of two classes or more."
        )
