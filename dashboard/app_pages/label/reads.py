"""What Label reads: rows that wait, the quick model, texts on the screen, how far labels agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.data.column import Column
from core.data.dataset import LABEL, ROW, TEXT, Dataset, list_datasets
from core.errors import BadInput, NotFound
from core.explore.cells import with_cells
from core.explore.search import read_rows
from core.labels.assign.bulk import BulkLabel
from core.labels.assign.bulk import last_bulk as _last_bulk
from core.labels.assign.candidates import RANDOM_STREAMS
from core.labels.assign.client_events import Target
from core.labels.guidelines import guideline
from core.labels.quality.agreement import (
    Agreement,
    Overall,
    conflicts,
    independent_answers,
    overall,
    pairwise,
    self_agreement,
)
from core.labels.quality.people import Person, annotators
from core.labels.quality.prevalence import RandomPart, random_part
from core.labels.quick_model.quick_model import QuickModel, read_quick_model
from core.labels.quick_model.quick_model_job import Scope, quick_model_path
from core.labels.quick_model.quick_model_job import open_rows as _open_rows
from core.labels.store.events import Action
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from dashboard.cache import FEW, cached
from dashboard.reads import labels_key, ledger

_MAX_TEXTS = 5_000


@dataclass(frozen=True)
class AnnotationQuality:
    """How far labels can be trusted.

    Attributes:
        overall: Agreement of all people.
        pairs: Agreement of every two people, by their names.
        themselves: Agreement of people with their own earlier answers, by name.
        people: What each person has done.
        conflicts: Rows on which people differ and that nobody has settled.
    """

    overall: Overall
    pairs: dict[tuple[str, str], Agreement]
    themselves: dict[str, Agreement]
    people: list[Person]
    conflicts: int


@cached(max_entries=FEW, spinner="Comparing answers")
def annotation_quality(
    workspace: Workspace, dataset: Dataset, last_event: int, positive: str | None
) -> AnnotationQuality:
    """See `core.labels.quality.agreement` and `core.labels.quality.people`.

    Args:
        workspace: Where the label store is.
        dataset: Whose rows were labelled.
        last_event: As `LabelStore.newest` gives it: what is kept holds until then.
        positive: Of two classes the one that is looked for.

    Raises:
        SincerelyError: as `LabelStore.reading`.
    """
    standing = open_labels(workspace).standing(dataset.fingerprint)
    answers = independent_answers(standing)
    return AnnotationQuality(
        overall=overall(answers),
        pairs=pairwise(answers),
        themselves=self_agreement(standing),
        people=annotators(standing, positive=positive),
        conflicts=len(conflicts(standing)),
    )


@cached(
    key=lambda workspace, dataset, annotator: (
        workspace,
        dataset,
        annotator,
        open_labels(workspace).newest(dataset.fingerprint),
    ),
    max_entries=FEW,
)
def last_bulk(workspace: Workspace, dataset: Dataset, annotator: str) -> BulkLabel | None:
    """See `core.labels.assign.bulk.last_bulk`."""
    return _last_bulk(open_labels(workspace), dataset, annotator)


@cached(max_entries=4, shared=True)
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


def row_cells(
    workspace: Workspace, dataset: Dataset, rows: tuple[int, ...], columns: tuple[Column, ...]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """Of each row the names and cells of some columns, without those that are missing."""
    if not columns:
        return dict.fromkeys(rows, ())
    return _row_cells(workspace, dataset, rows, columns)


@cached()
def _row_cells(
    workspace: Workspace, dataset: Dataset, rows: tuple[int, ...], columns: tuple[Column, ...]
) -> dict[int, tuple[tuple[str, str], ...]]:
    numbers = np.array(rows, np.int64)
    table = with_cells(workspace, dataset, pa.table({ROW: numbers}), numbers, columns)
    names = [column.name for column in columns]
    cells = zip(*(table[column.cells].to_pylist() for column in columns), strict=True)
    return {
        row: tuple((name, cell) for name, cell in zip(names, of_row, strict=True) if cell)
        for row, of_row in zip(rows, cells, strict=True)
    }


def answers_of(workspace: Workspace, dataset: Dataset, rows: tuple[int, ...]) -> dict[int, str]:
    """What people said of rows on which they differ, in words and without names."""
    frame = open_labels(workspace).standing(dataset.fingerprint, rows)
    labels = independent_answers(frame).groupby("row")["value"]
    return {int(row): "people said " + " and ".join(sorted(set(told))) for row, told in labels}


def event_target(workspace: Workspace, store: LabelStore, fingerprint: str) -> Target:
    """The data set that an event is about.

    Raises:
        NotFound: it is not here.
    """
    for dataset in list_datasets(workspace):
        if dataset.fingerprint == fingerprint:
            return Target(dataset.rows, guideline(store, dataset).classes)
    raise NotFound("an answer about a data set that is here", "one that is gone", "import it again")


@cached(key=labels_key, max_entries=FEW)
def random_sample(workspace: Workspace, dataset: Dataset, scope: Scope) -> RandomPart | None:
    """What the random part says about the positive class; None unless there are two classes."""
    store = open_labels(workspace)
    classes = guideline(store, dataset).classes
    if len(classes) != 2:
        return None
    known = ledger(workspace, dataset)
    assigned = store.assigned_rows(dataset.fingerprint, RANDOM_STREAMS)
    passed = np.zeros(dataset.rows, bool)
    for name in known.people:
        passed |= known.skipped(name)
    order = open_rows(workspace, dataset, scope)
    return random_part(order, known.class_ids_in(classes), passed, assigned, positive=1)


def flagged(workspace: Workspace, dataset: Dataset) -> list[int]:
    """Rows that somebody flagged."""
    return open_labels(workspace).standing_rows(dataset.fingerprint, Action.FLAG).tolist()
