"""A run as the doctor sees it: settings, rows, curves, state and result, read by nobody else."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.data.splits.group_leaks import GroupLeak
from core.data.splits.split import VALIDATION as VALIDATION_PART
from core.evaluation.doctor.frozen_rows import FrozenRows
from core.jobs.status import JobState, JobStatus
from core.runs.config import TrainConfig
from core.runs.metrics import VALIDATION, Measurements, Values
from core.runs.result import RunResult

MIN_STEPS = 50
"""Before that many steps nothing is learned yet, so nothing is judged but a finished run."""
ENOUGH_ROWS = 120
"""Of the rarer class: what rises and falls then by a rule's amount does so by more than chance."""


@dataclass(frozen=True)
class Case:
    """All that the doctor looks at."""

    config: TrainConfig
    classes: tuple[str, ...]
    status: JobStatus
    measured: Measurements
    rows: FrozenRows
    result: RunResult | None = None
    groups: GroupLeak | None = None

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2

    @property
    def score(self) -> tuple[str, str]:
        """Column and name of the score that decides which weights are kept."""
        return ("pr_auc", "PR-AUC") if self.binary else ("f1", "F1")

    @property
    def finished(self) -> bool:
        """Whether training ran to its end."""
        return self.status.state is JobState.FINISHED

    def class_counts(self, part: str) -> dict[str, int]:
        """Rows of a part by class, also of classes without one there."""
        counts = self.rows.counts.get(part, {})
        return {name: counts.get(name, 0) for name in self.classes}

    @property
    def noise(self) -> float:
        """How much more validation figures move by chance than with rows enough, at least 1.

        It goes by the root of the rows of the rarer of two classes, or of all.
        """
        counts = self.class_counts(VALIDATION_PART).values()
        rows = min(counts) if self.binary else sum(counts)
        return math.sqrt(ENOUGH_ROWS / min(max(rows, 1), ENOUGH_ROWS))

    def validations(self, name: str) -> Values:
        """A column of the validations, shape (validations so far,)."""
        return self.measured.column(VALIDATION, name)

    @property
    def judged(self) -> bool:
        """Whether it has trained and been validated long enough to be judged."""
        measured = len(self.validations("step"))
        if self.finished:
            return measured > 0
        needed = max(MIN_STEPS, self.status.total * self.config.warmup)
        return measured >= (2 if self.status.state.active else 1) and bool(
            self.measured.last(VALIDATION, "step") >= needed
        )
