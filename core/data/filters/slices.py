"""Named slices: row filters that somebody saved to look at, measure or label again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.named_files import NamedFiles
from core.errors import SincerelyError, disk_errors
from core.files import read_text, write_atomically
from core.records import from_json
from core.workspace import Workspace


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
    created = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    with disk_errors("the slice"), _SLICES.kept_free(workspace, dataset, name) as (kept, path):
        made = Slice(kept, row_filter, rows, created)
        write_atomically(path, made.to_json())
    return made


def list_slices(workspace: Workspace, dataset: Dataset) -> list[Slice]:
    """All slices of a data set, oldest first."""
    return _SLICES.all(workspace, dataset)


def find_slice(workspace: Workspace, dataset: Dataset, name: str) -> Slice:
    """The slice of that name.

    Raises:
        NotFound: the data set has none.
    """
    return _SLICES.find(workspace, dataset, name)


def delete_slice(workspace: Workspace, dataset: Dataset, name: str) -> None:
    """Remove a slice; the rows stay.

    Raises:
        NotFound: the data set has none of that name.
        DiskError: the folder is closed to this user.
    """
    _SLICES.delete(workspace, dataset, name)


_SLICES = NamedFiles(
    "slice",
    lambda paths: paths.slices,
    ".json",
    lambda path: Slice.from_json(read_text(path)),
    otherwise="those you save",
)
