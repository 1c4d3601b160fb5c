"""Splits of a data set, drawn so that duplicates stay together, and kept under a name."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import ROW, Dataset
from core.data.labelled import Labelled, original_labels
from core.data.named_files import NamedFiles
from core.data.splits.column_parts import split_by_column
from core.data.splits.group_parts import split_by_groups
from core.data.splits.split import PART, PARTS, Split, SplitPlan, SplitRule, make_split
from core.data.splits.time_parts import split_by_time
from core.data.text.duplicates import duplicate_groups
from core.errors import BadInput, disk_errors
from core.files import damage_said
from core.records import from_json, to_json
from core.workspace import Workspace

_BY_RULE = {
    SplitRule.COLUMN: split_by_column,
    SplitRule.GROUP: split_by_groups,
    SplitRule.TIME: split_by_time,
}
_SHOWN_CLASSES, _SHOWN_CHARS = 5, 40
_DESCRIPTION = b"sincerely.split"
_SCHEMA = pa.schema([(ROW, pa.int64()), (PART, pa.string())])


@dataclass(frozen=True)
class SavedSplit:
    """A split's name, what it was drawn by, the rows of each part, and what was said of it."""

    name: str
    plan: SplitPlan
    sizes: dict[str, int]
    created: str
    notes: tuple[str, ...] = ()


def draw_split(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, labelled: Labelled | None = None
) -> Split:
    """Split the labelled rows of a data set.

    By chance, rows of the same words fall into one part; else the plan's rule alone decides.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        plan: Sizes, seed and rule.
        labelled: The rows and labels; None takes those of the file.

    Raises:
        BadInput: the rows cannot be split so.
    """
    known = labelled or original_labels(workspace, dataset)
    if plan.rule is not SplitRule.CHANCE:
        return _BY_RULE[plan.rule](workspace, dataset, plan, known)
    _refuse_single_rows(known.counts)
    return make_split(
        known.rows, known.class_ids, plan, duplicate_groups(workspace, dataset, known.rows)
    )


def _refuse_single_rows(counts: dict[str, int]) -> None:
    """Make sure that no class has but one row, and name those that do."""
    single = [name for name, count in counts.items() if count == 1]
    if not single or sum(map(bool, counts.values())) < 2:
        return
    listed = ", ".join(repr(name[:_SHOWN_CHARS]) for name in single[:_SHOWN_CLASSES])
    more = f" and {len(single) - _SHOWN_CLASSES:,} more" if len(single) > _SHOWN_CLASSES else ""
    raise BadInput(
        "at least 2 labelled rows of every class",
        f"1 of {listed}{more}",
        "label more rows of that class, leave it out or merge it with another",
    )


def save_split(workspace: Workspace, dataset: Dataset, name: str, plan: SplitPlan) -> SavedSplit:
    """Draw a split and keep it.

    Args:
        workspace: Where the data set is.
        dataset: The data set.
        name: 1 to 48 characters.
        plan: Sizes, seed and rule.

    Raises:
        BadInput: the rows cannot be split so, or the name cannot be used.
        NotFound: the data set is gone.
        AlreadyExists: another split of the data set has the name, or one much like it.
        DiskError: the disk is full or closed to this user.
    """
    _SPLITS.free(workspace, dataset, name)  # Before it is drawn, which takes a moment.
    split = draw_split(workspace, dataset, plan)
    sizes = {part: len(rows) for part, rows in split.parts().items()}
    created = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    with disk_errors("the split"), _SPLITS.kept_free(workspace, dataset, name) as (kept, path):
        saved = SavedSplit(kept, plan, sizes, created, split.notes)
        _write(path, split, saved)
    return saved


def list_splits(workspace: Workspace, dataset: Dataset) -> list[SavedSplit]:
    """All saved splits of a data set, oldest first."""
    return _SPLITS.all(workspace, dataset)


def find_split(workspace: Workspace, dataset: Dataset, name: str) -> SavedSplit:
    """The saved split of that name.

    Raises:
        NotFound: the data set has none.
    """
    return _SPLITS.find(workspace, dataset, name)


def read_split(workspace: Workspace, dataset: Dataset, name: str) -> Split:
    """The rows of a saved split's parts, in the order they were drawn.

    Raises:
        NotFound: the data set has none of that name.
        DamagedFile: it is damaged.
    """
    notes = find_split(workspace, dataset, name).notes
    path = _SPLITS.path(workspace, dataset, name)
    with damage_said(f"the split {name!r}", path, "delete the split and draw it again"):
        table = pq.read_table(path)
        rows, parts = table[ROW].to_numpy().astype(np.int64), table[PART].to_numpy()
        if len(rows) and not 0 <= rows.min() <= rows.max() < dataset.rows:
            raise ValueError("rows that the data set does not have")
        return Split(*(rows[parts == part] for part in PARTS), notes=notes)


def delete_split(workspace: Workspace, dataset: Dataset, name: str) -> None:
    """Remove a saved split; runs drawn by it keep their own copy of its rows.

    Raises:
        NotFound: the data set has none of that name.
        DiskError: the folder is closed to this user.
    """
    _SPLITS.delete(workspace, dataset, name)


def _description(path: Path) -> SavedSplit:
    try:
        text = (pq.read_schema(path).metadata or {})[_DESCRIPTION]
    except pa.ArrowException as error:
        raise ValueError(f"no Parquet file: {error}") from error
    return from_json(SavedSplit, text)


_SPLITS = NamedFiles(
    "split", lambda paths: paths.splits, ".parquet", _description, otherwise="sizes instead"
)


def _write(path: Path, split: Split, saved: SavedSplit) -> None:
    """Rows and parts, with the description in the file's metadata; all of it or nothing."""
    parts = np.repeat(np.array(PARTS), [len(rows) for rows in split.parts().values()])
    rows = np.concatenate(list(split.parts().values()))
    schema = _SCHEMA.with_metadata({_DESCRIPTION: to_json(saved).encode()})
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
