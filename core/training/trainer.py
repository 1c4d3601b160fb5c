"""Train a run's model: the inside of the worker, with TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone

import keras
import tensorflow as tf

from core.data.splits.split import TEST, TRAIN, VALIDATION
from core.encoders.encoders import Encoder, find_encoder
from core.errors import disk_errors
from core.jobs.cancellation import StopFlag
from core.jobs.devices import CPU
from core.jobs.resources import ResourceSampler
from core.jobs.status import JobState, StatusWriter
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier, check_tokenizer, freeze
from core.model.devices import Device, find_strategy, matmul_dtype
from core.model.meter import Sums
from core.model.tokenizer import Tokenizer, encoder_tokenizer
from core.model.training import Snapshot, count_steps, train
from core.runs.checkpoints import Checkpoint, newest_checkpoint
from core.runs.metrics import KIND, MetricsLog, read_metrics, truncate_metrics
from core.runs.metrics import VALIDATION as VALIDATION_KIND
from core.runs.result import read_result
from core.runs.run import Examples, Run, read_examples
from core.training.best_model import BestModel, Effort
from core.training.event_files import EventFiles
from core.training.forecast.crowd import crowding
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import WorkRecord, keep_work, past_runs
from core.training.forecast.rates import Rates, find_device
from core.training.forecast.work import PartSizes, Work, run_work
from core.training.progress import ProgressReporter, Records
from core.training.session import TrainingSession
from core.training.validator import Validator, quality_of
from core.workspace import RunPaths, Workspace


def train_run(
    workspace: Workspace,
    run: Run,
    status: StatusWriter,
    stop: StopFlag,
    device: Device,
    devices: tuple[str, ...] = (CPU,),
) -> bool:
    """Train from the newest good checkpoint on, keep the best model, measure it on the test part.

    Args:
        workspace: Where the run is.
        run: What to train.
        status: Of the run.
        stop: Looked at between steps.
        device: What TensorFlow found.
        devices: Names of the devices the run holds, whose use is measured.

    Returns:
        True if training ran to its end, False if it was asked to stop. Either way the run has
        a model: a run stopped before its first validation is validated then.

    Raises:
        SincerelyError: the encoder, the disk or a diverging loss.
    """
    if os.environ.get("TF_CONFIG"):
        status.change(JobState.STARTING, "Waiting for the other machines of TF_CONFIG")
    strategy = find_strategy()
    keras.utils.set_random_seed(run.config.seed)
    status.change(JobState.STARTING, "Loading the encoder", device=str(device))
    with strategy.scope(), disk_errors("the run"):
        to_end = _train(workspace, run, status, stop, device, devices)
    return to_end and not stop.is_set


def _train(
    workspace: Workspace,
    run: Run,
    status: StatusWriter,
    stop: StopFlag,
    device: Device,
    devices: tuple[str, ...],
) -> bool:
    config, paths = run.config, workspace.run(run.id)
    model = _load(workspace, run)
    status.change(JobState.STARTING, "Turning texts into tokens")
    examples = read_examples(workspace, run, TRAIN)
    ids = model.tokenizer.encode(examples.texts)
    start = own_checkpoint(newest_checkpoint(paths), run)
    done, seconds = (start.step, start.facts["seconds"]) if start else (0, 0.0)
    truncate_metrics(paths.metrics, done, seconds)
    total = count_steps(examples.class_ids, config)
    waited_s = _seconds_since(status.since)
    status.change(JobState.RUNNING, total=total, epochs=config.epochs, done=done)
    with _records(paths, done) as records:
        parts = _validator(workspace, run, model.tokenizer), read_examples(workspace, run, TEST)
        crowd = crowding(workspace, at_work=True)
        record = WorkRecord(_work(run, model, ids, total, parts), waited_s, crowd)
        rates = _foresee(workspace, run, status, record)
        effort = _effort(workspace, run, seconds)
        progress = ProgressReporter(config, status, records, record.work, rates, earlier=effort)
        best = BestModel(workspace, run, model.encoder, str(device), progress.effort)
        session = TrainingSession(run, paths, model.network, *parts, best, progress, status, stop)
        with ResourceSampler(progress.on_resources, devices=devices):
            to_end = train(
                model.network,
                ids,
                examples.class_ids,
                config,
                session.hooks(),
                matmul_dtype=matmul_dtype(config.precision),
                start=_snapshot(start),
            )
        session.finish()
    return to_end


@dataclass(frozen=True)
class _Untrained:
    """What a training begins with."""

    encoder: Encoder
    tokenizer: Tokenizer
    network: keras.Model


def _load(workspace: Workspace, run: Run) -> _Untrained:
    encoder = find_encoder(run.config.encoder, workspace)
    tokenizer = encoder_tokenizer(encoder, max_seq_length=run.config.max_seq_length)
    return _Untrained(encoder, tokenizer, _build(run, load_backbone(encoder), tokenizer))


def own_checkpoint(checkpoint: Checkpoint | None, run: Run) -> Checkpoint | None:
    """The checkpoint if this very run wrote it: another's, left by a worker that outlived its
    deleted run of the same name, may have learned from rows that are this run's test."""
    if checkpoint is None or checkpoint.facts.get("run_created") != run.created:
        return None
    return checkpoint


@contextmanager
def _records(paths: RunPaths, done: int) -> Iterator[Records]:
    """The run's measurements, to be gone on with after `done` steps."""
    with (
        MetricsLog(paths.metrics) as log,
        EventFiles(paths.events, first_step=done + 1) as events,
    ):
        yield Records(log, events)


def _validator(workspace: Workspace, run: Run, tokenizer: Tokenizer) -> Validator:
    """The validator of a run, with what earlier processes of the run have measured."""
    rows = read_metrics(workspace.run(run.id).metrics).rows
    return Validator(
        (examples := read_examples(workspace, run, VALIDATION)),
        tokenizer.encode(examples.texts),
        len(run.classes),
        run.config.early_stop,
        [quality_of(row) for row in rows if row[KIND] == VALIDATION_KIND],
    )


def _work(
    run: Run,
    model: _Untrained,
    ids: tf.RaggedTensor,
    steps: int,
    parts: tuple[Validator, Examples],
) -> Work:
    """All that the run has to do, what earlier processes did included."""
    config, (validator, test) = run.config, parts
    rows = steps // config.epochs * config.batch_size
    sizes = PartSizes(rows, len(validator.examples.rows), len(test.rows))
    return run_work(model.encoder.shape, config, ids.row_lengths().numpy(), sizes)


def _foresee(workspace: Workspace, run: Run, status: StatusWriter, record: WorkRecord) -> Rates:
    """Say how long the rest will take, until the first steps say it better; gives its rates."""
    keep_work(workspace, run, record)
    device = find_device(run.config.devices, run.config.precision)
    left = record.work.share(1 - status.done / max(status.total, 1))
    past = past_runs(workspace, device)
    expected = forecast(left, device, past, crowding=record.crowding)
    status.change(status.state, seconds_left=expected.seconds - expected.start_s)
    return device.rates


def _seconds_since(moment: str) -> float:
    now = datetime.now(timezone.utc)
    return max((now - datetime.fromisoformat(moment)).total_seconds(), 0.0)


def _effort(workspace: Workspace, run: Run, seconds: float) -> Effort:
    """What earlier processes of the run have cost."""
    result = read_result(workspace, run)
    return Effort(seconds, result.rows_per_s if result else 0.0)


def _build(run: Run, backbone: keras.Model, tokenizer: Tokenizer) -> keras.Model:
    check_tokenizer(tokenizer, backbone)
    network = build_classifier(
        backbone,
        n_classes=len(run.classes),
        pooling=run.config.pooling,
        dropout=run.config.dropout,
    )
    freeze(network, embeddings=run.config.freeze_embeddings, layers=run.config.frozen_layers)
    return network


def _snapshot(checkpoint: Checkpoint | None) -> Snapshot | None:
    if checkpoint is None:
        return None
    facts = checkpoint.facts
    return Snapshot(
        checkpoint.step,
        Sums(**facts["sums"]),
        checkpoint.arrays,
        facts["owes_validation"],
        facts["ended"],
    )
