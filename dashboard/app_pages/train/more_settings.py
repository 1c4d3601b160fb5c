"""The settings of a training that most people leave as the preset has them."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.jobs.devices import find_gpus
from core.runs.config import IMBALANCES, OPTIMIZERS, POOLINGS, PRECISIONS, TrainConfig

_POOLING_NAMES = {"mean": "Mean of all tokens", "cls": "[CLS] token"}
_OPTIMIZER_NAMES = {"adamw": "AdamW", "adam": "Adam"}
_IMBALANCE_NAMES = {
    "none": "None",
    "class_weights": "Class weights",
    "focal": "Focal loss",
    "oversampling": "Oversampling",
}
_IMBALANCE_HELP = """Off by default: the threshold is tuned after training anyway, and the
scores stay close to true probabilities. **Class weights** let an error on a rare class count as
many times more as the class is rarer. **Focal loss** lets rows that are already answered well
count less, so that hard ones count more. **Oversampling** shows rows of rare classes several
times an epoch. All three find more rare rows, raise more false alarms, and make scores too high
to be read as probabilities."""
_IMBALANCE_CAPTIONS = {
    "none": "Off: the threshold is tuned after training anyway",
    "class_weights": "Errors on rare classes count more; scores get too high",
    "oversampling": "Rows of rare classes are seen more often; scores get too high",
}
_PRECISION_NAMES = {
    "auto": "Chosen by device",
    "float32": "32 bits (float32)",
    "mixed_bfloat16": "Mixed, bfloat16",
    "mixed_float16": "Mixed, float16",
}
_DEVICE_NAMES = {"auto": "Chosen by what is free", "cpu": "CPU"}


def more_settings(start: TrainConfig, key: str) -> dict[str, Any]:
    """Show the settings, closed at first; returns their values by their names in `TrainConfig`.

    Args:
        start: What the boxes show at first.
        key: Prefix of the widgets' keys.
    """
    with st.expander("More settings"):
        return {
            **_optimizing(start, key),
            **_model(start, key),
            **_rare_classes(start, key),
            **_course(start, key),
        }


def _optimizing(start: TrainConfig, key: str) -> dict[str, Any]:
    st.markdown("**Learning**")
    left, right = st.columns(2)
    return {
        "optimizer": left.selectbox(
            "Optimizer",
            OPTIMIZERS,
            OPTIMIZERS.index(start.optimizer),
            format_func=_OPTIMIZER_NAMES.get,
            key=f"{key}_optimizer",
        ),
        "weight_decay": right.number_input(
            "Weight decay",
            0.0,
            1.0,
            start.weight_decay,
            0.01,
            key=f"{key}_decay",
            help="Used by AdamW; never on biases and layer norms.",
        ),
        "warmup": left.number_input(
            "Warm-up (share of steps)", 0.0, 1.0, start.warmup, 0.05, key=f"{key}_warmup"
        ),
        "decay": right.selectbox(
            "Learning rate after warm-up",
            [True, False],
            [True, False].index(start.decay),
            format_func={True: "Falls to 0", False: "Stays"}.get,
            key=f"{key}_falls",
        ),
        **_regularizing(start, key, left, right),
    }


def _regularizing(
    start: TrainConfig, key: str, left: DeltaGenerator, right: DeltaGenerator
) -> dict[str, Any]:
    return {
        "layer_decay": left.number_input(
            "Learning rate, layer by layer",
            0.1,
            1.0,
            start.layer_decay,
            0.05,
            key=f"{key}_layer_decay",
            help="Each encoder layer learns at this times the rate of the one above it; 1 is the"
            " same rate for all.",
        ),
        "averaging": right.number_input(
            "Averaging of weights",
            0.0,
            0.9999,
            start.averaging,
            0.001,
            "%.4f",
            key=f"{key}_averaging",
            help="Share of the old average that stays at every update. The average is what is"
            " validated and kept; 0 is off.",
        ),
        "accumulation": left.number_input(
            "Batches an update",
            1,
            1000,
            start.accumulation,
            key=f"{key}_accumulation",
            help="Gradients of so many batches are summed for one update, as for a batch that"
            " does not fit into memory.",
        ),
        "label_smoothing": right.number_input(
            "Label smoothing",
            0.0,
            0.5,
            start.label_smoothing,
            0.01,
            key=f"{key}_smoothing",
            help="Share of a label's certainty that goes to all classes: labels may be wrong.",
        ),
    }


def _model(start: TrainConfig, key: str) -> dict[str, Any]:
    st.markdown("**Model**")
    left, right = st.columns(2)
    return {
        "pooling": left.selectbox(
            "Pooling",
            POOLINGS,
            POOLINGS.index(start.pooling),
            format_func=_POOLING_NAMES.get,
            key=f"{key}_pooling",
            help="What the last layer sees of a text.",
        ),
        "dropout": right.number_input(
            "Dropout before the last layer", 0.0, 0.9, start.dropout, 0.1, key=f"{key}_dropout"
        ),
        "freeze_embeddings": left.selectbox(
            "Embeddings",
            [False, True],
            [False, True].index(start.freeze_embeddings),
            format_func={False: "Learn", True: "Stay as they are"}.get,
            key=f"{key}_embeddings",
            help="To freeze them makes steps faster and helps where rows are few.",
        ),
        "frozen_layers": right.number_input(
            "Frozen layers",
            0,
            1000,
            start.frozen_layers,
            key=f"{key}_frozen",
            help="So many of the encoder's lowest layers stay as they are.",
        ),
    }


def _rare_classes(start: TrainConfig, key: str) -> dict[str, Any]:
    st.markdown("**Rare classes**")
    left, right = st.columns(2, vertical_alignment="bottom")
    values: dict[str, Any] = {
        "imbalance": left.selectbox(
            "Help for rare classes",
            IMBALANCES,
            IMBALANCES.index(start.imbalance),
            format_func=_IMBALANCE_NAMES.get,
            key=f"{key}_imbalance",
            help=_IMBALANCE_HELP,
        ),
    }
    if values["imbalance"] == "focal":
        values["focal_gamma"] = right.number_input(
            "Focus (gamma)",
            0.0,
            10.0,
            start.focal_gamma,
            0.5,
            key=f"{key}_gamma",
            help="The higher, the less rows count that are answered well; 0 is the usual loss.",
        )
    else:
        right.caption(_IMBALANCE_CAPTIONS[values["imbalance"]])
    return values


def _course(start: TrainConfig, key: str) -> dict[str, Any]:
    st.markdown("**Course and device**")
    left, right = st.columns(2)
    devices = _device_names()
    return {
        "validations_per_epoch": left.number_input(
            "Validations an epoch", 1, 100, start.validations_per_epoch, key=f"{key}_often"
        ),
        "early_stop": right.number_input(
            "Stop early after",
            0,
            1000,
            start.early_stop,
            key=f"{key}_early",
            help="Validations without a better score after which training ends; 0 is never.",
        ),
        "seed": left.number_input("Seed", 0, 2**31, start.seed, key=f"{key}_seed"),
        "checkpoint_every_s": right.number_input(
            "Checkpoint every (s)",
            0,
            86400,
            start.checkpoint_every_s,
            key=f"{key}_checkpoint",
            help="A run that dies goes on from its last checkpoint, at most so many seconds back.",
        ),
        "precision": left.selectbox(
            "Precision",
            PRECISIONS,
            PRECISIONS.index(start.precision),
            format_func=_PRECISION_NAMES.get,
            key=f"{key}_precision",
        ),
        "devices": right.selectbox(
            "Device",
            devices,
            devices.index(start.devices) if start.devices in devices else 0,
            format_func=lambda name: _DEVICE_NAMES.get(name, name.upper()),
            key=f"{key}_devices",
        ),
    }


@st.cache_data(ttl=60, show_spinner=False)
def _device_names() -> list[str]:
    """What a run's devices can be set to here: auto, cpu, each GPU, and all of them together."""
    gpus = find_gpus()
    indices = ",".join(str(gpu.index) for gpu in gpus)
    return ["auto", "cpu", *(gpu.name for gpu in gpus), *([f"gpu:{indices}"] if gpus[1:] else [])]
