"""How long a run will take: a table's answer, corrected by what runs took here, with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.training.forecast.past_runs import PastRun
from core.training.forecast.rates import DeviceKind
from core.training.forecast.work import Work

_NEAREST = 5
_SAME_AGAIN = 0.2
"""Log of the factor by which one run twice differs on a machine that others use as well."""
_ONE_RUN = 0.15
"""What is added where a single run has to speak for all."""
_AS_FAR = 0.2
"""What is added for a run whose steps are e times longer or shorter than the past ones'."""
_CROWD_CHANGES = 0.3
"""What is added for a processor that is e times as crowded as alone, or as in the past runs: other
programs end, and others begin."""
_NOTEWORTHY = 1.3


@dataclass(frozen=True)
class Forecast:
    """How long a run will take, from the start of its process to its end.

    Attributes:
        seconds: The best guess.
        low: What four runs of five should not fall below.
        high: Nor rise above.
        start_s: The part of it before the first step.
        rows_per_s: In training.
        measured_rows_per_s: In validation and test.
        past: How many past runs corrected it.
        ratio: By which factor.
        crowding: How many times longer than with the processor to itself.
        about: What device the table is for.
    """

    seconds: float
    low: float
    high: float
    start_s: float
    rows_per_s: float
    measured_rows_per_s: float
    past: int
    ratio: float
    crowding: float
    about: str

    @property
    def basis(self) -> str:
        """Where it comes from, in a few sentences."""
        table = f"From a table of how fast devices train, for {self.about}"
        if self.past:
            runs = "the run" if self.past == 1 else f"the {self.past} runs"
            said = (
                f"{table}, times {self.ratio:.2g}: {runs} most like it took so many times as long."
            )
        else:
            said = f"{table}: no run has finished on it here yet, so the error is large."
        if self.crowding >= _NOTEWORTHY:
            said += (
                f" Other programs use the processor: it takes {self.crowding:.2g} times as long as"
                " alone, if they go on."
            )
        return said


def forecast(
    work: Work, device: DeviceKind, past: Sequence[PastRun] = (), *, crowding: float = 1.0
) -> Forecast:
    """How long a run will take.

    Args:
        work: What it has to do.
        device: What it trains on.
        past: Runs that have finished on such a device, the newest first.
        crowding: As `core.training.forecast.crowd.crowding` tells it.
    """
    rates = device.rates
    crowd = crowding if device.is_processor else 1.0
    near = _nearest(work, device, past)
    logs = [math.log(run.seconds / (rates.seconds(run.work) * run.crowding)) for run in near]
    ratio = math.exp(float(np.median(logs))) if logs else 1.0
    starts = [run.start_s / run.crowding for run in near] or [rates.start_s]
    start_s = float(np.median(starts)) * crowd
    seconds = start_s + rates.seconds(work) * ratio * crowd
    error = _error(work, device, near, logs, crowd)
    return Forecast(
        seconds=seconds,
        low=seconds / error,
        high=seconds * error,
        start_s=start_s,
        rows_per_s=work.rows / (rates.step_seconds(work) * ratio * crowd),
        measured_rows_per_s=1 / (rates.row_seconds(work) * ratio * crowd),
        past=len(near),
        ratio=ratio,
        crowding=crowd,
        about=device.about,
    )


def _nearest(work: Work, device: DeviceKind, past: Sequence[PastRun]) -> list[PastRun]:
    """The past runs whose steps are most like these, of equally like ones the newest."""
    return sorted(past, key=lambda run: round(_distance(work, run, device), 1))[:_NEAREST]


def _distance(work: Work, run: PastRun, device: DeviceKind) -> float:
    """By the log of how many times longer a step takes."""
    steps = device.rates.step_seconds
    return abs(math.log(steps(work) / steps(run.work)))


def _error(
    work: Work,
    device: DeviceKind,
    near: Sequence[PastRun],
    logs: Sequence[float],
    crowd: float,
) -> float:
    """The factor either way that the forecast may be off by: never more than the table's own."""
    table = math.log(device.rates.error) + _CROWD_CHANGES * math.log(crowd)
    if not near:
        return math.exp(table)
    distance = float(np.median([_distance(work, run, device) for run in near]))
    spread = float(np.std(logs, ddof=1)) if len(logs) > 1 else _ONE_RUN
    changed = abs(math.log(crowd / float(np.median([run.crowding for run in near]))))
    own = _SAME_AGAIN + spread + _AS_FAR * distance + _CROWD_CHANGES * changed
    return math.exp(min(table, own))
