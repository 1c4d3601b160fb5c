"""Which runs froze the same rows, so that they can be compared figure by figure."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from core.errors import DamagedFile, NotFound
from core.evaluation.predictions import scored_parts
from core.files import check_is_file
from core.kept_reads import kept_read
from core.runs.result import TRAIN_AGAIN
from core.runs.run import Run, list_runs
from core.workspace import Workspace

MOST_RUNS = 20
"""Runs on the same rows that are compared."""
LOOKED_AT = 200
"""Runs on the same data set of which is asked whether they are on the same rows."""


def rows_key(workspace: Workspace, run: Run) -> str:
    """Names the rows that a run froze: runs on the same rows, parts and labels share it.

    Raises:
        NotFound: the run has been deleted.
        DamagedFile: no file stands there.
    """
    path = workspace.run(run.id).examples
    check_is_file(f"the rows of run {run.name!r}", path, TRAIN_AGAIN)
    try:
        return kept_read(path, _digest)
    except FileNotFoundError as error:
        raise NotFound(
            "a run that is here", f"{run.name!r}, which is gone", "choose another run"
        ) from error


def runs_on_rows(workspace: Workspace, run: Run, key: str) -> list[Run]:
    """The measured runs whose frozen rows, parts and labels are the run's, oldest first.

    Of many the newest MOST_RUNS, and the run itself.
    """
    found: list[Run] = []
    looked_at = 0
    for other in runs_on_content(workspace, run):
        with contextlib.suppress(DamagedFile, NotFound):  # A damaged run breaks no sound one.
            own = other.id == run.id
            if not own and (len(found) >= MOST_RUNS or looked_at >= LOOKED_AT):
                continue
            if scored_parts(workspace, other):
                looked_at += 1
                if rows_key(workspace, other) == key:
                    found.append(other)
    return found[::-1]


def runs_on_content(workspace: Workspace, run: Run) -> list[Run]:
    """All runs on the run's data set, newest first."""
    return [other for other in list_runs(workspace) if other.fingerprint == run.fingerprint]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
