"""How long a run that is under way will still take: its own speed, where it is known by now."""

from __future__ import annotations

from core.training.forecast.rates import Rates
from core.training.forecast.work import Work

_ONCE_AT_THE_END = 0.6
"""Of the seconds that every run takes once: the kept model is read and its predictions written."""


def seconds_left(
    work: Work,
    rates: Rates,
    *,
    steps: int,
    step_s: float,
    rows: int,
    row_s: float | None = None,
) -> float:
    """Seconds to the run's end.

    Args:
        work: All that it had to do.
        rates: The table's of its device: of what was not measured yet, how long it takes beside a
            step.
        steps: Still to do.
        step_s: Seconds of one, as the last ones took.
        rows: Still to be measured, in validations and the test.
        row_s: Seconds of one, as the last validation took with all its saving; None before it.
    """
    pace = step_s / rates.step_seconds(work)
    if row_s is None:
        saving = work.saved_bytes / rates.disk * steps / max(work.steps, 1)
        measuring = (rows * rates.row_seconds(work) + saving) * pace
    else:
        measuring = rows * row_s
    return steps * step_s + measuring + rates.once_s * _ONCE_AT_THE_END * pace
