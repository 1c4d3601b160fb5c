"""Ask a run, or two beside each other, about typed texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.evaluation.operating_point import operating_point
from core.runs.run import Run
from core.serving.client import Answers
from dashboard import state
from dashboard.app_pages.score import reads, typed_texts
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.pickers import run_names
from dashboard.ui.plain_text import plain

_MAX_LINES = 200


def score_text(run: Run, others: list[Run]) -> None:
    """A text box, a button and the answers, which stay until the next question.

    Args:
        run: What answers.
        others: Runs that can answer beside it.
    """
    card_title("Type texts", f"One a line, at most {_MAX_LINES}{_learned_from(run)}")
    typed = st.text_area(
        "Texts",
        key="score_text",
        height=120,
        label_visibility="collapsed",
        placeholder="Why do cats purr?",
    )
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    pressed = left.button("Score", type="primary", icon=":material/bolt:", key="score_button")
    with right:
        other = _second_run(others)
    if other:
        reads.start_scorer(state.workspace(), other)
    if pressed:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        typed_texts.ask_about(run, tuple(lines[:_MAX_LINES]))
        if len(lines) > _MAX_LINES:
            st.caption(
                f"Only the first {_MAX_LINES} of {len(lines):,} lines; score a file for more."
            )
        if not lines:
            st.caption("Type a text first.")
    texts = typed_texts.asked(run)
    if texts:
        with errors_shown():
            _answers(run, other, texts)


def _learned_from(run: Run) -> str:
    """What a text should be of, where the run's were made of several columns."""
    recipe = run.text_recipe
    if recipe is None or not recipe.is_joined:
        return ""
    return f"; the run learned from texts of {' + '.join(recipe.columns)}"


def _second_run(others: list[Run]) -> Run | None:
    if not others:
        return None
    names = run_names(others)
    key = f"{state.KEPT}score_other"
    if st.session_state.get(key) not in (None, *names):
        st.session_state[key] = None  # It is the first one now, or was deleted.
    chosen = st.selectbox(
        "Compare with",
        list(names),
        index=None,
        format_func=names.get,
        key=key,
        placeholder="Compare with another run",
        label_visibility="collapsed",
    )
    return next((run for run in others if run.id == chosen), None)


def _answers(run: Run, other: Run | None, texts: tuple[str, ...]) -> None:
    times = typed_texts.times_asked()
    found = reads.answers(state.workspace(), run, texts, times)
    second = reads.answers(state.workspace(), other, texts, times) if other else None
    if typed_texts.newly_asked():
        _note(run, texts, found)
        if other and second:
            _note(other, texts, second)
    if other and second:
        _compared(run, other, texts, (found, second))
        return
    st.dataframe(
        pd.DataFrame({"Text": list(texts), **_columns(found)}),
        hide_index=True,
        column_config={
            "Text": st.column_config.TextColumn(width=140),
            "Score": st.column_config.ProgressColumn(
                min_value=0.0, max_value=1.0, format="%.4f", width=115
            ),
            "Calibrated": st.column_config.NumberColumn(
                format="%.4f",
                width="small",
                help="The score at the run's temperature: of texts at 0.3, three in ten are so.",
            ),
            "Label": st.column_config.TextColumn(width=60),
        },
    )
    st.caption(_said(run, found))


def _columns(found: Answers) -> dict[str, list[Any]]:
    return {
        "Score": [answer.score for answer in found.answers],
        "Calibrated": [answer.calibrated for answer in found.answers],
        "Label": [answer.label for answer in found.answers],
    }


def _compared(run: Run, other: Run, texts: tuple[str, ...], pair: tuple[Answers, Answers]) -> None:
    """Scores and labels of both runs, in as many columns as fit beside each other."""
    columns: dict[str, list[Any]] = {"Text": list(texts)}
    config: dict[str, Any] = {"Text": st.column_config.TextColumn(width=110)}
    for one, found in zip((run, other), pair, strict=True):
        score, label = f"{one.name}: score", f"{one.name}: label"
        columns[score] = [answer.score for answer in found.answers]
        columns[label] = [answer.label for answer in found.answers]
        config[score] = st.column_config.NumberColumn(one.name, format="%.4f", width=75)
        config[label] = st.column_config.TextColumn("Label", width=60)
    st.dataframe(pd.DataFrame(columns), hide_index=True, column_config=config)
    differ = sum(a.label != b.label for a, b in zip(*(p.answers for p in pair), strict=True))
    st.caption(f"The two give different labels to {differ:,} of {len(texts):,}.")
    for one, found in zip((run, other), pair, strict=True):
        st.caption(_said(one, found))


def _note(run: Run, texts: tuple[str, ...], found: Answers) -> None:
    now = datetime.now().strftime("%H:%M:%S")
    typed_texts.note_typed(
        [
            typed_texts.Typed(
                now,
                text,
                run.id,
                run.name,
                answer.score,
                answer.calibrated,
                answer.label,
                found.milliseconds,
            )
            for text, answer in zip(texts, found.answers, strict=True)
        ]
    )


def _said(run: Run, found: Answers) -> str:
    """How long it took and how a score becomes a label, in sentences that are safe to show."""
    took = (
        f"Answered in {found.milliseconds:,.0f} ms, of which the scorer took"
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
