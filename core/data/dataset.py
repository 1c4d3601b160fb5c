"""A data set: one Parquet file of texts and one JSON description. Column names live here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.artifacts import delete_artifacts
from core.data.column import Column
from core.data.names import alike, find_by_reference, fits_a_line, free_name
from core.data.row_groups import taken_rows
from core.data.text_recipe import TextRecipe
from core.errors import AlreadyExists, BadInput, NotFound, disk_errors
from core.files import damage_said
from core.locks import held
from core.records import from_plain, parse_json, read_records, replace_record
from core.workspace import Workspace

ROW = "row"
ID = "id"
TEXT = "text"
LABEL = "label"
N_WORDS = "n_words"
N_CHARS = "n_chars"
N_TOKENS = "n_tokens"
"""Tokens of an encoder; kept beside the data set, see `Workspace.token_counts`."""

SCHEMA = pa.schema(
    [
        (ROW, pa.int64()),
        (ID, pa.string()),
        (TEXT, pa.string()),
        (LABEL, pa.string()),
        (N_WORDS, pa.int32()),
        (N_CHARS, pa.int32()),
    ]
)
MAX_NAME_CHARS = 120
IMPORT_AGAIN = "delete the data set and import its file again"


@dataclass(frozen=True)
class Dataset:
    """What is known of a data set without reading its texts.

    `classes` are the label values in a fixed order; for two classes the second is the
    positive one. `notes` are sentences about what the import changed. `problems` maps a kind of
    problem to the rows that had it, of which `skipped` were left out. `columns` are the further
    ones of the file. `text_recipe` says which of its columns make the text, None where there was
    no file; `label_column` and `id_column` are its names of these, empty where there is none.
    """

    id: str
    name: str
    fingerprint: str
    source: str
    rows: int
    class_counts: dict[str, int]
    classes: tuple[str, ...]
    created: str
    synthetic: bool = False
    notes: tuple[str, ...] = field(default=())
    problems: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    file_format: str = ""
    columns: tuple[Column, ...] = ()
    text_recipe: TextRecipe | None = None
    label_column: str = ""
    id_column: str = ""

    @property
    def text_column(self) -> str:
        """The file's name of the one column with the text, which is no further one; else empty."""
        if self.text_recipe is None or self.text_recipe.is_joined:
            return ""
        return self.text_recipe.columns[0]

    @property
    def labelled(self) -> int:
        """Number of rows that have a label."""
        return sum(self.class_counts.values())

    @property
    def unlabelled(self) -> int:
        """Number of rows without a label."""
        return self.rows - self.labelled

    @property
    def positive(self) -> str | None:
        """The class that precision and recall are about; None unless there are two classes."""
        return self.classes[1] if len(self.classes) == 2 else None

    @property
    def majority_share(self) -> float:
        """Accuracy of always answering the commonest class; NaN without labels."""
        if not self.labelled:
            return float("nan")
        return max(self.class_counts.values()) / self.labelled

    @property
    def positive_share(self) -> float:
        """Share of labelled rows in the positive class; NaN unless there are two classes."""
        if self.positive is None:
            return float("nan")
        return self.class_counts[self.positive] / self.labelled

    def to_json(self) -> str:
        """The description as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Dataset:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, parse_json(text))


def list_datasets(workspace: Workspace) -> list[Dataset]:
    """All data sets of the workspace, oldest first."""
    found = read_records(workspace.datasets, "dataset.json", Dataset.from_json)
    return sorted(found, key=lambda dataset: (dataset.created, dataset.id))


def find_dataset(workspace: Workspace, reference: str) -> Dataset:
    """The data set whose id is `reference`, else that of this name.

    Raises:
        NotFound: there is none.
        BadInput: several have the name, and only an id tells them apart.
    """
    newest_first = list_datasets(workspace)[::-1]
    return find_by_reference("data set", newest_first, reference, otherwise="import one first")


def dataset_by_id(workspace: Workspace, dataset_id: str) -> Dataset:
    """The data set as it is now; another that is called like its id is not meant.

    Raises:
        NotFound: it has been deleted.
    """
    for dataset in list_datasets(workspace):
        if dataset.id == dataset_id:
            return dataset
    raise NotFound("a data set that is here", f"{dataset_id!r} gone", "choose another one")


def free_dataset_name(workspace: Workspace, name: str) -> str:
    """The name, with a number behind it where another data set is called so: `surge 2`."""
    return free_name(name, _names_taken(list_datasets(workspace)), MAX_NAME_CHARS)


def rename_dataset(workspace: Workspace, dataset: Dataset, name: str) -> Dataset:
    """Give a data set another name; its id and its files stay.

    Raises:
        BadInput: the name is empty, too long or not on one line.
        AlreadyExists: another data set has the name, or one much like it.
        NotFound: the data set has been deleted.
        DiskError: the disk is full or closed to this user.
    """
    name = name.strip()
    if not fits_a_line(name, MAX_NAME_CHARS) or not alike(name):
        raise BadInput(
            f"a name of 1 to {MAX_NAME_CHARS} characters on one line",
            repr(name[:60]),
            "choose another name",
        )
    with disk_errors("the data set's name"), changing_datasets(workspace):
        # Read again: somebody else may have changed or deleted it.
        renamed = replace(dataset_by_id(workspace, dataset.id), name=name)
        _refuse_taken(workspace, renamed)
        replace_record(workspace.dataset(renamed.id).description, renamed.to_json())
    return renamed


def delete_dataset(workspace: Workspace, dataset: Dataset) -> None:
    """Delete a data set with its slices, saved splits and what was worked out from its texts.

    It leaves the list in one step. Runs drawn from it keep their own copy of its rows.

    Raises:
        NotFound: it has been deleted before.
        DiskError: the disk is closed to this user.
    """
    with disk_errors("the workspace"), workspace.staging() as folder:
        with changing_datasets(workspace):
            dataset_by_id(workspace, dataset.id)
            os.rename(workspace.dataset(dataset.id).folder, folder / dataset.id)
        delete_artifacts(workspace, dataset.fingerprint)


@contextmanager
def changing_datasets(workspace: Workspace) -> Iterator[None]:
    """One change of the list of data sets at a time: two never get one name, and a rename never
    brings a deleted one back.

    Raises:
        JobError: somebody else takes too long over it.
    """
    with held(workspace.datasets_lock, "the list of data sets"):
        yield


def take_rows(workspace: Workspace, dataset: Dataset, rows: NDArray[np.int64]) -> pa.Table:
    """The rows with these row numbers, in this order, with all columns.

    Only the row groups that hold some of them are read, one after the other.
    """
    order = np.argsort(rows, kind="stable")
    with texts_file(workspace, dataset) as path:
        found = list(taken_rows(path, rows[order]))
    pieces = [SCHEMA.empty_table(), *(piece for _, piece in found)]
    back = np.empty(len(rows), np.int64)
    back[order] = np.arange(len(rows))
    return pa.concat_tables(pieces).take(pa.array(back))


@contextmanager
def texts_file(workspace: Workspace, dataset: Dataset) -> Iterator[Path]:
    """The file of the texts, to be read inside; its rows are numbered from 0 in their order.

    Raises:
        DamagedFile: it is missing or damaged.
    """
    path = workspace.dataset(dataset.id).texts
    with damage_said(f"the texts of data set {dataset.name!r}", path, IMPORT_AGAIN):
        yield path


@contextmanager
def columns_file(workspace: Workspace, dataset: Dataset) -> Iterator[Path]:
    """The file of the further columns, to be read inside; its rows are those of the texts.

    Raises:
        DamagedFile: it is missing or damaged.
    """
    path = workspace.dataset(dataset.id).columns
    with damage_said(f"the columns of data set {dataset.name!r}", path, IMPORT_AGAIN):
        path.stat()
        yield path


def _names_taken(datasets: Iterable[Dataset]) -> Iterator[str]:
    """What no other data set may be called: an id, too, as both are said in one place."""
    for dataset in datasets:
        yield from (dataset.name, dataset.id)


def _refuse_taken(workspace: Workspace, renamed: Dataset) -> None:
    """Make sure that no other data set is called so."""
    others = [each for each in list_datasets(workspace) if each.id != renamed.id]
    free = free_name(renamed.name, _names_taken(others), MAX_NAME_CHARS)
    if free != renamed.name:
        raise AlreadyExists(
            "a data set name that is free",
            f"another data set called {renamed.name!r}, or much like it",
            f"choose another name, such as {free!r}",
        )
