"""What the model of a form is made of: device, layers, parameters, diagram."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.records import to_plain
from core.runs.config import TrainConfig
from core.training.model_facts import (
    ModelFacts,
    ModelFactsRequest,
    find_model_facts,
    start_model_facts,
)
from dashboard import state
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.task_progress import task_progress
from dashboard.ui.view_switch import view_switch

_TABLE, _DIAGRAM = "Layers", "Diagram"


def model_card(config: TrainConfig, n_classes: int) -> None:
    """Show the facts; while they are being found out, the task that is at it."""
    workspace, request = state.workspace(), ModelFactsRequest.of(config, n_classes)
    facts = find_model_facts(workspace, request)
    if facts is not None:
        _facts(facts)
        return
    card_title("Model", "Its layers, its parameters and the device it trains on")
    with errors_shown():
        task = latest_task(workspace, JobKind.MODEL_FACTS, **to_plain(request))
        task = task or start_model_facts(workspace, request)
        task_progress(
            workspace,
            task,
            key=f"model_facts_{request.key}",
            on_retry=lambda _: start_model_facts(workspace, request),
            dismissible=False,
        )


def _facts(facts: ModelFacts) -> None:
    card_title("Model", f"Trains on {facts.device}")
    cells = st.columns(3)
    cells[0].metric("Parameters", f"{facts.parameters:,}")
    cells[1].metric("Trainable", f"{facts.trainable:,}")
    cells[2].metric("Weights in memory", f"{facts.parameters * 4 / 2**20:,.0f} MiB")
    if view_switch([_TABLE, _DIAGRAM], "model_view") == _DIAGRAM:
        with st.container(horizontal_alignment="center"):
            st.graphviz_chart(facts.diagram, width="content")
    else:
        _layers(facts)


def _layers(facts: ModelFacts) -> None:
    table = pd.DataFrame(
        {
            "Layer": ["\u2003" * layer.depth + layer.name for layer in facts.layers],
            "Type": [layer.kind for layer in facts.layers],
            "Output (rows × tokens × width)": [layer.output_shape for layer in facts.layers],
            "Parameters": [layer.parameters for layer in facts.layers],
            "Trainable": [layer.trainable for layer in facts.layers],
        }
    )
    st.dataframe(table.style.format(thousands=",", precision=0), hide_index=True)
