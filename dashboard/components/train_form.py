"""The settings of a training, from a preset on, and the button that starts it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.split import part_size
from core.jobs.launcher import start_training
from core.runs.config import DEFAULT_PRESET, OPTIMIZERS, POOLINGS, PRESETS, TrainConfig, preset
from core.runs.run import MAX_NAME_CHARS, next_name
from dashboard import state
from dashboard.components.failure import errors_shown
from dashboard.components.header import card_title

_ABOUT = {
    "fast": "AdamW with warm-up, 2 epochs, mean of tokens: minutes on a CPU",
    "tutorial": "The tutorial's recipe: 5 % of the rows, Adam 2e-5, dropout 0.5, 5 epochs",
}
_POOLING_NAMES = {"mean": "Mean of all tokens", "cls": "[CLS] token"}
_OPTIMIZER_NAMES = {"adamw": "AdamW", "adam": "Adam"}


def train_form(dataset: Dataset) -> TrainConfig | None:
    """Show the form; returns its settings, None while they are not valid."""
    card_title("New run", "Settings start from a preset and can be changed")
    name = st.segmented_control(
        "Preset",
        list(PRESETS),
        default=DEFAULT_PRESET,
        required=True,
        format_func=str.capitalize,
        key="train_preset",
    )
    st.caption(_ABOUT[name])
    start = preset(name, dataset.labelled)
    # Another preset or data set gives new widgets, which start from its values.
    key = f"train_{name}_{dataset.id}"
    config = None
    with errors_shown():
        config = _settings(start, key, dataset)
        _start_button(dataset, config, key)
    return config


def _settings(start: TrainConfig, key: str, dataset: Dataset) -> TrainConfig:
    left, right = st.columns(2)
    config = replace(
        start,
        epochs=left.number_input("Epochs", 1, 100, start.epochs, key=f"{key}_epochs"),
        learning_rate=right.number_input(
            "Learning rate", 0.0, 1.0, start.learning_rate, 1e-5, "%.1e", key=f"{key}_rate"
        ),
        batch_size=left.number_input("Batch size", 1, 512, start.batch_size, key=f"{key}_b"),
        max_seq_length=right.number_input(
            "Max tokens", 8, 512, start.max_seq_length, 8, key=f"{key}_length",
            help="Longer texts are cut. Batches are padded only to their own longest text.",
        ),
        **_sizes(start, key, dataset),
    )  # fmt: skip
    _row_counts(config, dataset)
    with st.expander("More settings"):
        return _more(config, start, key)


def _sizes(start: TrainConfig, key: str, dataset: Dataset) -> dict[str, float | int]:
    names = {"train_size": "Train %", "validation_size": "Validate %", "test_size": "Test %"}
    helps = {
        "train_size": "Share of the labelled rows",
        "validation_size": "Share of the rows that training leaves",
        "test_size": "Share of the rows that are left then; never seen before the end",
    }
    sizes: dict[str, float | int] = {}
    left = dataset.labelled
    for column, (field, label) in zip(st.columns(3), names.items(), strict=True):
        size = getattr(start, field)
        # Presets for large data sets count rows; the form speaks of shares.
        share = size if isinstance(size, float) or size == 0 else size / max(left, 1)
        percent = column.number_input(
            label, 0.0, 100.0, round(share * 100.0, 4), 0.5, "%.6g", help=helps[field],
            key=f"{key}_{field}",
        )  # fmt: skip
        unchanged = abs(percent - round(share * 100.0, 4)) < 1e-9
        sizes[field] = size if unchanged else percent / 100.0
        left -= part_size(left, sizes[field])
    return sizes


def _row_counts(config: TrainConfig, dataset: Dataset) -> None:
    train = part_size(dataset.labelled, config.train_size)
    validation = part_size(dataset.labelled - train, config.validation_size)
    test = part_size(dataset.labelled - train - validation, config.test_size)
    st.caption(f"{train:,} rows to train on, {validation:,} to validate, {test:,} to test.")


def _more(config: TrainConfig, start: TrainConfig, key: str) -> TrainConfig:
    left, right = st.columns(2)
    return replace(
        config,
        optimizer=left.selectbox(
            "Optimizer", OPTIMIZERS, OPTIMIZERS.index(start.optimizer),
            format_func=_OPTIMIZER_NAMES.get, key=f"{key}_optimizer",
        ),
        pooling=right.selectbox(
            "Pooling", POOLINGS, POOLINGS.index(start.pooling),
            format_func=_POOLING_NAMES.get, key=f"{key}_pooling",
        ),
        dropout=left.number_input(
            "Dropout before the last layer", 0.0, 0.9, start.dropout, 0.1, key=f"{key}_dropout"
        ),
        weight_decay=right.number_input(
            "Weight decay", 0.0, 1.0, start.weight_decay, 0.01, key=f"{key}_decay",
            help="Used by AdamW; never on biases and layer norms.",
        ),
        warmup=left.number_input(
            "Warm-up (share of steps)", 0.0, 1.0, start.warmup, 0.05, key=f"{key}_warmup"
        ),
        decay=right.selectbox(
            "Learning rate after warm-up", [True, False], [True, False].index(start.decay),
            format_func={True: "Falls to 0", False: "Stays"}.get, key=f"{key}_falls",
        ),
        validations_per_epoch=left.number_input(
            "Validations an epoch", 1, 100, start.validations_per_epoch, key=f"{key}_validations"
        ),
        seed=right.number_input("Seed", 0, 2**31, start.seed, key=f"{key}_seed"),
    )  # fmt: skip


def _start_button(dataset: Dataset, config: TrainConfig, key: str) -> None:
    workspace = state.workspace()
    name = st.text_input(
        "Name of the run",
        max_chars=MAX_NAME_CHARS,
        key=f"{key}_name",
        placeholder=next_name(workspace, dataset),
    )
    pressed = st.button(
        "Start training", type="primary", icon=":material/play_arrow:", key="train_start",
        width="stretch",
    )  # fmt: skip
    if pressed:
        run = start_training(workspace, dataset, config, name=name.strip() or None)
        state.choose_run(run.id)
        state.notice(f"Started {run.name}.")
        st.rerun()
