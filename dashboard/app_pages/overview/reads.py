"""What Overview reads."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.importing.column_choice import likely_kind
from core.data.importing.preview import Preview
from core.data.text.profile import Profile, read_profile
from core.errors import BadInput, NotFound
from core.explore import summary
from core.explore.health import health_table
from core.workspace import Workspace
from dashboard.cache import cached
from dashboard.reads import file_version, split_of


@cached()
def first_rows(workspace: Workspace, dataset: Dataset, limit: int, columns: int) -> pd.DataFrame:
    """See `core.explore.summary.first_rows`; with so many columns that are not sensitive."""
    shown = [column for column in dataset.columns if not column.sensitive][:columns]
    return summary.first_rows(workspace, dataset, limit, shown)


@cached()
def profile(workspace: Workspace, dataset: Dataset) -> Profile:
    """See `core.data.text.profile.read_profile`."""
    return read_profile(workspace, dataset)


@cached(spinner="Checking")
def health(workspace: Workspace, dataset: Dataset) -> pd.DataFrame:
    """See `core.explore.health.health_table`; the split is the default preset's."""
    try:
        split = split_of(workspace, dataset, "")
    except BadInput:  # Too few labels to split: the other checks hold without.
        split = None
    return health_table(workspace, dataset, split=split)


@cached(key=lambda path, preview, further: (path, file_version(path), preview.format, further))
def likely_kinds(
    path: Path, preview: Preview, further: tuple[tuple[str, int], ...]
) -> dict[str, ColumnKind]:
    """What the cells of further columns seem to be, by name, as far as a sample shows."""
    return {name: likely_kind(name, preview.sample.rows, at) for name, at in further}


def check_file(path: Path) -> None:
    """Make sure that a file is there and has something in it.

    Raises:
        NotFound: there is no such file.
        BadInput: it is empty.
    """
    if not path.is_file():
        raise NotFound("the path of a file", f"nothing at {str(path)!r}", "check the path")
    if not path.stat().st_size:
        raise BadInput("a file with rows", "an empty file", "choose another file")


@cached()
def problem_rows(workspace: Workspace, dataset: Dataset, limit: int = 8) -> dict[str, list[int]]:
    """The first row numbers of each problem of a data set's import."""
    found: dict[str, list[int]] = {name: [] for name in dataset.problems}
    missing = sum(min(count, limit) for count in dataset.problems.values())
    path = workspace.dataset(dataset.id).problems
    if not path.exists():
        return found
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if missing == 0:
                break
            rows = found.setdefault(line["problem"], [])
            if len(rows) < limit:
                rows.append(int(line["row"]))
                missing -= 1
    return found
