"""Splits of a data set, drawn so that duplicates stay together, and kept under a name."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import ROW, Dataset, find_dataset
from core.data.labelled import Labelled, original_labels
from core.data.names import checked_name
from core.data.splits.split import PART, PARTS, Split, SplitPlan, make_split
from core.data.text.duplicates import duplicate_groups
from core.errors import AlreadyExists, NotFound, disk_errors
from core.records import from_plain
from core.workspace import Workspace, slug

_DESCRIPTION = b"sincerely.split"
_SCHEMA = pa.schema([(ROW, pa.int64()), (PART, pa.string())])
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SavedSplit:
    """A split's name, what it was drawn by, and the rows of each part."""

    name: str
    plan: SplitPlan
    sizes: dict[str, int]
    created: str

    def to_json(self) -> str:
        """The description, without the rows, as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> SavedSplit:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, json.loads(text))


def draw_split(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, labelled: Labelled | None = None
) -> Split:
    """Split the labelled rows of a data set; rows of the same words fall into one part.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        plan: Sizes and seed.
        labelled: The rows and labels; None takes those of the file.

    Raises:
        BadInput: the rows cannot be split so.
    """
    known = labelled or original_labels(workspace, dataset)
    return make_split(
        known.rows, known.class_ids, plan, duplicate_groups(workspace, dataset, known.rows)
    )


def save_split(workspace: Workspace, dataset: Dataset, name: str, plan: SplitPlan) -> SavedSplit:
    """Draw a split and keep it.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        name: 1 to 48 characters.
        plan: Sizes and seed.

    Raises:
        BadInput: the rows cannot be split so, or the name cannot be used.
        NotFound: the data set is gone.
        AlreadyExists: another split of the data set has the name, or one much like it.
        DiskError: the disk is full or closed to this user.
    """
    name = checked_name("split", name)
    find_dataset(workspace, dataset.id)
    path = _path(workspace, dataset, name)
    if path.exists():
        raise AlreadyExists(
            "a split name that is free",
            f"a split called {name!r}, or much like it, already",
            "choose another name",
        )
    split = draw_split(workspace, dataset, plan)
    sizes = {part: len(rows) for part, rows in split.parts().items()}
    created = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    saved = SavedSplit(name, plan, sizes, created)
    with disk_errors("the split"):
        _write(path, split, saved)
    return saved


def list_splits(workspace: Workspace, dataset: Dataset) -> list[SavedSplit]:
    """All saved splits of a data set, oldest first."""
    found = []
    for path in sorted(workspace.dataset(dataset.id).splits.glob("*.parquet")):
        try:
            found.append(_description(path))
        except (OSError, pa.ArrowException, ValueError, TypeError, KeyError) as error:
            _log.warning("left out %s: %r", path, error)
    return sorted(found, key=lambda split: (split.created, split.name))


def find_split(workspace: Workspace, dataset: Dataset, name: str) -> SavedSplit:
    """The saved split of that name.

    Raises:
        NotFound: the data set has none.
    """
    splits = list_splits(workspace, dataset)
    for split in splits:
        if split.name == name:
            return split
    known = ", ".join(repr(split.name) for split in splits)
    raise NotFound("the name of a saved split", repr(name), f"choose {known or 'sizes instead'}")


def read_split(workspace: Workspace, dataset: Dataset, name: str) -> Split:
    """The rows of a saved split's parts, in the order they were drawn.

    Raises:
        NotFound: the data set has none of that name.
    """
    find_split(workspace, dataset, name)
    table = pq.read_table(_path(workspace, dataset, name))
    rows, parts = table[ROW].to_numpy().astype(np.int64), table[PART].to_numpy()
    return Split(*(rows[parts == part] for part in PARTS))


def delete_split(workspace: Workspace, dataset: Dataset, name: str) -> None:
    """Remove a saved split; runs drawn by it keep their own copy of its rows.

    Raises:
        NotFound: the data set has none of that name.
        DiskError: the folder is closed to this user.
    """
    find_split(workspace, dataset, name)
    with disk_errors("the saved splits"):
        _path(workspace, dataset, name).unlink(missing_ok=True)


def _path(workspace: Workspace, dataset: Dataset, name: str) -> Path:
    return workspace.dataset(dataset.id).splits / f"{slug(name)}.parquet"


def _description(path: Path) -> SavedSplit:
    return SavedSplit.from_json((pq.read_schema(path).metadata or {})[_DESCRIPTION].decode())


def _write(path: Path, split: Split, saved: SavedSplit) -> None:
    """Rows and parts, with the description in the file's metadata; all of it or nothing."""
    parts = np.repeat(np.array(PARTS), [len(rows) for rows in split.parts().values()])
    rows = np.concatenate(list(split.parts().values()))
    schema = _SCHEMA.with_metadata({_DESCRIPTION: saved.to_json().encode()})
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(handle)
    try:
        table = pa.table([pa.array(rows), pa.array(parts, pa.string())], schema=schema)
        pq.write_table(table, name, compression="zstd")
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
