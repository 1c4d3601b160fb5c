"""What Runs reads of a run, at work or ended."""

from __future__ import annotations

from core.evaluation.doctor.chosen_groups import groups_column
from core.evaluation.doctor.doctor import Finding, run_findings
from core.evaluation.doctor.frozen_rows import FrozenRows, frozen_rows
from core.jobs.status import JobStatus
from core.runs.metrics import Measurements, MetricsReader
from core.runs.result import read_result
from core.runs.run import Run
from core.workspace import Workspace
from dashboard.cache import cached


def measurements(workspace: Workspace, run: Run) -> Measurements:
    """All that a run has measured so far; only what is new since the last call is read."""
    return _reader(workspace, run).read()


@cached(key=lambda workspace, run: (workspace, run.id, run.created), shared=True)
def _reader(workspace: Workspace, run: Run) -> MetricsReader:
    return MetricsReader(workspace.run(run.id).metrics)


@cached(
    key=lambda workspace, run: (workspace, run.id, run.created),
    spinner="Looking for texts in two parts",
    shared=True,
)
def rows_of_run(workspace: Workspace, run: Run) -> FrozenRows:
    """See `core.evaluation.doctor.frozen_rows`; a run's rows never change.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    return frozen_rows(workspace.run(run.id).examples)


def findings(workspace: Workspace, run: Run, status: JobStatus) -> list[Finding]:
    """What the run doctor says; worked out again only when there is something new.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    measured, result = measurements(workspace, run), read_result(workspace, run)
    groups = groups_column(workspace, run) if not status.state.active else ""
    key = ("findings", status.state, status.message, result, groups)
    # Unlike a cached function this costs an idle tick nothing.
    if (found := measured.worked_out.get(repr(key))) is None:
        rows = rows_of_run(workspace, run)
        found = run_findings(workspace, run, measured=measured, rows=rows, status=status)
        measured.worked_out[repr(key)] = found
    told: list[Finding] = found
    return told
