"""What a training tells while it runs: status, metrics for the pages, TensorBoard's events."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from core.jobs.resources import ResourceUse
from core.jobs.status import JobState, StatusWriter
from core.model.meter import TrainingProgress
from core.runs.config import TrainConfig
from core.runs.metrics import RESOURCES, STEP, VALIDATION, MetricsLog
from core.training.best_model import NO_EFFORT, Effort
from core.training.event_files import EventFiles
from core.training.validator import Validation

_VALIDATION_SPEEDUP = 3.0
"""A forward pass costs about a third of a training step: a guess until the first validation."""


@dataclass(frozen=True)
class Records:
    """Where measurements go: for Sincerely's pages, and for TensorBoard."""

    log: MetricsLog
    events: EventFiles


class ProgressReporter:
    """Reports a training's steps, validations and use of the machine, and the time that is left.

    Args:
        config: The run's settings.
        status: Of the run.
        records: Where measurements go.
        earlier: What earlier processes of the run took.
        now_s: The clock, in seconds.
    """

    def __init__(
        self,
        config: TrainConfig,
        status: StatusWriter,
        records: Records,
        *,
        earlier: Effort = NO_EFFORT,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._status = status
        self._records = records
        self._earlier = earlier
        self._now_s = now_s
        self._start_s = now_s()
        self._measured_s_a_row: float | None = None
        self.last: TrainingProgress | None = None
        """The newest report of a step; None before the first of this process."""

    def effort(self) -> Effort:
        """What the training has cost so far, in all its processes."""
        rows_per_s = self.last.mean_rows_per_s if self.last else self._earlier.rows_per_s
        return Effort(self._elapsed_s(), rows_per_s)

    def on_progress(self, progress: TrainingProgress, rows_to_measure: int) -> None:
        """Report a step; so many rows are to be validated and tested yet."""
        self.last = progress
        scalars = {
            "loss": progress.loss,
            "accuracy": progress.accuracy,
            "rows_per_s": progress.rows_per_s,
            "learning_rate": progress.learning_rate,
            "input_wait": round(progress.input_wait, 4),
        }
        self._records.events.train(progress.step, scalars)
        self._append(STEP, progress.step, progress.epoch, scalars)
        measuring_s = rows_to_measure * self._seconds_a_row()
        self._status.progress(
            epoch=min(int(progress.epoch) + 1, self._config.epochs),
            done=progress.step,
            rows_per_s=progress.rows_per_s,
            seconds_left=progress.seconds_left + measuring_s,
        )

    def on_resources(self, use: ResourceUse) -> None:
        """Record the use of the machine."""
        self._records.log.append(RESOURCES, seconds=self._elapsed_s(), **asdict(use))

    def on_validated(self, found: Validation, accuracy_at_half: float) -> None:
        """Record a validation."""
        scalars = {
            "threshold": found.threshold,
            "accuracy_at_half": accuracy_at_half,
            **found.metrics,
        }
        self._records.events.validation(found.step, scalars)
        self._append(VALIDATION, found.step, found.epoch, scalars)

    def on_validation_took(self, seconds: float, rows: int) -> None:
        """Remember how long a validation took, the keeping of a better model included."""
        self._measured_s_a_row = seconds / rows

    def on_test(self, rows: int) -> None:
        """Say that the kept model is being measured on the test part."""
        self._status.change(
            JobState.RUNNING,
            "Measuring the kept model on the test part",
            seconds_left=rows * self._seconds_a_row(),
        )

    def _append(self, kind: str, step: int, epoch: float, scalars: dict[str, float]) -> None:
        self._records.log.append(
            kind, step=step, epoch=round(epoch, 4), seconds=self._elapsed_s(), **scalars
        )

    def _seconds_a_row(self) -> float:
        if self._measured_s_a_row is not None:
            return self._measured_s_a_row
        rows_per_s = self.last.rows_per_s if self.last else 1.0
        return 1.0 / (rows_per_s * _VALIDATION_SPEEDUP)

    def _elapsed_s(self) -> float:
        return round(self._earlier.seconds + self._now_s() - self._start_s, 2)
