"""What to do with classes of which there are hardly any rows: keep, leave out or merge them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from dashboard.ui.plain_text import plain

RARE_ROWS = 10
"""Below so many rows, a class hardly comes into each part, and nothing is learned of it."""
_KEEP, _LEAVE_OUT, _MERGE = "Keep", "Leave out", "Merge into another"
_SHOWN = 5
_SHOWN_CHARS = 30


def rare_classes(dataset: Dataset, key: str) -> dict[str, Any]:
    """Ask about the rare classes, if there are any besides two others.

    Args:
        dataset: What to train on, described as it is with the labels that count.
        key: Of the widgets.

    Returns:
        The settings `left_out` and `merged`.
    """
    rare = [name for name in dataset.classes if 0 < dataset.class_counts[name] < RARE_ROWS]
    others = [name for name in dataset.classes if name not in rare]
    if not rare or len(others) < 2:
        return {}
    listed = ", ".join(
        f"{name[:_SHOWN_CHARS]} ({dataset.class_counts[name]:,})" for name in rare[:_SHOWN]
    )
    more = f" and {len(rare) - _SHOWN:,} more" if len(rare) > _SHOWN else ""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        choice = st.segmented_control(
            "Classes of few rows",
            [_KEEP, _LEAVE_OUT, _MERGE],
            default=_KEEP,
            required=True,
            key=f"{key}_rare",
            help="A class with a single row cannot be trained: no row would be left to measure it.",
        )
    st.caption(plain(f"Fewer than {RARE_ROWS} rows: {listed}{more}."))
    if choice == _LEAVE_OUT:
        return {"left_out": tuple(rare)}
    if choice == _MERGE:
        into = right.selectbox(
            "Merge them into",
            others,
            key=f"{key}_rare_into",
            accept_new_options=True,
            help="One of the others, or the name of a new class.",
        )
        return {"merged": tuple((name, str(into)) for name in rare)}
    return {}
