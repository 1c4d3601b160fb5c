"""Looks through the files of a data set, a run or another job, and says which are damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.dataset import IMPORT_AGAIN, LABEL, ROW, TEXT, Dataset
from core.data.filters.slices import Slice
from core.data.kept_table import read_through
from core.data.splits.saved_split import SavedSplit, list_splits
from core.data.splits.split import PART, PARTS
from core.data.text.duplicates import DUPLICATES_SCHEMA, GROUP
from core.data.text.length_counts import COUNT, LENGTH, UNIT
from core.data.text.profile import FINDINGS_SCHEMA, Profile
from core.data.text.terms import ROWS, TERMS_SCHEMA
from core.errors import DamagedFile
from core.evaluation.predictions import CLASS_ID
from core.files import NO_FILE, cause_of, is_something_else, read_text, shown_path
from core.jobs.status import JobStatus
from core.runs.result import TRAIN_AGAIN, RunResult
from core.runs.run import Run
from core.workspace import JobPaths, Workspace, slug

_LENGTH_COLUMNS = [UNIT, LABEL, LENGTH, COUNT]
_ROUNDING = 1e-4
"""By so much a sound probability in single precision may be above 1."""


@dataclass(frozen=True)
class Damage:
    """A file that is missing or damaged.

    Attributes:
        what: The file, for people.
        path: Where it is.
        cause: What was found instead, as a noun phrase.
        action: What to do about it, as an instruction without a full stop.
        profile_of: The data set whose texts are sound, so that it can be written again from them.
    """

    what: str
    path: Path
    cause: str
    action: str
    profile_of: Dataset | None = None

    def error(self, action: str = "") -> DamagedFile:
        """It as an error for people, with another action if one is given."""
        said = f"{self.what} in {shown_path(self.path)}"
        return DamagedFile(said, self.cause, action or self.action)


def dataset_damage(workspace: Workspace, dataset: Dataset) -> Iterator[Damage]:
    """The damaged files of a data set, the texts first."""
    paths, name = workspace.dataset(dataset.id), repr(dataset.name)
    found = _fault(paths.texts, lambda path: _check_texts(path, dataset))
    if found:
        yield Damage(f"the texts of data set {name}", paths.texts, found, IMPORT_AGAIN)
    if dataset.columns and (cause := _fault(paths.columns, lambda p: _check_cells(p, dataset))):
        yield Damage(f"the columns of data set {name}", paths.columns, cause, IMPORT_AGAIN)
    for path, check in (
        (paths.terms, lambda path: _check_columns(path, TERMS_SCHEMA.names, ROWS)),
        (paths.lengths, lambda path: _check_columns(path, _LENGTH_COLUMNS, LENGTH, COUNT)),
        (paths.duplicates, lambda path: _check_rows(path, DUPLICATES_SCHEMA.names, dataset)),
        (paths.findings, lambda path: _check_rows(path, FINDINGS_SCHEMA.names, dataset)),
        (paths.profile, lambda path: Profile.from_json(read_text(path))),
    ):
        if cause := _fault(path, check):
            source = None if found else dataset
            yield Damage(f"the profile of data set {name}", path, cause, IMPORT_AGAIN, source)
    yield from _kept_damage(workspace, dataset)


def _kept_damage(workspace: Workspace, dataset: Dataset) -> Iterator[Damage]:
    """Saved splits and slices that cannot be read."""
    paths = workspace.dataset(dataset.id)
    known = {split.name: split for split in list_splits(workspace, dataset)}
    for path in sorted(paths.splits.glob("*.parquet")):
        if cause := _fault(path, lambda path: _check_split(path, dataset, known)):
            yield Damage("a saved split", path, cause, "remove that file and draw it again")
    for path in sorted(paths.slices.glob("*.json")):
        if cause := _fault(path, lambda path: Slice.from_json(read_text(path))):
            yield Damage("a saved slice", path, cause, "remove that file and save it again")


def run_damage(workspace: Workspace, run: Run) -> Iterator[Damage]:
    """The damaged files of a run; those that come with its first validation may not be there."""
    paths, name = workspace.run(run.id), repr(run.name)
    if cause := _fault(paths.examples, lambda path: _check_examples(path, run)):
        yield Damage(f"the rows of run {name}", paths.examples, cause, TRAIN_AGAIN)
    for what, path, check in (
        ("predictions", paths.predictions, lambda path: _check_predictions(path, run)),
        ("result", paths.result, lambda path: RunResult.from_json(read_text(path))),
    ):
        if path.exists() and (cause := _fault(path, check)):
            yield Damage(f"the {what} of run {name}", path, cause, TRAIN_AGAIN)
    yield from job_damage(paths, f"run {name}", "resume the run, or delete it")


def job_damage(paths: JobPaths, what: str, action: str) -> Iterator[Damage]:
    """Whether a job's status can be read.

    Args:
        paths: Of the job.
        what: The job, for people.
        action: What to do where it cannot.
    """
    if cause := _fault(paths.status, lambda path: JobStatus.from_json(read_text(path))):
        yield Damage(f"the status of {what}", paths.status, cause, action)


def table_damage(path: Path) -> str:
    """What is wrong with a Parquet file of the cache; empty if it is sound."""
    return _fault(path, _read)


def _fault(path: Path, check: Callable[[Path], object]) -> str:
    """What is found instead of a sound file; empty if it is one."""
    if is_something_else(path):
        return NO_FILE
    try:
        check(path)
    except MemoryError:  # It says nothing about the file.
        raise
    except Exception as error:  # Readers of damaged files raise nearly anything.
        return cause_of(error)
    return ""


def _read(path: Path) -> int:
    found = path.stat()
    return read_through(path, found.st_mtime_ns, found.st_size)


def _check_texts(path: Path, dataset: Dataset) -> None:
    if (rows := _read(path)) != dataset.rows:
        raise ValueError(f"{rows:,} rows, not {dataset.rows:,}")
    table = pq.read_table(path, columns=[ROW, LABEL])
    if not np.array_equal(table[ROW].to_numpy(), np.arange(rows)):
        raise ValueError("rows out of order")
    counted = table[LABEL].drop_null().value_counts().to_pylist()
    if {each["values"]: each["counts"] for each in counted} != dataset.class_counts:
        raise ValueError("other labels than its record says")


def _check_cells(path: Path, dataset: Dataset) -> None:
    if (rows := _read(path)) != dataset.rows:
        raise ValueError(f"{rows:,} rows, not {dataset.rows:,}")
    wanted = {name for column in dataset.columns for name in (column.cells, column.values)}
    if missing := wanted - set(pq.read_schema(path).names):
        raise ValueError(f"no column {min(missing)!r}")


def _check_columns(path: Path, names: list[str], *positive: str) -> None:
    _read(path)
    table = pq.read_table(path, columns=names)
    if missing := set(names) - set(table.column_names):
        raise ValueError(f"no column {min(missing)!r}")
    for name in positive:
        if len(table) and pc.min(table[name]).as_py() < 0:
            raise ValueError(f"numbers below 0 in {name!r}")


def _check_rows(path: Path, names: list[str], dataset: Dataset) -> None:
    _check_columns(path, names, ROW, *({GROUP} & set(names)))
    rows = pq.read_table(path, columns=[ROW])[ROW]
    if len(rows) and pc.max(rows).as_py() >= dataset.rows:
        raise ValueError("rows that the data set does not have")


def _check_split(path: Path, dataset: Dataset, known: dict[str, SavedSplit]) -> None:
    _check_rows(path, [ROW, PART], dataset)
    _check_parts(path)
    if path.stem not in {slug(name) for name in known}:
        raise ValueError("no description")


def _check_parts(path: Path) -> None:
    parts = pq.read_table(path, columns=[PART])[PART].unique().to_pylist()
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"an unknown part {min(map(str, unknown))!r}")


def _check_examples(path: Path, run: Run) -> None:
    _check_columns(path, [ROW, TEXT, LABEL, PART], ROW)
    _check_parts(path)
    table = pq.read_table(path, columns=[ROW, LABEL])
    if len(table[ROW].unique()) != len(table):
        raise ValueError("rows that come twice")
    if not set(table[LABEL].unique().to_pylist()) <= set(run.classes):
        raise ValueError("labels that the run does not know")


def _check_predictions(path: Path, run: Run) -> None:
    columns = [f"p_{class_id}" for class_id in range(len(run.classes))]
    _check_columns(path, [ROW, PART, CLASS_ID, *columns], ROW, CLASS_ID, *columns)
    _check_parts(path)
    table = pq.read_table(path)
    if len(table) and pc.max(table[CLASS_ID]).as_py() >= len(run.classes):
        raise ValueError("a class that the run does not know")
    for name in columns:
        if not np.all(table[name].to_numpy() <= 1 + _ROUNDING):
            raise ValueError("probabilities above 1")
