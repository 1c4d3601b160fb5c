"""What may be wrong with the data: duplicates, conflicts, odd texts, labels too rare."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import Match, RowFilter
from core.data.text.profile import MAX_REPEAT_CHARS, HealthCheck
from core.errors import BadInput
from core.explore.health import (
    CHECK,
    NEAR_TRAIN,
    ROWS,
    SAME_AS_TRAIN,
    SENTENCE,
    SHARE,
    SMALL_CLASSES,
    baselines,
)
from dashboard import state
from dashboard.app_pages.overview import reads
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.present_labels import file_only

CHECK_NAMES = {
    HealthCheck.SAME.value: "Repeated texts",
    HealthCheck.NEAR.value: "Nearly repeated texts",
    HealthCheck.CONFLICT.value: "Repeated with another label",
    HealthCheck.NO_WORDS.value: "Texts without words",
    HealthCheck.BOILERPLATE.value: "Boilerplate",
    HealthCheck.MOJIBAKE.value: "Broken encoding",
    HealthCheck.LANGUAGE.value: "Another language",
    SMALL_CLASSES: "Labels too rare to split",
    SAME_AS_TRAIN: "In train and held-out rows",
    NEAR_TRAIN: "Nearly in train and held-out rows",
}
_CHECKS = {check.value for check in HealthCheck}


def health_view(dataset: Dataset) -> None:
    """One line a check, with the rows that it found a click away."""
    workspace = state.workspace()
    table = reads.health(workspace, dataset)
    left, right = st.columns([3, 2])
    with left.container(border=True):
        card_title("Health checks", f"Of {dataset.rows:,} rows.{file_only(dataset)}")
        for check in table.to_dict("records"):
            _line(check)
    with right:
        _baselines(dataset)
        with st.container(border=True):
            _repeats(dataset)


def _line(check: dict[str, Any]) -> None:
    cells = st.columns([6, 2, 2], vertical_alignment="center")
    with cells[0].container(gap=None):
        st.markdown(f"**{CHECK_NAMES[check[CHECK]]}**")
        st.caption(plain(check[SENTENCE]))
    cells[1].markdown(f"{check[ROWS]:,} ({check[SHARE]:.2%})" if check[ROWS] else "none")
    if check[CHECK] in _CHECKS and check[ROWS]:
        cells[2].button(
            "Show",
            key=f"health_{check[CHECK]}",
            on_click=state.show_rows,
            width="stretch",
            args=(RowFilter(check=check[CHECK]),),
        )


def _baselines(dataset: Dataset) -> None:
    found = baselines(dataset)
    if found is None:
        return
    with st.container(border=True):
        card_title("To beat", "What answers without reading a text reach on the labelled rows")
        cells = st.columns(2)
        cells[0].metric(
            "Accuracy", f"{found.accuracy:.1%}", border=True, help="Always the commonest label"
        )
        if found.f1 is not None:
            cells[1].metric("F1", f"{found.f1:.3f}", border=True, help="Always the positive label")


def _repeats(dataset: Dataset) -> None:
    profile = reads.profile(state.workspace(), dataset)
    card_title(
        "Commonest repeated texts",
        "The same words, whatever the case and punctuation; click one to search for it",
    )
    if not profile.repeats:
        st.caption("No text is there twice.")
    for number, (text, rows) in enumerate(profile.repeats[:10]):
        cells = st.columns([6, 1], vertical_alignment="center")
        cells[0].button(
            plain(text[:120]),
            key=f"repeat_{number}",
            type="tertiary",
            on_click=state.show_rows,
            args=(_search_for(text),),
        )
        cells[1].markdown(f"{rows:,} ×")


def _search_for(text: str) -> RowFilter:
    """The search for a repeated text, of which the profile keeps the beginning."""
    # The last word may be cut off.
    whole = text.rsplit(maxsplit=1)[0] if len(text) >= MAX_REPEAT_CHARS else text
    try:
        return RowFilter(text=whole, match=Match.PHRASE)
    except BadInput:  # Signs only.
        return RowFilter(check=HealthCheck.NO_WORDS.value)
