"""How long the run that is being set up would take, and how sure that is."""

from __future__ import annotations

import streamlit as st

from core.data.dataset import Dataset
from core.encoders.encoders import find_encoder
from core.runs.config import TrainConfig
from core.training.forecast.crowd import crowding
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import past_runs
from core.training.forecast.planned import planned_work
from dashboard import reads, state
from dashboard.ui.durations import duration
from dashboard.ui.failure import errors_shown
from dashboard.ui.plain_text import plain


def run_forecast(dataset: Dataset, config: TrainConfig) -> None:
    """Say the expected time with its error; a click says where it comes from."""
    workspace = state.workspace()
    with errors_shown():
        shape = find_encoder(config.encoder, workspace).shape
        device = reads.device_kind(config.devices, config.precision)
        work = planned_work(workspace, dataset, config, shape)
        past = past_runs(workspace, device)
        found = forecast(work, device, past, crowding=crowding(workspace))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"Takes about {duration(found.seconds)}"
                f" ({duration(found.low)} to {duration(found.high)})"
            )
            with st.popover("Why", type="tertiary", key="forecast_basis"):
                st.markdown(plain(found.basis))
                st.caption(
                    f"{found.rows_per_s:,.0f} rows/s in training,"
                    f" {found.measured_rows_per_s:,.0f} in validation and test"
                )
