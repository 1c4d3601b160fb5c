"""Ask a run, or two beside each other, about typed texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.runs.operating_point import operating_point
from core.runs.run import Run
from core.scoring.client import Answers
from dashboard import loaders, state
from dashboard.components.failure import errors_shown
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain

_MAX_LINES = 200
_SCORE = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.4f", width=115)
_CALIBRATED = st.column_config.NumberColumn(
    format="%.4f", width="small",
    help="The score at the run's temperature: of texts at 0.3, three in ten are so.",
)  # fmt: skip


def score_text(run: Run, others: list[Run]) -> None:
    """A text box, a button and the answers, which stay until the next question.

    Args:
        run: What answers.
        others: Runs that can answer beside it.
    """
    card_title("Type texts", f"One a line, at most {_MAX_LINES}")
    typed = st.text_area(
        "Texts", key="score_text", height=120, label_visibility="collapsed",
        placeholder="Why do cats purr?",
    )  # fmt: skip
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    pressed = left.button("Score", type="primary", icon=":material/bolt:", key="score_button")
    with right:
        other = _second_run(others)
    if pressed:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        state.ask_about(run, tuple(lines[:_MAX_LINES]))
        if len(lines) > _MAX_LINES:
            st.caption(
                f"Only the first {_MAX_LINES} of {len(lines):,} lines; score a file for more."
            )
        if not lines:
            st.caption("Type a text first.")
    texts = state.asked(run)
    if texts:
        with errors_shown():
            _answers(run, other, texts)


def _second_run(others: list[Run]) -> Run | None:
    if not others:
        return None
    names = {run.id: run.name for run in others}
    key = f"{state.KEPT}score_other"
    if st.session_state.get(key) not in (None, *names):
        st.session_state[key] = None  # It is the first one now, or was deleted.
    chosen = st.selectbox(
        "Compare with", list(names), index=None, format_func=names.get, key=key,
        placeholder="Compare with another run", label_visibility="collapsed",
    )  # fmt: skip
    return next((run for run in others if run.id == chosen), None)


def _answers(run: Run, other: Run | None, texts: tuple[str, ...]) -> None:
    found = loaders.answers(state.workspace(), run, texts)
    second = loaders.answers(state.workspace(), other, texts) if other else None
    if state.newly_asked():
        _note(run, texts, found)
        if other and second:
            _note(other, texts, second)
    columns: dict[str, list[Any]] = {"Text": list(texts), **_columns(found, "")}
    config = {"Text": st.column_config.TextColumn(width=140), **_config("")}
    if other and second:
        columns |= _columns(second, f" · {other.name}")
        config |= _config(f" · {other.name}")
    st.dataframe(pd.DataFrame(columns), hide_index=True, column_config=config)
    st.caption(_said(run, found))
    if other and second:
        st.caption(_said(other, second))
        differ = sum(a.label != b.label for a, b in zip(found.answers, second.answers, strict=True))
        st.caption(f"The two give different labels to {differ:,} of {len(texts):,}.")


def _columns(found: Answers, mark: str) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        f"Score{mark}": [answer.score for answer in found.answers],
        f"Calibrated{mark}": [answer.calibrated for answer in found.answers],
        f"Label{mark}": [answer.label for answer in found.answers],
    }
    if None in columns[f"Calibrated{mark}"]:  # A run of an earlier version.
        del columns[f"Calibrated{mark}"]
    return columns


def _config(mark: str) -> dict[str, Any]:
    return {
        f"Score{mark}": _SCORE,
        f"Calibrated{mark}": _CALIBRATED,
        f"Label{mark}": st.column_config.TextColumn(width=60),
    }


def _note(run: Run, texts: tuple[str, ...], found: Answers) -> None:
    now = datetime.now().strftime("%H:%M:%S")
    state.note_typed(
        [
            state.Typed(
                now, text, run.id, run.name,
                answer.score, answer.calibrated, answer.label, found.milliseconds,
            )
            for text, answer in zip(texts, found.answers, strict=True)
        ]
    )  # fmt: skip


def _said(run: Run, found: Answers) -> str:
    """How long it took and how a score becomes a label, in sentences that are safe to show."""
    took = (
        f"Answered in {found.milliseconds:,.0f} ms, of which the model took"
        f" {found.model_milliseconds:,.0f} ms."
    )
    if len(run.classes) > 2:
        return (
            f"{took} {plain(run.name)} gave the most probable of {len(run.classes)} classes;"
            " the score is its probability."
        )
    threshold = operating_point(state.workspace(), run).threshold
    return (
        f"{took} {plain(run.name)} gave the probability of “{plain(run.classes[1])}”;"
        f" from {threshold:.3g} on it is the label."
    )
