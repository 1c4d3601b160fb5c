"""Choose one of the scored files."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.scoring.scoring_job import Scoring
from dashboard import state

_KEY = "score_scoring"


def scoring_picker(scorings: Sequence[Scoring]) -> Scoring | None:
    """A select box where there are several; returns the chosen one, None if there is none."""
    chosen = state.chosen_scoring(scorings)
    if chosen is None or len(scorings) < 2:
        return chosen
    names = {
        one.id: f"{one.file_name} · {one.run_name} · {one.created[:16].replace('T', ' ')}"
        for one in scorings
    }
    st.session_state[_KEY] = chosen.id
    st.selectbox(
        "Scored files",
        list(names),
        format_func=names.get,
        key=_KEY,
        on_change=lambda: state.choose_scoring(st.session_state[_KEY]),
    )
    return chosen
