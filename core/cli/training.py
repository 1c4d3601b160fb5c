"""Subcommands that train: train, resume, join, runs, describe."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict, dataclass, replace

from core.cli.encoders import ensure_encoder
from core.cli.terminal import AddCommand, between, print_json, say_unreadable, show_line
from core.data.dataset import find_dataset
from core.data.importing.writer import MAX_CLASSES
from core.data.labelled import LabelSource
from core.errors import BadInput, NotFound
from core.evaluation.operating_point import operating_point
from core.jobs.launcher import current_status
from core.jobs.status import JobState, JobStatus
from core.model.keras_import import import_keras
from core.records import to_plain
from core.runs.config import DEFAULT_PRESET, PRESETS, TrainConfig, preset, with_settings
from core.runs.pace import pace_of
from core.runs.result import read_result, visible_damage
from core.runs.run import Run, find_run, list_runs
from core.training.joining import join_training
from core.training.launch import resume_training, start_training
from core.training.model_facts import ModelFactsRequest, build_model_facts
from core.workspace import RunPaths, Workspace

_POLL_S = 0.5


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("train", _train, "start a training and print the run's id")
    sub.add_argument("dataset")
    sub.add_argument("--name", help="name of the run (default: made from the data set's)")
    _add_config(sub)
    sub.add_argument(
        "--labels",
        choices=[source.value for source in LabelSource],
        help="the file's labels, those with people's on top, or people's alone (default: the"
        " file's)",
    )
    sub.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="CLASS",
        help="do without the rows of a class, such as one of a single row",
    )
    sub.add_argument(
        "--merge",
        action="append",
        default=[],
        metavar="CLASS=INTO",
        help="count the rows of a class as those of another, or of a new one",
    )
    sub.add_argument("--wait", action="store_true", help="follow it to its end")

    sub = add("resume", _resume, "take up a run that was stopped, failed or died")
    sub.add_argument("run", help="id or name of the run")
    sub.add_argument("--wait", action="store_true", help="follow it to its end")

    sub = add("join", _join, "take part in a run that another machine of TF_CONFIG leads")
    sub.add_argument("run", help="id or name of the run")

    sub = add("runs", _runs, "list the runs, newest first")
    sub.add_argument("--json", action="store_true")

    sub = add("describe", _describe, "a model's layers and parameters, and the device found")
    _add_config(sub)
    sub.add_argument("--classes", type=between(2, MAX_CLASSES), default=2)
    sub.add_argument("--json", action="store_true")


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET)
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change one setting"
    )


def _train(workspace: Workspace, options: argparse.Namespace) -> int:
    dataset = find_dataset(workspace, options.dataset)
    settings = [*options.set, *([f"labels={options.labels}"] if options.labels else [])]
    config = with_settings(preset(options.preset, dataset.labelled), settings)
    config = replace(
        config, left_out=tuple(options.leave_out), merged=tuple(map(_merged, options.merge))
    )
    ensure_encoder(workspace, config.encoder)
    run = start_training(workspace, dataset, config, name=options.name)
    return _after_start(workspace, run, wait=options.wait)


def _merged(said: str) -> tuple[str, str]:
    old, equals, new = said.rpartition("=")
    if not (equals and old and new):
        raise BadInput("two classes of the form CLASS=INTO", repr(said), "name both")
    return old, new


def _resume(workspace: Workspace, options: argparse.Namespace) -> int:
    run = resume_training(workspace, find_run(workspace, options.run))
    return _after_start(workspace, run, wait=options.wait)


def _join(workspace: Workspace, options: argparse.Namespace) -> int:
    status = join_training(workspace, options.run)
    print(f"{options.run}: {status.state.value}. {status.message}".strip(), file=sys.stderr)
    return 0 if status.state is JobState.FINISHED else 1


def _after_start(workspace: Workspace, run: Run, *, wait: bool) -> int:
    print(run.id, flush=True)
    if not wait:
        return 0
    try:
        status = _follow(workspace, run.id)
    except FileNotFoundError as error:
        raise NotFound(
            "a run to follow", f"that {run.name!r} was deleted meanwhile", "train it again"
        ) from error
    print(f"{run.id}: {status.state.value}. {status.message}".strip(), file=sys.stderr)
    return 0 if status.state is JobState.FINISHED else 1


def _follow(workspace: Workspace, run_id: str) -> JobStatus:
    paths = workspace.run(run_id)
    try:
        return _show_until_end(paths)
    except KeyboardInterrupt:
        print(f"\nThe training goes on; `python -m core stop {run_id}` ends it.", file=sys.stderr)
        return current_status(paths)


def _show_until_end(paths: RunPaths) -> JobStatus:
    while (status := current_status(paths)).state.active:
        if status.state is JobState.QUEUED:
            show_line(status.message)
            time.sleep(_POLL_S)
            continue
        left = "" if status.seconds_left is None else f", {status.seconds_left:,.0f} s left"
        show_line(
            f"{status.state.value}: epoch {status.epoch} of {status.epochs},"
            f" step {status.done:,} of {status.total:,}, {status.rows_per_s:,.0f} rows/s{left}"
        )
        time.sleep(_POLL_S)
    show_line("")
    return status


def _runs(workspace: Workspace, options: argparse.Namespace) -> None:
    rows = [_run_row(workspace, run) for run in list_runs(workspace)]
    if options.json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        validation = row.validation or {}
        shown = f"f1 {validation['f1']:.3f}" if "f1" in validation else row.message
        print(f"{row.id}\t{row.state}\t{row.dataset}\t{row.damage or shown}")
    say_unreadable(workspace.runs, "job.json", Run.from_json)


@dataclass(frozen=True)
class _RunRow:
    """A run in the list of runs; what only a result tells is None before there is one.

    `damage` says what of its files is missing or damaged.
    """

    id: str
    name: str
    dataset: str
    created: str
    state: str
    message: str
    config: TrainConfig
    threshold: float | None
    validation: dict[str, float] | None
    test: dict[str, float] | None
    rows_per_s: float
    seconds: float | None
    damage: str


def _run_row(workspace: Workspace, run: Run) -> _RunRow:
    status = current_status(workspace.run(run.id))
    result = read_result(workspace, run)
    pace = pace_of(status, result)
    return _RunRow(
        id=run.id,
        name=run.name,
        dataset=run.dataset_id,
        created=run.created,
        state=status.state.value,
        message=status.message,
        config=run.config,
        threshold=operating_point(workspace, run).threshold if result else None,
        validation=result.validation if result else None,
        test=result.test if result else None,
        rows_per_s=pace.rows_per_s or 0.0,
        seconds=pace.seconds,
        damage=visible_damage(workspace, run, status, result),
    )


def _describe(workspace: Workspace, options: argparse.Namespace) -> None:
    config = with_settings(preset(options.preset), options.set)
    # TensorFlow takes seconds to load; only the subcommands that need it pay.
    import_keras()
    facts = build_model_facts(workspace, ModelFactsRequest.of(config, options.classes))
    if options.json:
        print_json(to_plain(facts))
        return
    for layer in facts.layers:
        name = "  " * layer.depth + layer.name
        print(f"{name:34}{layer.output_shape:24}{layer.parameters:>14,}")
    print(f"{facts.parameters:,} parameters, {facts.trainable:,} trainable")
    print(facts.device)
