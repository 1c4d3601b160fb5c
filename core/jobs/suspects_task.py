"""Look for labels that may be wrong, in the background; what was found is kept in cache."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.datasets.dataset import LABEL, TEXT, Dataset, find_dataset, labelled_rows, take_rows
from core.datasets.duplicates import duplicate_groups
from core.errors import BadInput, disk_errors
from core.evaluation.estimates import Estimate
from core.evaluation.metrics import Codes
from core.evaluation.out_of_fold import (
    FOLDS,
    Rows,
    judged_classes,
    out_of_fold,
    stratified_folds,
    word_features,
)
from core.evaluation.retraining import Retraining, fits, retraining
from core.evaluation.suspects import SUGGESTION, suspect_table
from core.jobs.labelled_vectors import encoder_key, labelled_vectors
from core.jobs.tasks import Report, Task, TaskKind, start_task
from core.labels.events import Action
from core.labels.store import open_labels
from core.model.encoders import EMBEDDED
from core.workspace import Workspace

QUEUE = "suspects"
"""The queue under which decisions about suspects are stored."""
MANY_ROWS = 100_000
"""Above so many labelled rows an encoder takes hours on few cores: words are the default."""
_FACTS = b"suspects"


class Features(str, Enum):
    """What the classifier that doubts labels looks at."""

    VECTORS = "vectors"
    WORDS = "words"


@dataclass(frozen=True)
class Suspects:
    """What was found in a data set.

    Attributes:
        table: See `suspect_table`; label and suggestion are class numbers of the data set.
        judged: Labelled rows that were looked at.
        not_judged: Labelled rows of classes with too few different texts.
        retraining: What leaving out the suspects does that are not decided yet.
        decided: Number of the last decision that `retraining` knows; 0 for none.
    """

    table: pd.DataFrame
    judged: int
    not_judged: int
    retraining: Retraining
    decided: int


def default_features(dataset: Dataset) -> Features:
    """Sentence vectors, or for data sets that are too large for them words."""
    return Features.WORDS if dataset.labelled > MANY_ROWS else Features.VECTORS


def suspects_path(
    workspace: Workspace, dataset: Dataset, features: Features, encoder: str = EMBEDDED
) -> Path:
    """Where the suspects of a data set are, once they have been looked for."""
    return workspace.suspects(_key(dataset, features, encoder))


def read_suspects(path: Path) -> Suspects:
    """The suspects that were found.

    Raises:
        BadInput: the file cannot be read.
    """
    try:
        table = pq.read_table(path)
        facts = json.loads(table.schema.metadata[_FACTS])
        told = facts.pop("retraining")
        differences = {name: Estimate(**each) for name, each in told.pop("differences").items()}
        return Suspects(
            table=table.to_pandas(),
            retraining=Retraining(**told, differences=differences),
            **facts,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "the suspects that were found", f"a damaged file ({error})", "look for them again"
        ) from error


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
    return start_task(
        workspace,
        TaskKind.SUSPECTS,
        {"dataset_id": dataset.id, "features": features.value, "encoder": encoder},
        title=f"Looking for wrong labels in {dataset.name}",
        task_id=f"suspects-{_key(dataset, features, encoder)}-{last_decision(workspace, dataset)}",
    )


def last_decision(workspace: Workspace, dataset: Dataset) -> int:
    """The number of the last event about a data set's suspects; 0 before the first."""
    return open_labels(workspace).last_event(dataset.fingerprint, QUEUE)


def run_suspects(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    """Look for suspects as `TaskKind.SUSPECTS` says; gives the task's result."""
    dataset = find_dataset(workspace, asked["dataset_id"])
    features = Features(asked["features"])
    path = make_suspects(workspace, dataset, features, encoder=asked["encoder"], report=report)
    return {"path": str(path), "rows": pq.read_metadata(path).num_rows}


def make_suspects(
    workspace: Workspace,
    dataset: Dataset,
    features: Features,
    *,
    encoder: str = EMBEDDED,
    report: Report,
) -> Path:
    """Find the suspects of a data set, and measure what leaving them out does.

    With vectors this loads TensorFlow, unless they are in cache. Nothing is done again that was
    done for the same texts, labels and decisions.

    Args:
        workspace: Where the data set and the decisions are.
        dataset: The data set.
        features: What to look at.
        encoder: Gives the vectors.
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
    if target.is_file() and read_suspects(target).decided == decided:
        return target
    numbers, codes = labelled_rows(workspace, dataset)
    groups = duplicate_groups(workspace, dataset, numbers, near=True)
    classes = judged_classes(codes, groups)
    judged = np.isin(codes, classes)
    if len(classes) < 2:
        raise _too_few(f"{len(classes)} such classes")
    inputs = _features(workspace, dataset, numbers, features, encoder, report)[judged]
    numbers, own, groups = numbers[judged], np.searchsorted(classes, codes[judged]), groups[judged]
    rows = Rows(inputs, own, groups, stratified_folds(own, groups), len(classes))
    step = _Steps(report, FOLDS + fits(len(rows)))
    probabilities = out_of_fold(rows, step=step)
    table = suspect_table(numbers, own, probabilities, groups)
    corrected, settled = _decisions(workspace, dataset, numbers, own, classes)
    found = retraining(rows, corrected, settled, probabilities, step=step)
    for column in (LABEL, SUGGESTION):
        table[column] = classes[table[column]]
    facts = {
        "judged": len(rows),
        "not_judged": int((~judged).sum()),
        "retraining": asdict(found),
        "decided": decided,
    }
    _write(workspace, target, table, facts)
    return target


class _Steps:
    """Counts fits, tells of them, and lets `report` stop between two."""

    def __init__(self, report: Report, total: int) -> None:
        self._report, self._done, self._total = report, 0, total
        report("Fitting classifiers", 0, total)

    def __call__(self) -> None:
        self._done += 1
        self._report("Fitting classifiers", self._done, self._total)


def _decisions(
    workspace: Workspace, dataset: Dataset, numbers: Codes, codes: Codes, classes: Codes
) -> tuple[Codes, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The labels with people's corrections, and which rows somebody has decided about."""
    corrected, settled = codes.copy(), np.zeros(len(codes), bool)
    places = {dataset.classes[code]: place for place, code in enumerate(classes)}
    for row, event in open_labels(workspace).decisions(dataset.fingerprint, QUEUE).items():
        if event.action is Action.LABEL and event.value in places:
            here = np.searchsorted(numbers, row)
            if here < len(numbers) and numbers[here] == row:
                corrected[here], settled[here] = places[event.value], True
    return corrected, settled


def _features(
    workspace: Workspace,
    dataset: Dataset,
    numbers: Codes,
    features: Features,
    encoder: str,
    report: Report,
) -> Any:
    """The features of the labelled rows, shape (n, width)."""
    if features is Features.VECTORS:
        return labelled_vectors(workspace, dataset, numbers, encoder=encoder, report=report)
    report("Reading the texts", 0, 0)
    return word_features(take_rows(workspace, dataset, numbers)[TEXT].to_pylist())


def _write(workspace: Workspace, target: Path, table: pd.DataFrame, facts: dict[str, Any]) -> None:
    written = pa.Table.from_pandas(table, preserve_index=False)
    written = written.replace_schema_metadata({_FACTS: json.dumps(facts).encode()})
    with disk_errors("the suspects"), workspace.staging() as folder:
        pq.write_table(written, folder / target.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder / target.name, target)


def _key(dataset: Dataset, features: Features, encoder: str) -> str:
    suffix = f"-{encoder_key(encoder)}" if features is Features.VECTORS else ""
    return f"{dataset.fingerprint}-{features.value}{suffix}"


def _check(dataset: Dataset) -> None:
    """Refuse at once what cannot be judged, before a process is started."""
    enough = [name for name, rows in dataset.class_counts.items() if rows >= FOLDS]
    if len(enough) < 2:
        raise _too_few(f"{len(enough)} such classes")


def _too_few(found: str) -> BadInput:
    return BadInput(
        f"two classes or more with {FOLDS} different texts each", found, "label more rows first"
    )
