"""The run doctor: looks at a run's curves, rows and settings, and says in words what is wrong.

Each rule is one function, its thresholds at the top of its module with their reasons. A healthy run
gets no finding, and so does one that is too young for a rule to judge, or whose validation rows are
too few for it, which is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.evaluation.doctor.case import Case
from core.evaluation.doctor.chosen_groups import chosen_groups
from core.evaluation.doctor.curve_rules import (
    input_bound,
    learning_rate,
    overfitting,
    still_rising,
    threshold,
)
from core.evaluation.doctor.finding import Finding, Severity
from core.evaluation.doctor.frozen_rows import FrozenRows, frozen_rows
from core.evaluation.doctor.row_rules import few_rows, group_leaks, leaks, no_skill
from core.jobs.status import JobStatus, read_status
from core.runs.metrics import Measurements, MetricsReader
from core.runs.result import read_result
from core.runs.run import Run
from core.workspace import Workspace

__all__ = ["Finding", "Severity", "diagnose", "run_findings"]

_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    leaks,
    group_leaks,
    no_skill,
    learning_rate,
    overfitting,
    threshold,
    few_rows,
    input_bound,
    still_rising,
)


def run_findings(
    workspace: Workspace,
    run: Run,
    *,
    measured: Measurements | None = None,
    rows: FrozenRows | None = None,
    status: JobStatus | None = None,
) -> list[Finding]:
    """What the doctor finds in a run, the gravest first; see `diagnose`.

    Args:
        workspace: Where the run is.
        run: Active or ended.
        measured: Its metrics, where they have been read before.
        rows: Facts about its rows, which never change, where they have been found before.
        status: Its present state, where it is known.

    Raises:
        FileNotFoundError: the run has been deleted.
    """
    paths = workspace.run(run.id)
    return diagnose(
        Case(
            config=run.config,
            classes=run.classes,
            status=status or read_status(paths),
            measured=measured or MetricsReader(paths.metrics).read(),
            rows=rows or frozen_rows(paths.examples),
            result=read_result(workspace, run),
            groups=chosen_groups(workspace, run),
        )
    )


def diagnose(case: Case) -> list[Finding]:
    """Apply every rule; the gravest findings first, none for a healthy run."""
    found = [finding for rule in _RULES for finding in rule(case)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))
