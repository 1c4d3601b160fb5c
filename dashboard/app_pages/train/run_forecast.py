"""How long the run that is being set up would take, before it starts."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.encoders.encoders import find_encoder
from core.runs.config import TrainConfig
from core.training.forecast.forecast import Speed
from core.training.forecast.speed import (
    SpeedQuestion,
    ask_speed,
    expected_run_seconds,
    find_speed,
    reference_question,
    speed_question,
)
from dashboard import state
from dashboard.ui.durations import duration
from dashboard.ui.failure import errors_shown

_TICK_S = 1.0
_ASKED = "speed_asked"


def run_forecast(dataset: Dataset, config: TrainConfig) -> None:
    """Say the expected time; this machine is measured first where that was not done yet."""
    workspace = state.workspace()
    with errors_shown():
        shape = find_encoder(config.encoder, workspace).shape
        question = speed_question(workspace, dataset, config, shape)
        speed = find_speed(workspace, question)
        asked = st.session_state.get(_ASKED) == question.to_json()
        if speed is not None:
            seconds = expected_run_seconds(workspace, dataset, config, speed)
            st.caption(f"Takes about {duration(seconds)} {_basis(speed)}")
            if speed.is_estimate and not asked:
                _measure_button(question)
        if speed is None or (asked and speed.is_estimate):
            _measuring(question if asked else reference_question(question))


def _basis(speed: Speed) -> str:
    if speed.is_estimate:
        return "on this machine, an estimate from MiniLM's speed here"
    return f"on this machine, at {speed.rows_per_s:,.0f} rows/s as measured"


def _measure_button(question: SpeedQuestion) -> None:
    st.button(
        "Measure these settings",
        icon=":material/speed:",
        type="tertiary",
        key="speed_measure",
        help="Train for a few seconds with exactly these settings and random weights.",
        on_click=lambda: st.session_state.update({_ASKED: question.to_json()}),
    )


def _measuring(question: SpeedQuestion) -> None:
    """Wait for a measurement of this machine; the page is run again when it is there."""
    workspace = state.workspace()

    @st.fragment(run_every=_TICK_S)
    def wait() -> None:
        with errors_shown():
            found = find_speed(workspace, question)
            if found is not None and not found.is_estimate:
                st.rerun()
            if ask_speed(workspace, question):
                st.caption("Measuring for some seconds how fast this machine trains")
            else:
                st.caption("How fast this machine trains is measured when no run is at work")

    wait()
