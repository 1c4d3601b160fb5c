"""How well a run does on parts of its rows, and where it is worse than chance explains."""

from __future__ import annotations

import streamlit as st

from core.evaluation.slice_metrics import MAX_TERMS, whole
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads, slice_reads
from dashboard.app_pages.evaluate.by_column_view import all_columns_card, by_picker, column_cards
from dashboard.app_pages.evaluate.slice_card import HOW_TO_READ, slice_card
from dashboard.app_pages.evaluate.threshold_view import present_threshold
from dashboard.ui.failure import errors_shown

_PAGE = 50


def slices_view(run: Run, part: str) -> None:
    """Tables of slices that any texts have, by columns, saved ones, and common words; or by one
    column, with its groups."""
    threshold = present_threshold(run)
    workspace = state.workspace()
    column = by_picker(run)
    if column is not None:
        column_cards(run, part, threshold, column)
        return
    built_in, words = slice_reads.slice_tables(workspace, run, part, threshold)
    predictions = reads.predictions(workspace, run, part)
    everything = whole(predictions, threshold)
    about = f"{HOW_TO_READ}. Tick a slice to see its mistakes"
    slice_card("By kind of text", about, built_in, everything, f"{run.id}-slices")
    with errors_shown():  # What is damaged hides no other slice.
        all_columns_card(run, part, threshold, everything)
    _saved(run, part, threshold, everything)
    about = f"The {MAX_TERMS} commonest words at most, corrected for as many tries"
    slice_card("By word", about, words, everything, f"{run.id}-words")


def _saved(run: Run, part: str, threshold: float, everything: dict[str, float | int | str]) -> None:
    """Saved slices, of many a page: each is a search of its own."""
    saved = slice_reads.saved_slices(state.workspace(), run)
    pages, key = -(-len(saved) // _PAGE), f"saved_slices_page_{run.id}_{len(saved)}"
    start = (int(st.session_state.get(key, 1)) - 1) * _PAGE
    shown = saved[start : start + _PAGE]
    table = slice_reads.saved_slice_table(state.workspace(), run, part, threshold, shown)
    about = "Searches that were saved as slices in Explore, on the rows of this part"
    if pages > 1:
        about += (
            f". These are {start + 1:,} to {start + len(shown):,} of {len(saved):,}, the oldest"
            " first; “Worse” holds for these together"
        )
    if table is not None:
        slice_card("Saved slices", about, table, everything, f"{run.id}-saved-slices")
    elif pages > 1:
        st.caption(f"{about}. None of them has rows here.")
    if pages > 1:
        st.pagination(pages, key=key)
