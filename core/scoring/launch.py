"""Start and resume the scorings of files, each in a worker process of its own."""

from __future__ import annotations

from core.errors import NotFound, disk_errors
from core.jobs.launcher import current_status, queue_again, start_job
from core.jobs.registry import JobKind
from core.runs.run import changing_runs
from core.workspace import Workspace


def start_scoring(workspace: Workspace, scoring_id: str) -> None:
    """Start the worker of a scoring that `create_scoring` made.

    Raises:
        JobError: the system refused; the scoring's status says so.
    """
    start_job(workspace, workspace.scoring(scoring_id), JobKind.SCORE, scoring_id)


def resume_scoring(workspace: Workspace, scoring_id: str) -> None:
    """Take up a scoring that ended early; what it has scored is not scored again.

    Of several that resume one scoring at the same time, one wins and the others are told.

    Raises:
        JobError: it is active or has finished, or the system refused a process.
        NotFound: it or its file is gone.
        DiskError: the disk is full or closed to this user; the scoring stays as it was.
    """
    paths = workspace.scoring(scoring_id)
    with disk_errors("the scoring"), changing_runs(workspace):
        if not paths.status.exists():
            raise NotFound("the id of a scoring", repr(scoring_id), "score the file again")
        state = current_status(paths).state
        kept = paths.input.exists() or paths.result.exists()
        if state.resumable and not kept:
            raise NotFound("the scoring's own copy of the file", "none", "score the file again")
        queue_again(paths, what="scoring", name="this one", otherwise="score the file again")
        start_scoring(workspace, scoring_id)
