"""Things of a data set that a person keeps under a name, a file each: slices and saved splits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from core.data.dataset import Dataset, changing_datasets, dataset_by_id
from core.data.names import checked_name, named
from core.errors import AlreadyExists, NotFound, disk_errors
from core.files import read_each
from core.kept_reads import kept_read
from core.workspace import DatasetPaths, Workspace, slug


class Named(Protocol):
    """What is kept: its name, and when it was made."""

    @property
    def name(self) -> str:
        """As somebody called it."""

    @property
    def created(self) -> str:
        """When, as ISO 8601 in UTC."""


Kept = TypeVar("Kept", bound=Named)


@dataclass(frozen=True)
class NamedFiles(Generic[Kept]):
    """The files of one kind of thing.

    Attributes:
        what: The kind, for people: "slice".
        folder: Where a data set's are.
        suffix: Of the files' names.
        read: Reads one; raises OSError, ValueError, TypeError or KeyError if it is damaged.
        otherwise: What to choose where there is none, for people.
    """

    what: str
    folder: Callable[[DatasetPaths], Path]
    suffix: str
    read: Callable[[Path], Kept]
    otherwise: str

    def free(self, workspace: Workspace, dataset: Dataset, name: str) -> tuple[str, Path]:
        """The name as it will be kept, and its file, which is not there yet.

        Raises:
            BadInput: the name cannot be used.
            NotFound: the data set is gone.
            AlreadyExists: another of the data set has the name, or one much like it.
        """
        name = checked_name(self.what, name)
        dataset_by_id(workspace, dataset.id)
        path = self.path(workspace, dataset, name)
        if path.exists():
            raise AlreadyExists(
                f"a {self.what} name that is free",
                f"a {self.what} called {name!r}, or much like it, already",
                "choose another name",
            )
        return name, path

    @contextmanager
    def kept_free(
        self, workspace: Workspace, dataset: Dataset, name: str
    ) -> Iterator[tuple[str, Path]]:
        """What `free` gives; until the file is written inside, nobody else takes the name.

        Raises:
            SincerelyError: as `free`.
            JobError: somebody else takes too long over such a change.
        """
        with changing_datasets(workspace):
            yield self.free(workspace, dataset, name)

    def path(self, workspace: Workspace, dataset: Dataset, name: str) -> Path:
        """Where the one of that name is, if there is one."""
        return self.folder(workspace.dataset(dataset.id)) / f"{slug(name)}{self.suffix}"

    def all(self, workspace: Workspace, dataset: Dataset) -> list[Kept]:
        """All of a data set, oldest first; damaged ones are left out."""
        paths = sorted(self.folder(workspace.dataset(dataset.id)).glob(f"*{self.suffix}"))
        found = read_each(paths, lambda path: kept_read(path, self.read))
        return sorted(found, key=lambda one: (one.created, one.name))

    def find(self, workspace: Workspace, dataset: Dataset, name: str) -> Kept:
        """The one of that name.

        Raises:
            NotFound: the data set has none.
        """
        there = self.all(workspace, dataset)
        for one in there:
            if one.name == name:
                return one
        known = named(repr(one.name) for one in there)
        raise NotFound(
            f"the name of a {self.what}", repr(name), f"choose {known or self.otherwise}"
        )

    def delete(self, workspace: Workspace, dataset: Dataset, name: str) -> None:
        """Remove the one of that name.

        Raises:
            NotFound: the data set has none.
            DiskError: the folder is closed to this user.
        """
        self.find(workspace, dataset, name)
        with disk_errors(f"the {self.what}s"):
            self.path(workspace, dataset, name).unlink(missing_ok=True)
