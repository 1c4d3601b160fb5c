"""The rows of a queue in their order, from whatever gives that order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import ROW, Dataset
from core.labels.assign.queues import (
    RANDOM_STREAM,
    SHARES,
    Queue,
    Rows,
    Stream,
    divided_first,
    likely_first,
    uncertain_first,
)
from core.labels.quality.agreement import conflicts
from core.labels.quick_model.quick_model import QuickModel
from core.labels.store.events import Action
from core.labels.store.store import LabelStore
from core.labels.suspects.suspects import SUGGESTION
from core.labels.suspects.suspects_file import Features, read_suspects, suspects_path
from core.labels.suspects.suspects_job import QUEUE as SUSPECTS
from core.labels.suspects.suspects_job import default_features
from core.workspace import Workspace

RANDOM_STREAMS = (RANDOM_STREAM, f"{Queue.MIXED.value}/{RANDOM_STREAM}")
"""Queues whose rows are a random sample."""


@dataclass(frozen=True, eq=False)
class Material:
    """What queues are made of.

    Attributes:
        order: The rows to be labelled in the order of the random stream.
        model: The quick model; None before there is one.
        target: The class that is looked for, as a position in the model's classes.
        selection: The rows of a slice or search, in their order.
    """

    order: Rows
    model: QuickModel | None = None
    target: int = 1
    selection: Rows | None = None


def streams(
    workspace: Workspace, store: LabelStore, dataset: Dataset, queue: Queue, material: Material
) -> tuple[Stream, ...]:
    """Where the rows of a queue come from; queues that need a model are random until it is there.

    Raises:
        BadInput: the suspects' file is damaged.
        SincerelyError: as `LabelStore.reading`.
    """
    if queue is Queue.SELECTION:
        chosen = np.zeros(0, np.int64) if material.selection is None else material.selection
        return (Stream(queue.value, chosen),)
    if queue is Queue.SUSPECTS:
        return (Stream(SUSPECTS, _open_suspects(workspace, store, dataset)),)
    if queue is Queue.ADJUDICATION:
        return (Stream(queue.value, _conflicts(store, dataset)),)
    random = Stream(RANDOM_STREAM, material.order)
    model = material.model
    if queue is Queue.RANDOM or model is None:
        return (random,)
    if queue is not Queue.MIXED:
        return (Stream(queue.value, _ranked(queue, model, material.target)),)
    return tuple(
        Stream(f"{queue.value}/{part.value}", _part(part, material, model), share)
        for part, share in SHARES.items()
    )


def suspected_labels(
    workspace: Workspace, dataset: Dataset, rows: list[int]
) -> dict[int, tuple[str, float]]:
    """What is suggested for suspects instead of their labels, and how sure that is."""
    path = _suspects_file(workspace, dataset)
    table = read_suspects(path).table if path else None
    if table is None:
        return {}
    table = table[table[ROW].isin(rows)]
    found = zip(table[ROW], table[SUGGESTION], table["sure"], strict=True)
    return {int(row): (dataset.classes[class_id], float(sure)) for row, class_id, sure in found}


def _part(part: Queue, material: Material, model: QuickModel) -> Rows:
    if part is Queue.RANDOM:
        return material.order
    return _ranked(part, model, material.target)


def _ranked(queue: Queue, model: QuickModel, target: int) -> Rows:
    return model.rows[_RANKINGS[queue](model, target)]


def _uncertain(model: QuickModel, _: int) -> Rows:
    return uncertain_first(model.probabilities, model.threshold)


_RANKINGS: dict[Queue, Callable[[QuickModel, int], Rows]] = {
    Queue.LIKELY: lambda model, target: likely_first(model.probabilities[:, target]),
    Queue.UNCERTAIN: _uncertain,
    Queue.COMMITTEE: lambda model, _: divided_first(model.opinions),
}


def _conflicts(store: LabelStore, dataset: Dataset) -> NDArray[np.int64]:
    """Rows on which people differ; those that somebody skipped as the last ones."""
    rows = conflicts(store.standing(dataset.fingerprint))
    decided = store.decisions(dataset.fingerprint, Queue.ADJUDICATION.value)
    skipped = np.isin(rows, [row for row, e in decided.items() if e.action is Action.SKIP])
    return np.concatenate([rows[~skipped], rows[skipped]])


def _open_suspects(workspace: Workspace, store: LabelStore, dataset: Dataset) -> NDArray[np.int64]:
    path = _suspects_file(workspace, dataset)
    if path is None:
        return np.zeros(0, np.int64)
    rows = read_suspects(path).table[ROW].to_numpy(np.int64)
    return rows[~np.isin(rows, list(store.decisions(dataset.fingerprint, SUSPECTS)))]


def _suspects_file(workspace: Workspace, dataset: Dataset) -> Path | None:
    for features in (default_features(dataset), *Features):
        path = suspects_path(workspace, dataset, features)
        if path.is_file():
            return path
    return None
