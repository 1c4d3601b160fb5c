"""Keeps the weights of a run's best validation, and the result that names them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace

import keras

from core.encoders.encoders import Encoder
from core.evaluation.calibration import fit_temperature
from core.files import write_atomically
from core.model.classifier import ModelCard, TrainedModel, load_model, save_model
from core.runs.predicted_labels import Probabilities
from core.runs.result import RunResult, read_result
from core.runs.run import Examples, Run
from core.training.validator import Validation, quality_of
from core.workspace import RunPaths, Workspace


@dataclass(frozen=True)
class Effort:
    """What the training has cost so far: seconds of all its processes, and rows a second."""

    seconds: float
    rows_per_s: float


NO_EFFORT = Effort(0.0, 0.0)


class BestModel:
    """The best model of a run so far; what an earlier process kept is taken up.

    Args:
        workspace: Where the run is.
        run: The run.
        encoder: Its encoder, whose vocabulary goes with the weights.
        device: What it trains on, for people.
        effort: Tells what it has cost, whenever a result is written.
    """

    def __init__(
        self,
        workspace: Workspace,
        run: Run,
        encoder: Encoder,
        device: str,
        effort: Callable[[], Effort],
    ) -> None:
        self._paths: RunPaths = workspace.run(run.id)
        self._run = run
        self._encoder = encoder
        self._device = device
        self._effort = effort
        result = read_result(workspace, run)
        there = result is not None and self._paths.model(result.best_step).exists()
        self._result: RunResult | None = result if there else None
        self._probabilities: Probabilities | None = None

    @property
    def result(self) -> RunResult | None:
        """What is kept; None before the first validation."""
        return self._result

    def offer(self, network: keras.Model, found: Validation, rows: Examples) -> bool:
        """Keep the network if it validated better than all before; returns whether it did.

        Raises:
            OSError: the disk is full or closed to this user.
        """
        if self._result is not None and not found.quality > quality_of(self._result.validation):
            return False
        card = ModelCard(
            classes=self._run.classes,
            max_seq_length=self._run.config.max_seq_length,
            lower_case=self._encoder.lower_case,
            rules=self._encoder.rules,
        )
        folder = self._paths.model(found.step)
        save_model(folder, network, self._encoder.vocabulary, card)
        result = RunResult(
            best_step=found.step,
            best_epoch=found.epoch,
            threshold=found.threshold,
            validation=found.metrics,
            test={},
            rows_per_s=0.0,
            seconds=0.0,
            device=self._device,
            temperature=fit_temperature(rows.class_ids, found.probabilities),
        )
        # It names the model and its threshold, so both change in one step.
        self._publish(result)
        self._probabilities = found.probabilities
        for other in self._paths.folder.glob("model-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
        return True

    def load(self) -> TrainedModel:
        """The kept model."""
        return load_model(self._paths.model(self._kept.best_step))

    @property
    def threshold(self) -> float:
        """The kept model's threshold."""
        return self._kept.threshold

    def probabilities(self, rows: Examples) -> Probabilities:
        """The kept model's answers to the validation rows, shape (n, classes)."""
        if self._probabilities is None:  # An earlier process measured them.
            self._probabilities = self.load().probabilities(rows.texts)
        return self._probabilities

    def write_test(self, test: dict[str, float]) -> None:
        """Write the result with the test rows' metrics, empty where they were not measured."""
        self._publish(replace(self._kept, test=test))

    @property
    def _kept(self) -> RunResult:
        assert self._result is not None
        return self._result

    def _publish(self, result: RunResult) -> None:
        effort = self._effort()
        self._result = replace(
            result, rows_per_s=effort.rows_per_s, seconds=effort.seconds, device=self._device
        )
        write_atomically(self._paths.result, self._result.to_json())
