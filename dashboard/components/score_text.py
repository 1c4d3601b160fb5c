"""Ask a run about typed questions."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.runs.operating_point import operating_point
from core.runs.run import Run
from dashboard import loaders, state
from dashboard.components.failure import errors_shown
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain

_MAX_LINES = 200


def score_text(run: Run) -> None:
    """A text box, a button and the answers, which stay until the next question."""
    card_title("Type a question", f"One a line, at most {_MAX_LINES}")
    typed = st.text_area(
        "Questions", key="score_text", height=120, label_visibility="collapsed",
        placeholder="Why do cats purr?",
    )  # fmt: skip
    if st.button("Score", type="primary", icon=":material/bolt:", key="score_button"):
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        state.ask_about(run, tuple(lines[:_MAX_LINES]))
        if len(lines) > _MAX_LINES:
            st.caption(
                f"Only the first {_MAX_LINES} of {len(lines):,} lines; score a CSV for more."
            )
        if not lines:
            st.caption("Type a question first.")
    texts = state.asked(run)
    if texts:
        with errors_shown():
            _answers(run, texts)


def _answers(run: Run, texts: tuple[str, ...]) -> None:
    found = loaders.answers(state.workspace(), run, texts)
    columns: dict[str, list[Any]] = {
        "Question": list(texts),
        "Score": [answer.score for answer in found.answers],
        "Calibrated": [answer.calibrated for answer in found.answers],
        "Label": [answer.label for answer in found.answers],
    }
    if None in columns["Calibrated"]:  # A run of an earlier version.
        del columns["Calibrated"]
    st.dataframe(
        pd.DataFrame(columns), hide_index=True,
        column_config={
            "Question": st.column_config.TextColumn(width=140),
            "Score": st.column_config.ProgressColumn(
                min_value=0.0, max_value=1.0, format="%.4f", width=115
            ),
            "Calibrated": st.column_config.NumberColumn(
                format="%.4f", width="small",
                help="The score at the run's temperature: of texts at 0.3, three in ten are so.",
            ),
            "Label": st.column_config.TextColumn(width=60),
        },
    )  # fmt: skip
    st.caption(
        f"Answered in {found.milliseconds:,.0f} ms, of which the model took"
        f" {found.model_milliseconds:,.0f} ms. {_verdict_rule(run)}"
    )


def _verdict_rule(run: Run) -> str:
    """How a score becomes a label, in sentences that are safe to show."""
    if len(run.classes) > 2:
        return (
            f"{plain(run.name)} gave the most probable of {len(run.classes)} classes;"
            " the score is its probability."
        )
    threshold = operating_point(state.workspace(), run).threshold
    return (
        f"{plain(run.name)} gave the probability of “{plain(run.classes[1])}”;"
        f" from {threshold:.3g} on it is the label."
    )
