"""What one browser session has typed on Score, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.runs.run import Run

_ASKED = "asked"
_ASKED_NOW = "asked_now"
_TIMES_ASKED = "times_asked"
_TYPED = "typed"
_TYPED_BEFORE = "typed_before"
MAX_TYPED = 1_000


@dataclass(frozen=True)
class Typed:
    """A text that was typed, and what a run said of it; `at` is a time of day."""

    at: str
    text: str
    run_id: str
    run_name: str
    score: float
    calibrated: float
    label: str
    milliseconds: float


def ask_about(run: Run, texts: tuple[str, ...]) -> None:
    """Remember what a run was asked, so that its answers stay on the page."""
    st.session_state[_ASKED] = (run.id, texts)
    st.session_state[_ASKED_NOW] = True
    st.session_state[_TIMES_ASKED] = times_asked() + 1


def asked(run: Run) -> tuple[str, ...]:
    """What the run was last asked in this session."""
    run_id, texts = st.session_state.get(_ASKED, ("", ()))
    return texts if run_id == run.id else ()


def times_asked() -> int:
    """How often something was asked in this session: one question twice has two answers."""
    times: int = st.session_state.get(_TIMES_ASKED, 0)
    return times


def newly_asked() -> bool:
    """Whether the last question has been asked since this was last looked at."""
    return bool(st.session_state.pop(_ASKED_NOW, False))


def note_typed(typed: Sequence[Typed]) -> None:
    """Add to what was typed and answered in this session, the newest last."""
    st.session_state[_TYPED] = (*typed_so_far(), *typed)[-MAX_TYPED:]


def typed_so_far() -> tuple[Typed, ...]:
    """What was typed and answered in this session."""
    found: tuple[Typed, ...] = st.session_state.get(_TYPED, ())
    return found


def clear_typed() -> None:
    """Forget what was typed, until `restore_typed`."""
    st.session_state[_TYPED_BEFORE] = typed_so_far()
    st.session_state[_TYPED] = ()


def can_restore_typed() -> bool:
    """Whether the last thing done to an empty history was to clear it."""
    return not typed_so_far() and bool(st.session_state.get(_TYPED_BEFORE))


def restore_typed() -> None:
    """Bring back what `clear_typed` took."""
    st.session_state[_TYPED] = st.session_state.pop(_TYPED_BEFORE, ())
