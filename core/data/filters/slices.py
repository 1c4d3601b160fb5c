"""Named slices: row filters that somebody saved to look at, measure or label again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from core.data.dataset import Dataset, find_dataset
from core.data.filters.row_filter import RowFilter
from core.data.names import checked_name
from core.errors import AlreadyExists, NotFound, SincerelyError, disk_errors
from core.files import read_all, write_atomically
from core.records import from_json
from core.workspace import Workspace, slug


@dataclass(frozen=True)
class Slice:
    """A row filter with a name, and how many rows it found when it was saved."""

    name: str
    row_filter: RowFilter
    rows: int
    created: str

    def to_json(self) -> str:
        """The slice as JSON, for `from_json`."""
        return json.dumps(
            {
                "name": self.name,
                "row_filter": json.loads(self.row_filter.to_json()),
                "rows": self.rows,
                "created": self.created,
            },
            ensure_ascii=False,
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> Slice:
        """The slice that `to_json` wrote.

        Raises:
            ValueError: it is no such text.
        """
        kept = from_json(_KeptSlice, text)
        try:
            row_filter = RowFilter.from_json(json.dumps(kept.row_filter))
        except SincerelyError as error:
            raise ValueError(str(error)) from error
        return cls(kept.name, row_filter, kept.rows, kept.created)


@dataclass(frozen=True)
class _KeptSlice:
    """A slice's file; its filter has a form of its own, see `RowFilter.from_json`."""

    name: str
    row_filter: Any
    rows: int
    created: str


def save_slice(
    workspace: Workspace, dataset: Dataset, name: str, row_filter: RowFilter, rows: int
) -> Slice:
    """Keep a filter under a name.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        name: 1 to 48 characters.
        row_filter: Which rows.
        rows: How many these are now.

    Raises:
        BadInput: the name cannot be used.
        NotFound: the data set is gone.
        AlreadyExists: another slice of the data set has the name, or one much like it.
        DiskError: the disk is full or closed to this user.
    """
    name = checked_name("slice", name)
    find_dataset(workspace, dataset.id)
    created = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    made = Slice(name, row_filter, rows, created)
    path = _path(workspace, dataset, name)
    if path.exists():
        raise AlreadyExists(
            "a slice name that is free",
            f"a slice called {name!r}, or much like it, already",
            "choose another name",
        )
    with disk_errors("the slice"):
        write_atomically(path, made.to_json())
    return made


def list_slices(workspace: Workspace, dataset: Dataset) -> list[Slice]:
    """All slices of a data set, oldest first."""
    folder = workspace.dataset(dataset.id).slices
    found = read_all(sorted(folder.glob("*.json")), Slice.from_json)
    return sorted(found, key=lambda one: (one.created, one.name))


def find_slice(workspace: Workspace, dataset: Dataset, name: str) -> Slice:
    """The slice of that name.

    Raises:
        NotFound: the data set has none.
    """
    slices = list_slices(workspace, dataset)
    for one in slices:
        if one.name == name:
            return one
    known = ", ".join(repr(one.name) for one in slices)
    raise NotFound("the name of a slice", repr(name), f"choose one of {known or 'those you save'}")


def delete_slice(workspace: Workspace, dataset: Dataset, name: str) -> None:
    """Remove a slice; the rows stay.

    Raises:
        NotFound: the data set has none of that name.
        DiskError: the folder is closed to this user.
    """
    find_slice(workspace, dataset, name)
    with disk_errors("the slices"):
        _path(workspace, dataset, name).unlink(missing_ok=True)


def _path(workspace: Workspace, dataset: Dataset, name: str) -> Path:
    return workspace.dataset(dataset.id).slices / f"{slug(name)}.json"
