"""Ask a run about typed questions."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from core.jobs.services import ensure_scorer, running_scorer
from core.runs.run import Run, RunResult
from core.scoring.client import ask
from dashboard import state
from dashboard.components.failure import errors_shown
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain

_MAX_LINES = 200


def score_text(run: Run, result: RunResult) -> None:
    """A text box, a button and the answers."""
    card_title("Type a question", "One a line")
    typed = st.text_area(
        "Questions", key="score_text", height=120, label_visibility="collapsed",
        placeholder="Why do cats purr?",
    )  # fmt: skip
    texts = [line.strip() for line in typed.splitlines() if line.strip()][:_MAX_LINES]
    pressed = st.button("Score", type="primary", icon=":material/bolt:", key="score_button")
    if not pressed:
        return
    if not texts:
        st.caption("Type a question first.")
        return
    with errors_shown():
        _answer(run, result, texts)


def _answer(run: Run, result: RunResult, texts: list[str]) -> None:
    workspace = state.workspace()
    if running_scorer(workspace, run) is None:
        with st.spinner("Loading the model; the first answer takes a few seconds"):
            service = ensure_scorer(workspace, run)
    else:
        service = ensure_scorer(workspace, run)
    start = time.perf_counter()
    answers = ask(service.port, run.id, texts)
    milliseconds = (time.perf_counter() - start) * 1000
    table = pd.DataFrame(
        {
            "Question": texts,
            "Score": [answer.score for answer in answers.answers],
            "Label": [answer.label for answer in answers.answers],
        }
    )
    bar = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.4f")
    st.dataframe(table, hide_index=True, column_config={"Score": bar})
    st.caption(verdict_rule(run, result))
    st.caption(f"{milliseconds:,.0f} ms, of which the model took {answers.milliseconds:,.0f} ms.")


def verdict_rule(run: Run, result: RunResult) -> str:
    """How a score becomes a label, in a sentence that is safe to show."""
    if len(run.classes) == 2:
        return (
            f"{plain(run.name)} answered: the score is the probability of"
            f" {plain(run.classes[1])}, and from {result.threshold:.3f} on that is the label."
        )
    return (
        f"{plain(run.name)} answered: the label is the most probable of {len(run.classes)} classes,"
        " and the score its probability."
    )
