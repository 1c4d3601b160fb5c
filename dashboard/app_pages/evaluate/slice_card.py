"""A table of slices of a run's rows, the surest to be worse first."""

from __future__ import annotations

from math import isnan

import pandas as pd
import streamlit as st

from core.evaluation.slice_metrics import ALL, FALSE_DISCOVERY_RATE
from core.runs.metric_names import titles
from dashboard import state
from dashboard.ui.chart_card import chart_card
from dashboard.ui.plain_text import plain

HOW_TO_READ = (
    "The surest to be worse first. “Worse” holds for all slices together: of those called so, about"
    f" {FALSE_DISCOVERY_RATE:.0%} are luck at most (Benjamini and Hochberg 1995). Intervals are"
    " 95 %: a few rows make a wide one"
)
_FIGURES = titles("f1", "precision", "recall", "accuracy")


def slice_card(
    title: str,
    caption: str,
    table: pd.DataFrame,
    everything: dict[str, float | int | str],
    key: str,
    *,
    leads_to_mistakes: bool = True,
) -> None:
    """A table of slices below all rows.

    Args:
        title: What slices they are.
        caption: How to read them.
        table: From `slice_table`.
        everything: From `whole`.
        key: Names the card's widgets.
        leads_to_mistakes: Whether a slice that is ticked leads to its mistakes.
    """
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
            on_select="rerun" if leads_to_mistakes else "ignore",
            selection_mode="single-row",
        )
        if leads_to_mistakes and event.selection.rows:
            _mistakes_button(shown["Slice"].iloc[event.selection.rows[0]], key)


def _mistakes_button(name: str, key: str) -> None:
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
