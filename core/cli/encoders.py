"""Subcommands for what is trained, and how long it takes: encoders, forecast."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from core.cli.terminal import (
    AddCommand,
    Tell,
    heard_between_steps,
    print_json,
    say,
    show_bytes,
    show_line,
)
from core.data.dataset import find_dataset
from core.encoders.encoders import find_encoder, is_ready
from core.runs.config import DEFAULT_PRESET, PRESETS, preset, with_settings
from core.training.encoder_job import EncoderRequest, get_encoder
from core.training.encoder_list import ListedEncoder, list_encoders
from core.training.forecast.planned import planned_forecast
from core.workspace import Workspace


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("encoders", _encoders, "list the encoders to choose from, or get one ready")
    sub.add_argument(
        "--get",
        metavar="NAME",
        help="download, check and keep one: a TF Hub address or folder, hf://owner/name or a"
        " keras-hub preset",
    )
    sub.add_argument("--json", action="store_true")

    sub = add("forecast", _forecast, "how long a training would take here, and how sure that is")
    sub.add_argument("dataset")
    sub.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET)
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    sub.add_argument("--json", action="store_true")


def ensure_encoder(workspace: Workspace, name: str) -> None:
    """Get an encoder ready here and now, with a line of progress, unless it is.

    Raises:
        EncoderError: it cannot be reached, is no BERT or does not match.
        DiskError: the disk is full or closed to this user.
    """
    if is_ready(name, workspace):
        return
    with heard_between_steps() as interrupted:
        get_encoder(workspace, EncoderRequest(name), interrupted(_show))
    say(f"The encoder {name} is ready.")


def _show(stage: str, done: int, total: int) -> None:
    tell: Tell = show_bytes if total else show_line
    tell(stage, done, total) if total else tell(stage)


def _encoders(workspace: Workspace, options: argparse.Namespace) -> None:
    if options.get:
        ensure_encoder(workspace, options.get)
        return
    encoders = list_encoders(workspace)
    if options.json:
        print_json([_row(encoder) for encoder in encoders])
        return
    for encoder in encoders:
        print(f"{encoder.name}\n    {encoder.title}: {_facts(encoder)}")


def _forecast(workspace: Workspace, options: argparse.Namespace) -> None:
    dataset = find_dataset(workspace, options.dataset)
    config = with_settings(preset(options.preset, dataset.labelled), options.set)
    shape = find_encoder(config.encoder, workspace).shape
    found = planned_forecast(workspace, dataset, config, shape)
    if options.json:
        print_json(asdict(found))
        return
    print(f"{found.seconds:,.0f} s for the whole run ({found.low:,.0f} to {found.high:,.0f} s)")
    training, measuring = found.rows_per_s, found.measured_rows_per_s
    print(f"{training:,.1f} rows/s in training, {measuring:,.1f} in validation and test")
    print(found.basis)


def _row(encoder: ListedEncoder) -> dict[str, object]:
    shape = encoder.shape
    return {
        "name": encoder.name,
        "title": encoder.title,
        "source": encoder.source.value,
        "on_disk": encoder.on_disk,
        "ready": encoder.ready,
        "size_bytes": encoder.size_bytes,
        "parameters": shape.parameters if shape else None,
        "shape": asdict(shape) if shape else None,
    }


def _facts(encoder: ListedEncoder) -> str:
    """Sizes and where it is, in one line."""
    parts = []
    if encoder.shape is not None:
        shape = encoder.shape
        parts.append(f"{shape.layers} layers of {shape.width}, {shape.heads} heads")
        parts.append(f"{shape.parameters / 1e6:,.1f} million parameters")
    place = "on this disk" if encoder.on_disk else "to download"
    size = f", {encoder.size_bytes / 1e6:,.0f} MB" if encoder.size_bytes else ""
    return ", ".join([*parts, f"{place}{size}"])
