"""Reads for the Label page: the rows that wait, the quick model, and the texts on the screen."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.dataset import LABEL, TEXT, Dataset, list_datasets
from core.data.labelled import LabelSource
from core.errors import BadInput, NotFound
from core.explore.search import read_rows
from core.labels.assign.candidates import RANDOM_STREAMS
from core.labels.assign.presses import Target
from core.labels.guidelines import guideline
from core.labels.label_set import label_set
from core.labels.quality.agreement import independent_answers
from core.labels.quality.prevalence import RandomPart, random_part
from core.labels.quick_model.quick_model import QuickModel, read_quick_model
from core.labels.quick_model.quick_model_job import Scope, quick_model_path
from core.labels.quick_model.quick_model_job import open_rows as _open_rows
from core.labels.store.events import Action
from core.labels.store.ledger import Ledger, shared_ledger
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace

_MAX_ENTRIES = 16
_MAX_TEXTS = 5_000


@st.cache_resource(max_entries=4, show_spinner=False)
def open_rows(workspace: Workspace, dataset: Dataset, scope: Scope) -> NDArray[np.int64]:
    """See `core.labels.quick_model.quick_model_job.open_rows`."""
    return _open_rows(workspace, dataset, scope)


def quick_model(workspace: Workspace, dataset: Dataset, scope: Scope) -> QuickModel | None:
    """The newest quick model; None before the first and while it cannot be used.

    That is while its file is damaged, or after the classes were changed: it is fitted again.
    """
    path = quick_model_path(workspace, dataset, scope)
    try:
        version = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    model = _quick_model(path, version)
    classes = guideline(open_labels(workspace), dataset).classes
    return model if model is not None and model.classes == classes else None


# These two are asked after every press: Streamlit's own caches would spend most of that time on
# hashing the data set and on copies.
@lru_cache(maxsize=4)
def _quick_model(path: Path, version: int) -> QuickModel | None:
    try:
        return read_quick_model(path)
    except BadInput:  # It is made again after the next labels.
        return None


def row_texts(
    workspace: Workspace, dataset: Dataset, rows: tuple[int, ...]
) -> dict[int, tuple[str, str | None]]:
    """The text of each row and its label in the file; only those not read before are read."""
    kept = _kept_texts(workspace.root, dataset.id, dataset.fingerprint)
    # Asked once each: another session may clear them in between.
    found = {row: known for row in rows if (known := kept.get(row)) is not None}
    missing = sorted(set(rows) - set(found))
    if missing:
        table = read_rows(workspace, dataset, np.array(missing, np.int64), (TEXT, LABEL))
        pairs = zip(table[TEXT].to_pylist(), table[LABEL].to_pylist(), strict=True)
        found |= dict(zip(missing, pairs, strict=True))
    if len(kept) > _MAX_TEXTS:
        kept.clear()
    kept.update(found)
    return found


@lru_cache(maxsize=4)
def _kept_texts(root: Path, dataset_id: str, _: str) -> dict[int, tuple[str, str | None]]:
    return {}


def ledger(workspace: Workspace, dataset: Dataset) -> Ledger:
    """Who has answered what, up to date."""
    store = open_labels(workspace)
    return shared_ledger(store, dataset.fingerprint, dataset.rows).refresh()


def answers_of(workspace: Workspace, dataset: Dataset, rows: tuple[int, ...]) -> dict[int, str]:
    """What people said of rows on which they differ, in words and without names."""
    frame = open_labels(workspace).standing(dataset.fingerprint, rows)
    labels = independent_answers(frame).groupby("row")["value"]
    return {int(row): "people said " + " and ".join(sorted(set(told))) for row, told in labels}


def press_target(workspace: Workspace, store: LabelStore, fingerprint: str) -> Target:
    """The data set that a press is about.

    Raises:
        NotFound: it is not here.
    """
    for dataset in list_datasets(workspace):
        if dataset.fingerprint == fingerprint:
            return Target(dataset.rows, guideline(store, dataset).classes)
    raise NotFound("an answer about a data set that is here", "one that is gone", "import it again")


def labels_since(workspace: Workspace, dataset: Dataset, event: int) -> int:
    """Rows about which something was said after that event."""
    rows, _ = open_labels(workspace).touched(dataset.fingerprint, max(event, 1))
    return len(rows or [])


def model_age_s(workspace: Workspace, dataset: Dataset, scope: Scope) -> float:
    """Seconds since the quick model was fitted; infinite before there is one."""
    try:
        return time.time() - quick_model_path(workspace, dataset, scope).stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def random_sample(workspace: Workspace, dataset: Dataset, scope: Scope) -> RandomPart | None:
    """What the random part says about the positive class; None unless there are two classes."""
    store = open_labels(workspace)
    classes = guideline(store, dataset).classes
    if len(classes) != 2:
        return None
    known = ledger(workspace, dataset)
    return _random_sample(workspace, dataset, scope, classes, known.last)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def _random_sample(
    workspace: Workspace, dataset: Dataset, scope: Scope, classes: tuple[str, ...], last: int
) -> RandomPart:
    store = open_labels(workspace)
    known = ledger(workspace, dataset)
    served = store.served_rows(dataset.fingerprint, RANDOM_STREAMS)
    passed = np.zeros(dataset.rows, bool)
    for name in known.people:
        passed |= known.skipped(name)
    order = open_rows(workspace, dataset, scope)
    return random_part(order, known.coded(classes), passed, served, positive=1)


def label_counts(workspace: Workspace, dataset: Dataset) -> dict[str, int]:
    """How many rows people gave each class."""
    store = open_labels(workspace)
    classes = guideline(store, dataset).classes
    codes = ledger(workspace, dataset).coded(classes)
    found = np.bincount(codes[codes >= 0], minlength=len(classes))
    return dict(zip(classes, found.tolist(), strict=True))


def described(workspace: Workspace, dataset: Dataset, source: LabelSource) -> Dataset:
    """The data set as it is with the labels of a source."""
    classes = guideline(open_labels(workspace), dataset).classes
    return _described(workspace, dataset, source, classes, ledger(workspace, dataset).last)


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
def _described(
    workspace: Workspace,
    dataset: Dataset,
    source: LabelSource,
    classes: tuple[str, ...],
    last: int,
) -> Dataset:
    return label_set(workspace, open_labels(workspace), dataset, source).used().described(dataset)


def flagged(workspace: Workspace, dataset: Dataset) -> list[int]:
    """Rows that somebody flagged."""
    return open_labels(workspace).standing_rows(dataset.fingerprint, Action.FLAG).tolist()
