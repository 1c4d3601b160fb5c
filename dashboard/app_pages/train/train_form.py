"""The settings of a training, from a preset on, and the button that starts it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.data.names import MAX_NAME_CHARS
from core.data.splits.saved_split import list_splits
from core.data.splits.split import PARTS, part_size
from core.runs.config import DEFAULT_PRESET, PRESETS, TrainConfig, preset
from core.runs.run import list_runs, next_name
from core.training.launch import start_training
from dashboard import state
from dashboard.app_pages.explore.split_sizes import split_sizes
from dashboard.app_pages.train.more_settings import more_settings
from dashboard.app_pages.train.rare_classes import rare_classes
from dashboard.app_pages.train.run_forecast import run_forecast
from dashboard.ui.encoder_picker import encoder_picker
from dashboard.ui.failure import errors_shown
from dashboard.ui.header import card_title
from dashboard.ui.pickers import split_picker

_ABOUT = {
    "fast": "AdamW with warm-up, 2 epochs, mean of tokens: minutes on a CPU",
    "best": "Lower layers learn more slowly, weights are averaged; 90 % of the rows to learn from,"
    " none kept for a test",
    "tutorial": "The tutorial's recipe: 5 % of the rows, Adam 2e-5, dropout 0.5, 5 epochs",
}


def train_form(dataset: Dataset, labels: LabelSource = LabelSource.ORIGINAL) -> TrainConfig | None:
    """Show the form; returns its settings, None while they are not valid.

    Args:
        dataset: What to train on, described as it is with the labels that count.
        labels: Which these are.
    """
    card_title("New run", "Settings start from a preset and can be changed")
    name = st.segmented_control(
        "Preset",
        list(PRESETS),
        default=DEFAULT_PRESET,
        required=True,
        format_func=str.capitalize,
        key=f"{state.KEPT}train_preset",
    )
    st.caption(_ABOUT[name])
    start = preset(name, dataset.labelled)
    # Another preset or data set gives new widgets, which start from its values.
    key = f"{state.KEPT}train_{name}_{dataset.id}"
    # All boxes are drawn before any value is judged, so that a wrong one costs no other.
    place = st.container()
    values = {**_main_settings(start, dataset, key), **more_settings(start, key)}
    config = None
    with errors_shown():
        config = replace(start, **values, labels=labels.value)
    with place:
        # Below in the code, because its speed depends on the other settings.
        encoder = encoder_picker(dataset, config or start)
    config = replace(config, encoder=encoder) if config and encoder else None
    if config is not None:
        run_forecast(dataset, config)
    _start_button(dataset, config)
    return config


def _main_settings(start: TrainConfig, dataset: Dataset, key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    values: dict[str, Any] = {
        "epochs": left.number_input("Epochs", 1, 100, start.epochs, key=f"{key}_epochs"),
        "learning_rate": right.number_input(
            "Learning rate", 0.0, 1.0, start.learning_rate, 1e-5, "%.1e", key=f"{key}_rate"
        ),
        "batch_size": left.number_input("Batch size", 1, 512, start.batch_size, key=f"{key}_batch"),
        "max_seq_length": right.number_input(
            "Max tokens",
            8,
            512,
            start.max_seq_length,
            8,
            key=f"{key}_length",
            help="Longer texts are cut. Batches are padded only to their own longest text.",
        ),
    }
    return {**values, **_split(start, dataset, key), **rare_classes(dataset, key)}


def _split(start: TrainConfig, dataset: Dataset, key: str) -> dict[str, Any]:
    """A saved split, or the sizes of a new one."""
    saved = {split.name: split for split in list_splits(state.workspace(), dataset)}
    values: dict[str, Any] = {}
    if saved:
        values["split"] = split_picker(dataset, key, first="As sized below")
    if values.get("split") in saved:
        rows = [saved[values["split"]].sizes.get(part, 0) for part in PARTS]
    else:
        sizes = split_sizes(start.split_plan(), dataset.labelled, st.columns(3), key)
        values |= {f"{part}_size": size for part, size in sizes.items()}
        rows, left_over = [], dataset.labelled
        for size in sizes.values():
            rows.append(part_size(left_over, size))
            left_over -= rows[-1]
    st.caption(f"{rows[0]:,} rows to train on, {rows[1]:,} to validate, {rows[2]:,} to test.")
    return values


def _start_button(dataset: Dataset, config: TrainConfig | None) -> None:
    workspace = state.workspace()
    name = st.text_input(
        "Name of the run",
        max_chars=MAX_NAME_CHARS,
        # Empty again for the next run.
        key=f"train_name_{dataset.id}_{len(list_runs(workspace))}",
        placeholder=next_name(workspace, dataset),
    )
    pressed = st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="train_start",
        width="stretch",
        disabled=config is None,
    )
    if not pressed or config is None:
        return
    request = state.press_token(f"train_{dataset.id}_{hash(config)}")
    with errors_shown():
        run = start_training(workspace, dataset, config, name=name.strip() or None, request=request)
        state.choose_run(run.id)
        state.notice(f"Started {run.name}.")
        st.rerun()
