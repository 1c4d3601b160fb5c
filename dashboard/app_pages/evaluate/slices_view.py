"""How well a run does on parts of its rows, and where it is worse than chance explains."""

from __future__ import annotations

from math import isnan

import pandas as pd
import streamlit as st

from core.evaluation.slice_metrics import ALL, FALSE_DISCOVERY_RATE, MAX_TERMS, whole
from core.runs.metric_names import titles
from core.runs.run import Run
from dashboard import state
from dashboard.app_pages.evaluate import reads, slice_reads
from dashboard.app_pages.evaluate.threshold_view import present_threshold
from dashboard.ui.chart_card import chart_card
from dashboard.ui.plain_text import plain

_PAGE = 50
_FIGURES = titles("f1", "precision", "recall", "accuracy")


def slices_view(run: Run, part: str) -> None:
    """Tables of slices that any texts have, saved ones, and common words."""
    threshold = present_threshold(run)
    workspace = state.workspace()
    built_in, words = slice_reads.slice_tables(workspace, run, part, threshold)
    predictions = reads.predictions(workspace, run, part)
    everything = whole(predictions, threshold)
    rate = f"{FALSE_DISCOVERY_RATE:.0%}"
    about = (
        f"The surest to be worse first. “Worse” holds for all slices together: of those called so,"
        f" about {rate} are luck at most (Benjamini and Hochberg 1995). Intervals are 95 %: a few"
        " rows make a wide one. Tick a slice to see its mistakes"
    )
    _card("By kind of text", about, built_in, everything, f"{run.id}-slices")
    _saved(run, part, threshold, everything)
    about = f"The {MAX_TERMS} commonest words at most, corrected for as many tries"
    _card("By word", about, words, everything, f"{run.id}-words")


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
        _card("Saved slices", about, table, everything, f"{run.id}-saved-slices")
    elif pages > 1:
        st.caption(f"{about}. None of them has rows here.")
    if pages > 1:
        st.pagination(pages, key=key)


def _card(
    title: str,
    caption: str,
    table: pd.DataFrame,
    everything: dict[str, float | int | str],
    key: str,
) -> None:
    with chart_card(title, caption, table, key):
        if table.empty:
            st.caption("None: no slice has rows here.")
            return
        shown = _for_people(pd.concat([pd.DataFrame([everything]), table], ignore_index=True))
        percent = st.column_config.NumberColumn(format="percent")
        chance = st.column_config.NumberColumn(
            format="%.4f", help="How likely it is luck that the slice is worse, corrected."
        )
        digits = st.column_config.NumberColumn(format="%.3f")
        columns = {"Positive": percent, "Chance": chance}
        columns |= dict.fromkeys(_FIGURES.values(), digits)
        event = st.dataframe(
            shown,
            hide_index=True,
            column_config=columns,
            key=f"{key}_shown",
            height=min(35 * (len(shown) + 1) + 3, 423),
            on_select="rerun",
            selection_mode="single-row",
        )
        if event.selection.rows:
            name = shown["Slice"].iloc[event.selection.rows[0]]
            st.button(
                plain(f"See the mistakes: {name}"),
                type="primary",
                key=f"{key}_mistakes",
                on_click=state.show_slice,
                args=("" if name == ALL else name,),
            )


def _for_people(table: pd.DataFrame) -> pd.DataFrame:
    worse = table["worse"].map({True: "worse", False: ""}).fillna("")
    shown = pd.DataFrame({"Slice": table["slice"], "Than the rest": worse, "Rows": table["rows"]})
    if table["share"].notna().any():
        shown["Positive"] = table["share"]
    for name, title in _FIGURES.items():
        if name in table:
            shown[title] = table[name]
            ends = zip(table[f"{name}_low"], table[f"{name}_high"], strict=True)
            shown[f"{title}, 95 %"] = [
                "no positive row" if isnan(low) else f"{low:.3f} to {high:.3f}"
                for low, high in ends
            ]
    return shown.assign(Chance=table["chance"])
