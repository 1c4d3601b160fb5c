"""Refit the quick model in the background while people label."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.data.columns import unlabelled_rows
from core.data.dataset import TEXT, Dataset, find_dataset, take_rows
from core.data.labelled import Labelled, LabelSource
from core.encoders.encoders import EMBEDDED
from core.errors import BadInput, JobError
from core.evaluation.baselines.word_features import Basis, count_terms
from core.jobs.launcher import current_status
from core.jobs.process import give_way
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, delete_task, list_tasks, start_task
from core.labels.assign.queues import random_order
from core.labels.label_set import label_set
from core.labels.quick_model.quick_model import (
    QuickModel,
    ask,
    mean_opinion,
    telling_words,
    write_quick_model,
)
from core.labels.quick_model.stop_meter import is_enough, measured_worth
from core.labels.store.store import LabelStore, open_labels
from core.model.text_vectors import encoder_key, row_vectors
from core.runs.predicted_labels import ClassIds
from core.workspace import Workspace

POOL = 20_000
"""Of more rows so many, drawn at random, are looked among: an encoder needs minutes for more."""
_MOST_KNOWN = 20_000


@dataclass(frozen=True)
class Scope:
    """Which rows are to be labelled, and which labels the quick model learns from.

    Attributes:
        all_rows: Also those that have a label in the file.
        source: Which labels count.
        encoder: What texts are encoded with.
    """

    all_rows: bool = False
    source: LabelSource = LabelSource.CORRECTED
    encoder: str = EMBEDDED


@dataclass(frozen=True)
class QuickModelRequest:
    """Whose rows, and which of them."""

    dataset_id: str
    scope: Scope


@dataclass(frozen=True)
class QuickModelFile:
    """The model's file, and how many labels it was fitted on."""

    path: str
    labels: int


def open_rows(workspace: Workspace, dataset: Dataset, scope: Scope) -> NDArray[np.int64]:
    """The rows to be labelled, in the order of the random stream, the same for everybody."""
    rows = np.arange(dataset.rows)
    if not scope.all_rows:
        rows = unlabelled_rows(workspace, dataset)
    return random_order(rows)


def quick_model_path(workspace: Workspace, dataset: Dataset, scope: Scope) -> Path:
    """Where the model is, once it has been fitted."""
    told = f"{scope.all_rows} {scope.source.value}".encode()
    key = f"{hashlib.sha256(told).hexdigest()[:8]}-{encoder_key(scope.encoder)}"
    return workspace.quick_model(f"{dataset.fingerprint}-{key}")


def start_quick_model(
    workspace: Workspace, dataset: Dataset, scope: Scope, last_event: int
) -> Task:
    """Start fitting in the background, or give the task that is at it.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        scope: Rows and labels.
        last_event: The last event that is known: asked twice for the same, one task is at it.

    Raises:
        JobError: the system refused a process.
        DiskError: the disk is full or closed to this user.
    """
    for task in list_tasks(workspace, JobKind.QUICK_MODEL):  # There is one every few labels.
        # Another session may be at the same, or start one.
        with contextlib.suppress(FileNotFoundError, JobError):
            ended = not current_status(workspace.task(task.id)).state.active
            if ended and task.arguments["dataset_id"] == dataset.id:
                delete_task(workspace, task)
    request = QuickModelRequest(dataset.id, scope)
    path = quick_model_path(workspace, dataset, scope)
    return start_task(
        workspace,
        QUICK_MODEL,
        request,
        title=f"Quick model for {dataset.name}",
        task_id=f"quick-{path.stem}-{last_event}",
    )


def run_quick_model(
    workspace: Workspace, request: QuickModelRequest, report: Report
) -> QuickModelFile:
    """Fit the quick model, at a low priority: people who label meanwhile come first."""
    give_way()
    dataset = find_dataset(workspace, request.dataset_id)
    path, model = make_quick_model(workspace, dataset, request.scope, report=report)
    return QuickModelFile(str(path), model.labels)


def make_quick_model(
    workspace: Workspace, dataset: Dataset, scope: Scope, *, report: Report
) -> tuple[Path, QuickModel]:
    """Fit on the labels there are, and ask about the rows to be labelled.

    Vectors that are not in cache load TensorFlow.

    Args:
        workspace: Where the data set and its labels are.
        dataset: The data set.
        scope: Rows and labels.
        report: Told the stage, steps or rows done and in all; raising from it leaves nothing.

    Raises:
        BadInput: no labels of two classes.
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    store = open_labels(workspace)
    known = _ordered(label_set(workspace, store, dataset, scope.source), store, dataset)
    if len(np.unique(known.class_ids)) < 2:
        raise BadInput(
            "labels of two classes",
            f"{len(np.unique(known.class_ids))}",
            "label some more rows first",
        )
    pool = np.sort(open_rows(workspace, dataset, scope)[:POOL])
    places = np.union1d(pool, known.rows)
    vectors = row_vectors(workspace, dataset, places, encoder=scope.encoder, report=report)
    report("Counting words", 0, 0)
    texts = take_rows(workspace, dataset, places)[TEXT].to_pylist()
    counted = count_terms(texts)
    features = (vectors,) if counted.basis is Basis.NOTHING else (vectors, counted.matrix)
    train, asked = np.searchsorted(places, known.rows), np.searchsorted(places, pool)
    # On busy cores, threads that wait for one another take ten times as long.
    with threadpool_limits(limits=1):
        model = _fitted(features, known, train, asked, pool, report)
    if counted.basis is Basis.WORDS and len(known.classes) == 2:
        told = telling_words(counted.matrix, counted.terms, known.class_ids, train)
        model = replace(model, words=told)
    model = replace(model, basis=counted.basis)
    path = quick_model_path(workspace, dataset, scope)
    write_quick_model(workspace, path, model)
    return path, model


def _fitted(
    features: tuple[Any, ...],
    known: Labelled,
    train: ClassIds,
    asked: ClassIds,
    pool: NDArray[np.int64],
    report: Report,
) -> QuickModel:
    n_classes, class_ids = len(known.classes), known.class_ids
    report("Fitting", 0, 0)
    opinions = tuple(ask(features, class_ids, train, asked, n_classes))
    worth, threshold = None, 0.5 if n_classes == 2 else None
    if is_enough(class_ids, n_classes):

        def fit(own: ClassIds, others: ClassIds) -> Any:
            found = ask(features, class_ids[own], train[own], train[others], n_classes)
            return mean_opinion(found)

        worth, threshold = measured_worth(
            class_ids,
            n_classes,
            mean_opinion(opinions),
            fit,
            step=lambda: report("Measuring what labels are worth", 0, 0),
        )
    return QuickModel(pool, opinions, known.classes, len(known), known.last_event, threshold, worth)


def _ordered(known: Labelled, store: LabelStore, dataset: Dataset) -> Labelled:
    """The labels in the order in which they were given, those of the file first; not too many."""
    order = store.label_order(dataset.fingerprint)
    when = np.array([order.get(int(row), 0) for row in known.rows])
    first = np.flatnonzero(when == 0)
    first = np.random.default_rng(0).permutation(first)
    later = np.flatnonzero(when)[np.argsort(when[when > 0], kind="stable")]
    kept = np.concatenate([first[: max(_MOST_KNOWN - len(later), 0)], later])[-_MOST_KNOWN:]
    return Labelled(
        known.rows[kept],
        known.class_ids[kept],
        known.classes,
        known.source,
        known.by_people,
        known.last_event,
    )


QUICK_MODEL = TaskJob(
    JobKind.QUICK_MODEL, QuickModelRequest, QuickModelFile, run_quick_model, unit="rows"
)
