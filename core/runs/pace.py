"""How fast a run goes and how long it took: one answer for every page, command and report."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs.status import JobStatus
from core.runs.result import RunResult


@dataclass(frozen=True)
class Pace:
    """Rows of training a second, and seconds from start to end; None where it is not known."""

    rows_per_s: float | None
    seconds: float | None


def pace_of(status: JobStatus, result: RunResult | None) -> Pace:
    """The newest rate of a run at work, which has no duration yet; of one that ended its means.

    Args:
        status: Its present state.
        result: What it reached, if it has kept a model.
    """
    if result is None or status.state.active:
        return Pace(status.rows_per_s or None, None)
    return Pace(result.rows_per_s, result.seconds)
