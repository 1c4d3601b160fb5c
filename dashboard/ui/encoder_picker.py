"""Choose an encoder: from the list, or by typing an address, a name or a folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.data.dataset import Dataset
from core.encoders.shapes import EncoderShape
from core.errors import SincerelyError
from core.jobs.registry import JobKind
from core.jobs.tasks import latest_task
from core.runs.config import TrainConfig
from core.training.encoder_job import start_encoder
from core.training.encoder_list import ListedEncoder, describe_encoder, list_encoders
from core.training.forecast.crowd import crowding
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import past_runs
from core.training.forecast.planned import planned_texts
from core.training.forecast.work import run_work
from dashboard import reads, state
from dashboard.ui.failure import errors_shown
from dashboard.ui.plain_text import plain
from dashboard.ui.task_progress import task_progress

_KEY = f"{state.KEPT}encoder"
_OTHER = ""
_OTHER_TITLE = "Another: an address, a name or a folder"
_TABLE_HEIGHT = 340
Speed = Callable[[EncoderShape], float]
_FORMATS = {"M parameters": "%.1f", "Rows/s here": "%.0f", "MB": "%.0f"}
_TYPED_HELP = """A TF Hub address (https\\://tfhub.dev/…), hf\\://owner/name, the name of a
keras-hub BERT preset, or the path of a folder on this machine: a Hugging Face checkpoint,
a keras-hub preset or a TF Hub module. Folders in the workspace's encoders folder are listed.
Numbers are read; a module that could do more than calculate is refused and never run."""


def encoder_picker(dataset: Dataset, config: TrainConfig) -> str | None:
    """Show the choice and what is known of it; returns its name, None while it cannot be used.

    Args:
        dataset: Whose texts the expected speed is for.
        config: The other settings, and the encoder that is chosen at first.
    """
    workspace = state.workspace()
    listed = list_encoders(workspace)
    titles = {encoder.name: encoder.title for encoder in listed}
    here = [encoder.name for encoder in listed if encoder.on_disk]
    # A name that was kept and is listed no longer would be an error.
    if st.session_state.get(_KEY, _OTHER) not in (*titles, _OTHER):
        del st.session_state[_KEY]
    name = st.selectbox(
        "Encoder",
        # What is typed comes before the long list of downloads.
        [*here, _OTHER, *(name for name in titles if name not in here)],
        here.index(config.encoder) if config.encoder in here else 0,
        format_func=lambda name: titles.get(name, _OTHER_TITLE),
        key=_KEY,
    )
    if name == _OTHER:
        name = st.text_input(
            "Name of the encoder",
            key=f"{_KEY}_typed",
            help=_TYPED_HELP,
            placeholder="https://tfhub.dev/…, hf://owner/name or a folder",
        ).strip()
        if not name:
            return None
    with errors_shown():
        encoder = describe_encoder(workspace, name, titles.get(name))
        left, right = st.columns([5, 2], vertical_alignment="center")
        speed = _speed(dataset, config)
        left.caption(plain(_facts(encoder, speed)))
        with right.popover("Compare", type="tertiary", width="stretch"):
            _compare(listed, speed)
        return name if encoder.ready else _get(encoder)
    return None


def _speed(dataset: Dataset, config: TrainConfig) -> Speed:
    """Answers how many rows a second an encoder would train on here."""
    workspace = state.workspace()
    device = reads.device_kind(config.devices, config.precision)
    past, crowd = past_runs(workspace, device), crowding(workspace)
    lengths, sizes = planned_texts(workspace, dataset, config)

    def rows_per_s(shape: EncoderShape) -> float:
        work = run_work(shape, config, lengths, sizes)
        return forecast(work, device, past, crowding=crowd).rows_per_s

    return rows_per_s


def _compare(listed: list[ListedEncoder], speed: Speed) -> None:
    st.dataframe(
        pd.DataFrame([_row(encoder, speed) for encoder in listed]),
        hide_index=True,
        height=_TABLE_HEIGHT,
        column_config={
            name: st.column_config.NumberColumn(format=number) for name, number in _FORMATS.items()
        },
    )
    st.caption(
        "Rows/s here are worked out from each one's sizes on texts as long as these, and from the"
        " runs that have finished here: an estimate."
    )


def _row(encoder: ListedEncoder, speed: Speed) -> dict[str, Any]:
    shape = encoder.shape
    return {
        "Encoder": encoder.title,
        "Layers": shape.layers if shape else None,
        "Width": shape.width if shape else None,
        "M parameters": shape.parameters / 1e6 if shape else None,
        "Rows/s here": speed(shape) if shape else None,
        "Where": "On disk" if encoder.on_disk else "To download",
        "MB": encoder.size_bytes / 1e6 or None,
        "Name": encoder.name,
    }


def _facts(encoder: ListedEncoder, speed: Speed) -> str:
    """Sizes, where it is, and how fast it would train here."""
    sentences = []
    if encoder.shape is not None:
        shape = encoder.shape
        sentences.append(
            f"{shape.layers} layers of {shape.width}, {shape.parameters / 1e6:,.1f}M parameters"
        )
    place = "on disk" if encoder.ready else "on disk, not checked yet"
    size = f" ({encoder.size_bytes / 1e6:,.0f} MB)" if encoder.size_bytes else ""
    sentences.append(f"{place if encoder.on_disk else 'to download'}{size}")
    if encoder.shape is not None:
        sentences.append(f"about {speed(encoder.shape):,.0f} rows/s here")
    return ", ".join(sentences)


def _get(encoder: ListedEncoder) -> None:
    """Offer to get it ready, or show how far that is."""
    workspace = state.workspace()
    task = latest_task(workspace, JobKind.ENCODER, name=encoder.name)
    if task is not None:
        task_progress(workspace, task, key="encoder_task", on_retry=lambda _: _start(encoder.name))
        return
    st.button(
        "Check and convert it" if encoder.on_disk else "Download it",
        icon=":material/download:",
        key="encoder_get",
        help="It is compared with the original on sample texts and kept as a native model.",
        width="stretch",
        on_click=_start,
        args=[encoder.name],
    )


def _start(name: str) -> None:
    try:
        start_encoder(state.workspace(), name)
    except SincerelyError as error:
        state.notice(str(error))
