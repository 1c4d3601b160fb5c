"""Look for labels that may be wrong, in the background; what was found is kept in cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from core.data.columns import labelled_rows
from core.data.dataset import LABEL, TEXT, Dataset, find_dataset, take_rows
from core.data.text.duplicates import duplicate_groups
from core.encoders.encoders import EMBEDDED
from core.errors import BadInput
from core.evaluation.baselines.word_features import Basis, count_terms
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, Task, TaskJob, start_task
from core.labels.store.events import Action
from core.labels.store.store import open_labels
from core.labels.suspects.out_of_fold import (
    FOLDS,
    Rows,
    judged_classes,
    out_of_fold,
    stratified_folds,
)
from core.labels.suspects.retraining import fits, retraining
from core.labels.suspects.suspects import SUGGESTION, suspect_table
from core.labels.suspects.suspects_file import (
    Features,
    Suspects,
    read_suspects,
    suspects_key,
    suspects_path,
    write_suspects,
)
from core.model.text_vectors import labelled_vectors
from core.runs.predicted_labels import ClassIds
from core.workspace import Workspace

QUEUE = "suspects"
"""The queue under which decisions about suspects are stored."""
MANY_ROWS = 100_000
"""Above so many labelled rows an encoder takes hours on few cores: words are the default."""


@dataclass(frozen=True)
class SuspectsRequest:
    """Whose labels to look at, by which features, and the encoder that gives vectors."""

    dataset_id: str
    features: Features
    encoder: str


@dataclass(frozen=True)
class SuspectsFile:
    """The file for `read_suspects`, and how many suspects it holds."""

    path: str
    rows: int


def default_features(dataset: Dataset) -> Features:
    """Vectors and words, or for data sets that are too large to encode words alone."""
    return Features.WORDS if dataset.labelled > MANY_ROWS else Features.BOTH


def start_suspects(
    workspace: Workspace, dataset: Dataset, features: Features, encoder: str = EMBEDDED
) -> Task:
    """Start looking in the background, or give the task that is at it or done.

    After further decisions this measures again what the suspects that are left cost.

    Raises:
        BadInput: too few labels to judge any.
        DiskError: the label store cannot be read.
        JobError: the system refused a process.
    """
    _check(dataset)
    # One that is damaged goes, or its task would count as done.
    _kept(suspects_path(workspace, dataset, features, encoder))
    key = suspects_key(dataset, features, encoder)
    return start_task(
        workspace,
        SUSPECTS,
        SuspectsRequest(dataset.id, features, encoder),
        title=f"Looking for wrong labels in {dataset.name}",
        task_id=f"suspects-{key}-{last_decision(workspace, dataset)}",
    )


def last_decision(workspace: Workspace, dataset: Dataset) -> int:
    """The number of the last event about a data set's suspects; 0 before the first."""
    return open_labels(workspace).last_event(dataset.fingerprint, QUEUE)


def run_suspects(workspace: Workspace, request: SuspectsRequest, report: Report) -> SuspectsFile:
    """Look for suspects."""
    dataset = find_dataset(workspace, request.dataset_id)
    path = make_suspects(
        workspace, dataset, request.features, encoder=request.encoder, report=report
    )
    return SuspectsFile(str(path), pq.read_metadata(path).num_rows)


def make_suspects(
    workspace: Workspace,
    dataset: Dataset,
    features: Features,
    *,
    encoder: str = EMBEDDED,
    report: Report,
) -> Path:
    """Find the suspects of a data set, and measure what leaving them out does.

    Vectors load TensorFlow, unless they are in cache. Nothing is done again that was
    done for the same texts, labels and decisions.

    Args:
        workspace: Where the data set and the decisions are.
        dataset: The data set.
        features: What to look at.
        encoder: Gives the vectors; not asked where words are enough.
        report: Told the stage, steps or rows done and in all; raising from it leaves nothing.

    Returns:
        A file for `read_suspects`.

    Raises:
        BadInput: too few labels to judge any, or the label store is damaged.
        EncoderError: the encoder's files cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    _check(dataset)
    target = suspects_path(workspace, dataset, features, encoder)
    decided = last_decision(workspace, dataset)
    kept = _kept(target)
    if kept is not None and kept.decided == decided:
        return target
    judged = _judged(workspace, dataset, features, encoder, report)
    write_suspects(workspace, target, _found(workspace, dataset, judged, decided, report))
    return target


@dataclass(frozen=True)
class _Judged:
    """The rows of classes with enough texts; their class ids count only those classes.

    `numbers` are those rows' numbers in the data set, `classes` the class ids there, `left_out`
    how many labelled rows are of other classes, `basis` what of the texts was counted.
    """

    rows: Rows
    numbers: ClassIds
    classes: ClassIds
    left_out: int
    basis: Basis


def _judged(
    workspace: Workspace, dataset: Dataset, features: Features, encoder: str, report: Report
) -> _Judged:
    numbers, class_ids = labelled_rows(workspace, dataset)
    groups = duplicate_groups(workspace, dataset, numbers, near=True)
    classes = judged_classes(class_ids, groups)
    if len(classes) < 2:
        raise _too_few(f"{len(classes)} such classes")
    inputs, basis = _features(workspace, dataset, numbers, features, encoder, report)
    kept = np.isin(class_ids, classes)
    own, groups = np.searchsorted(classes, class_ids[kept]), groups[kept]
    rows = Rows(
        tuple(each[kept] for each in inputs),
        own,
        groups,
        stratified_folds(own, groups),
        len(classes),
    )
    return _Judged(rows, numbers[kept], classes, int((~kept).sum()), basis)


def _found(
    workspace: Workspace, dataset: Dataset, judged: _Judged, decided: int, report: Report
) -> Suspects:
    """The suspects among the rows, and what leaving them out does."""
    rows, numbers, classes = judged.rows, judged.numbers, judged.classes
    step = _Steps(report, FOLDS + fits(len(rows)))
    probabilities = out_of_fold(rows, step=step)
    table = suspect_table(numbers, rows.class_ids, probabilities, rows.groups)
    corrected, settled = _decisions(workspace, dataset, numbers, rows.class_ids, classes)
    found = retraining(rows, corrected, settled, probabilities, step=step)
    for column in (LABEL, SUGGESTION):
        table[column] = classes[table[column]]
    return Suspects(
        table=table,
        judged=len(rows),
        not_judged=judged.left_out,
        retraining=found,
        decided=decided,
        basis=judged.basis,
    )


def _kept(path: Path) -> Suspects | None:
    """What was found before. A damaged file is removed: it can be made again."""
    if not path.is_file():
        return None
    try:
        return read_suspects(path)
    except BadInput:
        path.unlink(missing_ok=True)
        return None


class _Steps:
    """Counts fits, tells of them, and lets `report` stop between two."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._done, self._total = report, 0, total
        report("Fitting classifiers", 0, total)

    def __call__(self) -> None:
        self._done += 1
        self._report("Fitting classifiers", self._done, self._total)


def _decisions(
    workspace: Workspace,
    dataset: Dataset,
    numbers: ClassIds,
    class_ids: ClassIds,
    classes: ClassIds,
) -> tuple[ClassIds, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The labels with people's corrections, and which rows somebody has decided about."""
    corrected, settled = class_ids.copy(), np.zeros(len(class_ids), bool)
    places = {dataset.classes[class_id]: place for place, class_id in enumerate(classes)}
    for row, event in open_labels(workspace).decisions(dataset.fingerprint, QUEUE).items():
        if event.action is Action.LABEL and event.value in places:
            here = np.searchsorted(numbers, row)
            if here < len(numbers) and numbers[here] == row:
                corrected[here], settled[here] = places[event.value], True
    return corrected, settled


def _features(
    workspace: Workspace,
    dataset: Dataset,
    numbers: ClassIds,
    features: Features,
    encoder: str,
    report: Report,
) -> tuple[tuple[Any, ...], Basis]:
    """The features of the labelled rows, matrices of shape (n, width), and what was counted."""
    report("Reading the texts", 0, 0)
    counted = count_terms(take_rows(workspace, dataset, numbers)[TEXT].to_pylist())
    found = () if counted.basis is Basis.NOTHING else (counted.matrix,)
    if features is Features.BOTH:
        vectors = labelled_vectors(workspace, dataset, numbers, encoder=encoder, report=report)
        found = (vectors, *found)
    if not found:
        raise BadInput(
            "texts that share words or parts of words", "none", "choose sentence vectors and words"
        )
    return found, counted.basis


def _check(dataset: Dataset) -> None:
    """Refuse at once what cannot be judged, before a process is started."""
    enough = [name for name, rows in dataset.class_counts.items() if rows >= FOLDS]
    if len(enough) < 2:
        raise _too_few(f"{len(enough)} such classes")


def _too_few(found: str) -> BadInput:
    return BadInput(
        f"two classes or more with {FOLDS} different texts each", found, "label more rows first"
    )


SUSPECTS = TaskJob(JobKind.SUSPECTS, SuspectsRequest, SuspectsFile, run_suspects)
