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


@dataclass(frozen=True)
class Forecast:
    """How long a run will take, from the start of its process to its end.

    `low` and `high` enclose four runs of five, by what was measured when this was made;
    `rows_per_s` is of training, `measured_rows_per_s` of validation and test. `past` says how
    many past runs corrected it, `ratio` by which factor, `about` what device the table is for.
    """

    seconds: float
    low: float
    high: float
    rows_per_s: float
    measured_rows_per_s: float
    past: int
    ratio: float
    about: str

    @property
    def basis(self) -> str:
        """Where it comes from, in a sentence or two."""
        table = f"From a table of how fast devices train, for {self.about}"
        if not self.past:
            return f"{table}: no run has finished on it here yet, so the error is large."
        runs = "the run" if self.past == 1 else f"the {self.past} runs"
        return (
            f"{table}, times {self.ratio:.2g}: so much longer or shorter than in the table {runs}"
            " most like it took here."
        )


def forecast(work: Work, device: DeviceKind, past: Sequence[PastRun] = ()) -> Forecast:
    """How long a run will take.

    Args:
        work: What it has to do.
        device: What it trains on.
        past: Runs that have finished on such a device, the newest first.
    """
    rates = device.rates
    near = _nearest(work, device, past)
    logs = [math.log(run.seconds / rates.seconds(run.work)) for run in near]
    ratio = math.exp(float(np.median(logs))) if logs else 1.0
    error = _error(work, device, near, logs)
    seconds = rates.seconds(work) * ratio
    return Forecast(
        seconds=rates.start_s + seconds,
        low=rates.start_s / error + seconds / error,
        high=rates.start_s * error + seconds * error,
        rows_per_s=work.rows / (rates.step_seconds(work) * ratio),
        measured_rows_per_s=1 / (rates.row_seconds(work) * ratio),
        past=len(near),
        ratio=ratio,
        about=device.about,
    )


def _nearest(work: Work, device: DeviceKind, past: Sequence[PastRun]) -> list[PastRun]:
    """The past runs whose steps are most like these, of equally like ones the newest."""
    known = [run for run in past if device.rates.seconds(run.work) > 0]
    return sorted(known, key=lambda run: round(_distance(work, run, device), 1))[:_NEAREST]


def _distance(work: Work, run: PastRun, device: DeviceKind) -> float:
    """By the log of how many times longer a step takes."""
    steps = device.rates.step_seconds
    return abs(math.log(steps(work) / steps(run.work)))


def _error(work: Work, device: DeviceKind, near: Sequence[PastRun], logs: Sequence[float]) -> float:
    """The factor either way that the forecast may be off by: never more than the table's own."""
    if not near:
        return device.rates.error
    distance = float(np.median([_distance(work, run, device) for run in near]))
    spread = float(np.max(np.abs(np.array(logs) - np.median(logs)))) if len(logs) > 1 else _ONE_RUN
    return min(device.rates.error, math.exp(_SAME_AGAIN + spread + _AS_FAR * distance))
