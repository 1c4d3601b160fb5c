"""Cached reads about files that are to be imported, and about how their import went."""

from __future__ import annotations

import csv
from pathlib import Path

import streamlit as st

from core.data.dataset import Dataset
from core.data.importing.preview import Preview, preview_file
from core.data.reading.formats import FileFormat
from core.errors import BadInput, NotFound
from core.workspace import Workspace

_MAX_ENTRIES = 64


def file_preview(path: Path, file_format: FileFormat | None = None) -> Preview:
    """See `core.data.importing.preview.preview_file`; a file that has changed is read again.

    Raises:
        NotFound: there is no such file, or it may not be read.
        BadInput: it cannot be read as this format, or as any.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:  # A path with a NUL is a ValueError.
        raise NotFound(
            "the path of a file", f"nothing at {str(path)!r}", "check the path"
        ) from error
    return _preview(path, (found.st_mtime_ns, found.st_size), file_format)


@st.cache_data(max_entries=8, show_spinner=False)
def _preview(path: Path, version: tuple[int, int], file_format: FileFormat | None) -> Preview:
    return preview_file(path, file_format)


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


@st.cache_data(max_entries=_MAX_ENTRIES, show_spinner=False)
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
