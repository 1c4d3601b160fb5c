"""What the texts and labels look like: rows, lengths, words, health, splits and a map."""

import streamlit as st

from core.data.dataset import N_CHARS, N_WORDS
from dashboard import reads, state
from dashboard.app_pages.explore.columns_view import columns_view
from dashboard.app_pages.explore.lengths_view import lengths_view
from dashboard.app_pages.explore.links import follow_link, write_link
from dashboard.app_pages.explore.map_view import map_view
from dashboard.app_pages.explore.rows_view import rows_view
from dashboard.app_pages.explore.split_view import split_view
from dashboard.app_pages.explore.words_view import words_view
from dashboard.app_pages.label.labels_view import labels_view
from dashboard.app_pages.overview.health_view import health_view
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import page_header
from dashboard.ui.pickers import dataset_picker
from dashboard.ui.view_switch import view_switch

VIEWS = {
    state.ROWS_VIEW: rows_view,
    "Labels": labels_view,
    "Lengths": lengths_view,
    "Words": words_view,
    "Columns": columns_view,
    "Health": health_view,
    "Split": split_view,
    "Map": map_view,
}

workspace = state.workspace()
state.take_next_rows()
with errors_shown():
    follow_link(VIEWS)
right = page_header("Explore", "Find rows, and see what the texts and labels are like")
with right:
    dataset = dataset_picker("explore_dataset")

with errors_shown():
    words = reads.lengths(workspace, dataset, N_WORDS)
    chars = reads.lengths(workspace, dataset, N_CHARS)
    cells = st.columns([3, 2, 2, 2, 2])
    further = len(dataset.columns)
    about = "Rows × columns: id, text, label" + (f" and {further:,} further" if further else "")
    cells[0].metric("Shape", f"{dataset.rows:,} × {3 + further:,}", border=True, help=about)
    cells[1].metric("Mean words", f"{words['mean']:.1f}", border=True)
    cells[2].metric("Most words", f"{words['max']:,}", border=True)
    cells[3].metric("Mean characters", f"{chars['mean']:.1f}", border=True)
    cells[4].metric("Most characters", f"{chars['max']:,}", border=True)

view = view_switch(list(VIEWS), state.VIEW)
with errors_shown():
    VIEWS[view](dataset)
write_link(dataset, view)
