"""Trainings of the toy encoder that remember what they report."""

from dataclasses import dataclass, field

import keras
import numpy as np

from core.model.meter import TrainingProgress
from core.model.training import Hooks, Snapshot
from core.runs.config import TrainConfig

RECIPE = TrainConfig(
    batch_size=16, epochs=3, learning_rate=5e-3, validations_per_epoch=2, dropout=0.1
)


@dataclass
class Watcher:
    """Remembers what training reports."""

    stop_after: int | None = None
    end_at: int | None = None
    snapshot_at: int | None = None
    asked: int = 0
    snapshots: list[Snapshot] = field(default_factory=list)
    progress: list[TrainingProgress] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)

    def hooks(self) -> Hooks:
        return Hooks(
            self.progress.append,
            self.on_validate,
            self.should_stop,
            lambda: self.asked == self.snapshot_at,
            self.snapshots.append,
        )

    def on_validate(self, step: int, epoch: float) -> bool:
        self.validations.append((step, epoch))
        return step == self.end_at

    def should_stop(self) -> bool:
        self.asked += 1
        return self.asked - 1 == self.stop_after

    @property
    def losses(self) -> list[float]:
        return [progress.loss for progress in self.progress]


@dataclass(frozen=True)
class Trained:
    """A training of the toy encoder and what it reported."""

    network: keras.Model
    before: dict[str, np.ndarray]
    watcher: Watcher
    to_end: bool


def weights(network: keras.Model) -> dict[str, np.ndarray]:
    return {variable.path: variable.numpy() for variable in network.weights}
