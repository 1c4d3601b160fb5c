"""Measures a training between two reports: loss, accuracy, speed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import tensorflow as tf

_SPEED_WINDOW = 20
T = TypeVar("T")


@dataclass(frozen=True)
class TrainingProgress:
    """Where training is, once a logged step.

    `epoch` counts from 0 and is fractional; `loss` (plain cross-entropy in nats, whatever is
    minimized) and `accuracy` are means over the rows since the last report; `mean_rows_per_s`
    is over the run so far, `rows_per_s` over its last reports; `input_wait` is the share of the
    time that steps waited for their batches.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    accuracy: float
    rows_per_s: float
    mean_rows_per_s: float
    learning_rate: float
    input_wait: float


@dataclass(frozen=True)
class Sums:
    """What was measured since the last report: cross-entropy, right answers, rows."""

    loss: float = 0.0
    right: float = 0.0
    rows: int = 0


class Meter:
    """Sums losses and measures speed between reports.

    Args:
        steps: Of the whole training.
        every: A report is due after so many.
        clock: Seconds that only go forward.
    """

    def __init__(self, steps: int, every: int, clock: Callable[[], float]) -> None:
        self._steps = steps
        self._every = every
        self._clock = clock
        self._earlier = Sums()
        self._losses: list[tf.Tensor] = []
        self._right: list[tf.Tensor] = []
        self._rows = 0
        self._waited = 0.0
        self._since = clock()
        self._speeds: list[tuple[int, float]] = []

    def restore(self, sums: Sums) -> None:
        """Go on from what an earlier process had measured."""
        self._earlier = sums

    def add(self, rows: int, losses: tf.Tensor, right: tf.Tensor) -> None:
        """Count a batch in: its rows, its summed cross-entropy, its right answers."""
        # Kept as tensors: reading one would wait for the device.
        self._losses.append(losses)
        self._right.append(right)
        self._rows += rows

    def waited_for(self, batches: Iterable[T]) -> Iterator[T]:
        """The same batches; the time until each comes is counted as waiting."""
        iterator = iter(batches)
        while True:
            start = self._clock()
            try:
                batch = next(iterator)
            except StopIteration:
                return
            self._waited += self._clock() - start
            yield batch

    @property
    def has_rows(self) -> bool:
        """Whether anything has come since the last report."""
        return self._rows + self._earlier.rows > 0

    def sums(self) -> Sums:
        """What was measured since the last report."""
        return Sums(
            self._earlier.loss + sum(float(value) for value in self._losses),
            self._earlier.right + sum(float(value) for value in self._right),
            self._earlier.rows + self._rows,
        )

    def is_due(self, step: int) -> bool:
        """Whether progress is to be told after this step: now and then, and after the last."""
        return step % self._every == 0 or step == self._steps

    def report(self, step: int, epoch: float, learning_rate: float) -> TrainingProgress:
        """Progress since the last report, after which sums begin anew.

        Args:
            step: The step that has ended.
            epoch: Epochs done, with the share of the present one.
            learning_rate: That of the last step.
        """
        sums = self.sums()
        waited = self._clock_in()
        self._earlier, self._losses, self._right, self._rows = Sums(), [], [], 0
        return TrainingProgress(
            step=step,
            steps=self._steps,
            epoch=epoch,
            loss=sums.loss / sums.rows,
            accuracy=sums.right / sums.rows,
            rows_per_s=self._speed(_SPEED_WINDOW),
            mean_rows_per_s=self._speed(len(self._speeds)),
            learning_rate=learning_rate,
            input_wait=waited,
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A block whose time does not count."""
        start = self._clock()
        yield
        self._since += self._clock() - start

    def _clock_in(self) -> float:
        """End a stretch; returns the share of it that was waiting."""
        now = self._clock()
        seconds = max(now - self._since, 1e-6)
        self._speeds.append((self._rows, seconds))
        share = min(self._waited / seconds, 1.0)
        self._since, self._waited = now, 0.0
        return share

    def _speed(self, window: int) -> float:
        """Rows a second over the last reports; the first, which compiles, drops out."""
        recent = (self._speeds[1:] or self._speeds)[-window:]
        return sum(rows for rows, _ in recent) / sum(seconds for _, seconds in recent)
