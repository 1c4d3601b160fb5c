"""A training run: a folder that holds everything about it, readable by any process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import ID, LABEL, ROW, TEXT, Dataset, take_rows
from core.data.labelled import Labelled, original_labels
from core.data.names import MAX_NAME_CHARS, checked_name, find_by_reference
from core.data.splits.saved_split import draw_split, read_split
from core.data.splits.split import PART, TRAIN, VALIDATION, Split
from core.data.text_recipe import TextRecipe
from core.errors import AlreadyExists, BadInput, disk_errors
from core.files import damage_said
from core.jobs.status import JobState, JobStatus, write_status
from core.locks import held
from core.records import from_plain, parse_json, read_records, replace_record
from core.runs.config import TrainConfig
from core.runs.result import TRAIN_AGAIN
from core.workspace import RunPaths, Workspace, slug


@dataclass(frozen=True)
class Run:
    """What a run was given: its settings and the data set it was drawn from.

    `id` names its folder and stays; `name` may be changed. `request` marks what asked for it.
    `labels_version` names the labels it learned from, wherever they are (see `Labelled.version`);
    people gave `labels_by_people` of them, the last one by the label store's event
    `labels_last_event`. `text_recipe` says which columns of a file made its texts; None if
    no file did.
    """

    id: str
    name: str
    dataset_id: str
    dataset_name: str
    fingerprint: str
    classes: tuple[str, ...]
    majority_share: float
    created: str
    config: TrainConfig
    request: str = ""
    labels_version: str = ""
    labels_by_people: int = 0
    labels_last_event: int = 0
    text_recipe: TextRecipe | None = None

    def to_json(self) -> str:
        """The description as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Run:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, parse_json(text))


@dataclass(frozen=True)
class Examples:
    """One part of a run's frozen rows: texts and class ids, both of length n."""

    rows: NDArray[np.int64]
    texts: list[str]
    class_ids: NDArray[np.int64]


def create_run(
    workspace: Workspace,
    dataset: Dataset,
    config: TrainConfig,
    *,
    name: str | None = None,
    request: str = "",
    labelled: Labelled | None = None,
) -> Run:
    """Freeze a new run's settings and rows in a run folder, in state queued.

    Args:
        workspace: Where the run goes.
        dataset: What it is drawn from.
        config: Its settings.
        name: Its name; None makes one.
        request: Marks what asked for it, such as one showing of a form.
        labelled: The labels that `config.labels` means; None takes those of the file.

    Raises:
        BadInput: a name that cannot be used, too few labelled rows or classes.
        NotFound: the data set has no saved split of the configuration's name.
        AlreadyExists: another run has the name.
        DiskError: the disk is full or closed to this user.
    """
    labelled = labelled or original_labels(workspace, dataset)
    known = labelled.with_classes(config.left_out, config.merged).used()
    if name is not None:
        return _create_named(workspace, dataset, config, checked_name("run", name), request, known)
    while True:
        try:
            made = next_name(workspace, dataset)
            return _create_named(workspace, dataset, config, made, request, known)
        except AlreadyExists:  # Another process was faster; nobody asked for this very name.
            continue


def next_name(workspace: Workspace, dataset: Dataset) -> str:
    """A free name for the next run on a data set, such as `quora-3`."""
    base = slug(dataset.name)[: MAX_NAME_CHARS - 5].strip("-")
    taken = {name for run in list_runs(workspace) for name in (run.id, slug(run.name))}
    number = 1
    # A folder may be there without a record that can be read.
    while f"{base}-{number}" in taken or workspace.run(f"{base}-{number}").folder.exists():
        number += 1
    return f"{base}-{number}"


def list_runs(workspace: Workspace) -> list[Run]:
    """All runs of the workspace, newest first."""
    runs = read_records(workspace.runs, "job.json", Run.from_json)
    return sorted(runs, key=lambda run: (run.created, run.id), reverse=True)


def runs_on(workspace: Workspace, dataset: Dataset) -> list[Run]:
    """The runs drawn from this content, newest first; they keep their own copy of the rows."""
    return [run for run in list_runs(workspace) if run.fingerprint == dataset.fingerprint]


def find_run(workspace: Workspace, reference: str) -> Run:
    """The run whose id or name is `reference`.

    Raises:
        NotFound: there is none.
    """
    runs = list_runs(workspace)
    return find_by_reference("run", runs, reference, otherwise="train one first")


def rename_run(workspace: Workspace, run: Run, name: str) -> Run:
    """Give a run another name; its id and its folder stay.

    Raises:
        BadInput: a name that cannot be used.
        AlreadyExists: another run has the name.
        NotFound: the run has been deleted.
        DiskError: the disk is full or closed to this user.
    """
    name = checked_name("run", name)
    with disk_errors("the run's name"), changing_runs(workspace):
        # Read again: somebody else may have changed or deleted it.
        renamed = replace(find_run(workspace, run.id), name=name)
        _refuse_taken(workspace, name, renamed.id)
        replace_record(workspace.run(renamed.id).description, renamed.to_json())
    return renamed


def run_size_bytes(workspace: Workspace, run: Run) -> int:
    """Room that a run takes on the disk, in bytes."""
    size = 0
    for folder, _, names in os.walk(workspace.run(run.id).folder):
        for name in names:
            with suppress(FileNotFoundError):  # The worker replaces files meanwhile.
                size += Path(folder, name).lstat().st_size
    return size


@contextmanager
def changing_runs(workspace: Workspace) -> Iterator[None]:
    """Hold off everybody else who adds, starts, renames or deletes a run.

    Raises:
        JobError: somebody else takes too long over it.
    """
    with held(workspace.runs_lock, "the list of runs"):
        yield


def read_examples(workspace: Workspace, run: Run, part: str) -> Examples:
    """The frozen rows of one part (TRAIN, VALIDATION or TEST of `core.data.splits.split`).

    Raises:
        DamagedFile: they are missing or damaged.
        FileNotFoundError: the run has been deleted.
    """
    path = workspace.run(run.id).examples
    with damage_said(f"the rows of run {run.name!r}", path, TRAIN_AGAIN):
        table = pq.read_table(path, filters=[(PART, "=", part)])
        class_ids = pc.index_in(table[LABEL], pa.array(list(run.classes), pa.string()))
        return Examples(
            rows=table[ROW].to_numpy(),
            texts=table[TEXT].to_pylist(),
            class_ids=class_ids.to_numpy().astype(np.int64),
        )


def _create_named(
    workspace: Workspace,
    dataset: Dataset,
    config: TrainConfig,
    name: str,
    request: str,
    labelled: Labelled,
) -> Run:
    _refuse_taken(workspace, name)
    if config.split:
        split = _labelled_part(read_split(workspace, dataset, config.split), labelled)
    else:
        split = draw_split(workspace, dataset, config.split_plan(), labelled)
    run = Run(
        id=slug(name),
        name=name,
        dataset_id=dataset.id,
        dataset_name=dataset.name,
        fingerprint=dataset.fingerprint,
        classes=labelled.classes,
        majority_share=labelled.majority_share,
        created=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        config=config,
        request=request,
        labels_version=labelled.version,
        labels_by_people=labelled.by_people,
        labels_last_event=labelled.last_event,
        text_recipe=dataset.text_recipe,
    )
    with disk_errors("the run"), workspace.staging() as folder:
        staged = RunPaths(folder)
        parts = split.parts()
        rows = np.concatenate(list(parts.values()))
        frozen = take_rows(workspace, dataset, rows)
        names = np.repeat(list(parts), [len(part_rows) for part_rows in parts.values()])
        frozen = frozen.select([ROW, ID, TEXT]).append_column(LABEL, _names_of(rows, labelled))
        frozen = frozen.append_column(PART, pa.array(names))
        pq.write_table(frozen, staged.examples, compression="zstd")
        staged.description.write_text(run.to_json(), "utf-8")
        write_status(staged, JobStatus(JobState.QUEUED, epochs=config.epochs))
        _publish(workspace, run, staged)
    return run


def _names_of(rows: NDArray[np.int64], labelled: Labelled) -> pa.Array:
    """The labels of rows by name, in the rows' order."""
    order = np.argsort(labelled.rows)
    places = order[np.searchsorted(labelled.rows, rows, sorter=order)]
    names = pa.array(list(labelled.classes), pa.string())
    return names.take(pa.array(labelled.class_ids[places]))


def _labelled_part(split: Split, labelled: Labelled) -> Split:
    """The rows of a saved split that have a label: labels by people alone may be few."""
    kept = Split(*(rows[np.isin(rows, labelled.rows)] for rows in split.parts().values()))
    known = dict(zip(labelled.rows.tolist(), labelled.class_ids.tolist(), strict=True))
    for name in (TRAIN, VALIDATION):
        rows = kept.parts()[name].tolist()
        if len({known[row] for row in rows}) < 2:
            raise BadInput(
                f"labels of two classes in the split's {name} part",
                f"{len(rows):,} labelled rows of fewer classes",
                "label more of its rows, choose other labels or no saved split",
            )
    return kept


def _refuse_taken(workspace: Workspace, name: str, own_id: str = "") -> None:
    """Make sure that no other run has the name or one that differs in little, or it for an id."""
    wanted = slug(name)
    others = [run for run in list_runs(workspace) if run.id != own_id]
    if any(slug(run.name) == wanted for run in others):
        found = f"a run called {name!r} already"
    elif wanted != own_id and workspace.run(wanted).folder.exists():
        found = f"a run whose id is {wanted!r} already"
    else:
        return
    raise AlreadyExists("a run name that is free", found, "choose another name")


def _publish(workspace: Workspace, run: Run, staged: RunPaths) -> None:
    workspace.runs.mkdir(parents=True, exist_ok=True)
    # Of two starters of one name one wins, and so of one who starts and one who renames.
    with changing_runs(workspace):
        _refuse_taken(workspace, run.name)
        os.rename(staged.folder, workspace.run(run.id).folder)
