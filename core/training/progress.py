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
from core.training.forecast.rates import Rates
from core.training.forecast.remaining import seconds_left
from core.training.forecast.work import Work
from core.training.validator import Validation


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
        work: All that the run has to do.
        rates: The forecast's, of the run's device.
        earlier: What earlier processes of the run took.
        now_s: The clock, in seconds.
    """

    def __init__(
        self,
        config: TrainConfig,
        status: StatusWriter,
        records: Records,
        work: Work,
        rates: Rates,
        *,
        earlier: Effort = NO_EFFORT,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._status = status
        self._records = records
        self._work = work
        self._rates = rates
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
        # The first report says how long compiling took; the forecast knows better until the next.
        known = {} if self.last is None else self._seconds_left(progress, rows_to_measure)
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
        self._status.progress(
            epoch=min(int(progress.epoch) + 1, self._config.epochs),
            done=progress.step,
            rows_per_s=progress.rows_per_s,
            **known,
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

    def on_test(self) -> None:
        """Say that the kept model is being measured on the test part."""
        self._status.change(JobState.RUNNING, "Measuring the kept model on the test part")

    def _append(self, kind: str, step: int, epoch: float, scalars: dict[str, float]) -> None:
        self._records.log.append(
            kind, step=step, epoch=round(epoch, 4), seconds=self._elapsed_s(), **scalars
        )

    def _seconds_left(self, progress: TrainingProgress, rows: int) -> dict[str, float]:
        left = seconds_left(
            self._work,
            self._rates,
            steps=progress.steps - progress.step,
            step_s=self._work.rows / progress.rows_per_s,
            rows=rows,
            row_s=self._measured_s_a_row,
        )
        return {"seconds_left": left}

    def _elapsed_s(self) -> float:
        return round(self._earlier.seconds + self._now_s() - self._start_s, 2)
