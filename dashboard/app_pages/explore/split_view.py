"""A split, its parts compared by numbers and by histograms; saved by name."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.data.names import MAX_NAME_CHARS
from core.data.splits.saved_split import delete_split, find_split, list_splits, save_split
from core.data.splits.split import PART, PARTS, TRAIN, VALIDATION, SplitPlan
from core.explore.length_stats import GROUP, ks_distance, ks_noise
from core.explore.summary import SplitTables
from dashboard import state
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.split_form import split_form
from dashboard.app_pages.explore.split_leaks import split_leaks
from dashboard.ui.chart_card import chart_card
from dashboard.ui.empty import empty_state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.histogram import histogram
from dashboard.ui.option_names import option_names
from dashboard.ui.plain_text import plain

_NEW = ""


def split_view(dataset: Dataset) -> None:
    """Choose sizes and seed, or a saved split; see the figures and histograms of its parts."""
    if len(dataset.classes) < 2:
        empty_state("call_split", "Nothing to split", "A split needs labels of two classes.")
        return
    with st.container(border=True):
        card_title(
            "Split",
            "Rows to train on, to choose a model by and to judge it by at the end; kept by name,"
            " a split serves Train, Explore and Evaluate",
        )
        saved = [split.name for split in list_splits(state.workspace(), dataset)]
        names = option_names(
            {_NEW: "New split"} | {name: plain(name) for name in saved},
            lambda name: "saved" if name else "drawn now",
        )
        name = (
            st.segmented_control(
                "Split",
                [_NEW, *saved],
                default=_NEW,
                required=True,
                key=f"split_{dataset.id}",
                label_visibility="collapsed",
                format_func=names.get,
            )
            if saved
            else _NEW
        )
        tables = None
        with errors_shown():
            tables = _new(dataset) if name == _NEW else _saved(dataset, name)
    if tables is not None:
        _charts(dataset, tables)


def _new(dataset: Dataset) -> SplitTables | None:
    plan = split_form(dataset)
    if plan is None:
        return None
    tables = reads.split_tables(state.workspace(), dataset, plan)
    with st.popover("Save this split", icon=":material/bookmark:"):
        with st.form("split_form", border=False, clear_on_submit=True):
            name = st.text_input("Name", max_chars=MAX_NAME_CHARS, placeholder="80-10-10")
            asked = st.form_submit_button("Save", type="primary", key="split_save")
        if asked:
            with errors_shown():
                saved = save_split(state.workspace(), dataset, name, plan)
                state.notice(f"Saved the split {saved.name}; Train and Explore can use it.")
                st.rerun()
    _said(dataset, plan, tables)
    return tables


def _saved(dataset: Dataset, name: str) -> SplitTables:
    plan = find_split(state.workspace(), dataset, name).plan
    tables = reads.saved_split_tables(state.workspace(), dataset, name)
    rule = plan.describe()
    st.caption(plain(f"{rule[0].upper()}{rule[1:]}."))
    with st.popover("Delete this split", icon=":material/delete:"):
        st.caption("Runs keep their own rows. Saved searches that name this split find nothing.")
        if st.button("Delete", type="primary", key="split_delete"):
            delete_split(state.workspace(), dataset, name)
            state.notice(f"Deleted the split {name}.")
            st.rerun()
    _said(dataset, plan, tables, name)
    return tables


def _said(dataset: Dataset, plan: SplitPlan, tables: SplitTables, name: str = "") -> None:
    """Figures of the parts, how alike they are, and what there is to know."""
    _figures(tables.figures)
    st.caption(_alike(tables))
    for note in tables.notes:
        st.caption(plain(note))
    split_leaks(dataset, plan, tables.repeated, name)


def _figures(figures: pd.DataFrame) -> None:
    digits = st.column_config.NumberColumn(format="%.2f")
    share = st.column_config.NumberColumn(format="percent")
    count = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        figures,
        hide_index=True,
        column_config={
            "rows": count,
            "positives": count,
            "mean words": digits,
            "mean characters": digits,
            "positive share": share,
        },
    )


def _alike(tables: SplitTables) -> str:
    """Whether train and validation look alike, with the numbers that say so."""
    rows = tables.figures.set_index(PART)["rows"]
    if not {TRAIN, VALIDATION} <= set(rows.index):
        return "There are no validation rows to compare with those of train."
    noise = ks_noise(int(rows[TRAIN]), int(rows[VALIDATION]))
    words, chars = (
        ks_distance(counts[counts[PART] == TRAIN], counts[counts[PART] == VALIDATION])
        for counts in (tables.words, tables.chars)
    )
    alike = "look alike" if max(words, chars) <= noise else "differ in length"
    return (
        f"Train and validation {alike}: Kolmogorov-Smirnov distance {words:.3f} for words and"
        f" {chars:.3f} for characters, where chance alone reaches {noise:.3f} once in 20 splits."
        f" The shares of a class differ by at most {tables.share_gap * 100:.2f} percentage points."
    )


def _charts(dataset: Dataset, tables: SplitTables) -> None:
    cells = st.columns([2, 1, 1, 3], vertical_alignment="bottom")
    layout = cells[0].segmented_control(
        "Histograms",
        ["Overlaid", "Side by side"],
        default="Overlaid",
        required=True,
        key="split_layout",
    )
    log = cells[1].toggle("Log scale", value=True, key="split_log")
    shares = cells[2].toggle("Shares", value=layout == "Overlaid", key=f"split_shares_{layout}")
    for unit, counts in (("words", tables.words), ("characters", tables.chars)):
        # In the order of the parts, so that train has the first colour everywhere.
        table = pd.concat([counts[counts[PART] == part] for part in PARTS])
        table = table.rename(columns={PART: GROUP})
        shown_parts = [part for part in (TRAIN, VALIDATION) if part in set(table[GROUP])]
        groups = [shown_parts] if layout == "Overlaid" else [[part] for part in shown_parts]
        for cell, parts in zip(st.columns(len(groups)), groups, strict=True):
            shown = " and ".join(parts)
            key = f"{dataset.id}-{unit}-{'-'.join(parts)}"
            with (
                cell,
                chart_card(
                    f"{unit.capitalize()} a text, {shown}",
                    f"Texts of the {shown} part by their number of {unit}",
                    table[table[GROUP].isin(parts)],
                    key,
                ),
            ):
                histogram(table, unit, log=log, shares=shares, key=key, groups=parts)
