"""One training under way: what happens between its steps, and at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import keras
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.splits.split import TEST, VALIDATION
from core.errors import Cancelled, never_stop
from core.evaluation.metrics import classification_metrics
from core.evaluation.predictions import prediction_table
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, StatusWriter
from core.model.meter import TrainingProgress
from core.model.training import Hooks, Snapshot
from core.runs.checkpoints import Checkpoint, write_checkpoint
from core.runs.predicted_labels import Probabilities
from core.runs.run import Examples, Run
from core.training.best_model import BestModel
from core.training.progress import ProgressReporter
from core.training.validator import Validator
from core.workspace import RunPaths


@dataclass
class TrainingSession:
    """The validator, the best model and the reports of a run, joined to the training loop.

    Attributes:
        run: What is trained.
        paths: Its files.
        network: Its network, which the training changes.
        validator: Measures the network.
        test: The rows of the test part, perhaps none.
        best: Keeps the best weights.
        progress: Reports.
        status: Of the run.
        stop: Looked at between steps.
        now_s: The clock, in seconds.
    """

    run: Run
    paths: RunPaths
    network: keras.Model
    validator: Validator
    test: Examples
    best: BestModel
    progress: ProgressReporter
    status: StatusWriter
    stop: StopFlag
    now_s: Callable[[], float] = time.monotonic
    _saved_at_s: float = field(init=False)

    def __post_init__(self) -> None:
        self._saved_at_s = self.now_s()

    def hooks(self) -> Hooks:
        """What training calls."""
        return Hooks(
            self.on_progress,
            self.on_validate,
            self.should_stop,
            self.wants_snapshot,
            self.on_snapshot,
        )

    def should_stop(self) -> bool:
        """Whether the run is to stop; its status says so from then on."""
        if self.stop.is_set and self.status.state is not JobState.STOPPING:
            self.status.change(JobState.STOPPING, "Finishing the step and keeping the model")
        return self.stop.is_set

    def on_progress(self, progress: TrainingProgress) -> None:
        """Report a step."""
        self.progress.on_progress(progress, self.rows_to_measure())

    def wants_snapshot(self) -> bool:
        """Whether the last checkpoint is old enough for another."""
        return self.now_s() - self._saved_at_s >= self.run.config.checkpoint_every_s

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Write a checkpoint."""
        facts = {
            "run_created": self.run.created,
            "sums": asdict(snapshot.sums),
            "seconds": self.progress.effort().seconds,
            "owes_validation": snapshot.owes_validation,
            "ended": snapshot.ended,
        }
        write_checkpoint(self.paths, Checkpoint(snapshot.step, snapshot.arrays, facts))
        self._saved_at_s = self.now_s()

    def on_validate(self, step: int, epoch: float) -> bool:
        """Measure the validation part; returns whether training has stopped getting better.

        Raises:
            Cancelled: the run is to stop, and has a model already.
        """
        start_s = self.now_s()
        state = self.status.state
        self.status.change(state, "Measuring on the validation part")
        # Without a model to keep so far, even a run that is to stop finishes this.
        may_stop = never_stop if self.best.result is None else self.should_stop
        found = self.validator.validate(self.network, step, epoch, may_stop)
        self.progress.on_validated(found, self.validator.accuracy_at_half(found))
        self.best.offer(self.network, found, self.validator.examples)
        rows = self.validator.examples
        self.progress.on_validation_took(self.now_s() - start_s, len(rows.rows))
        self.status.change(state)
        return self.validator.has_stalled()

    def finish(self) -> None:
        """Make sure there is a model, and measure it on the test part."""
        if self.best.result is None:
            last = self.progress.last
            self.on_validate(last.step if last else 0, last.epoch if last else 0.0)
        rows = self.validator.examples
        tables = [_table(VALIDATION, rows, self.best.probabilities(rows))]
        test_metrics: dict[str, float] = {}
        probabilities = self._score_test()
        if probabilities is not None:
            test_metrics = classification_metrics(
                self.test.class_ids, probabilities, self.best.threshold
            )
            tables.append(_table(TEST, self.test, probabilities))
        # Pages read the file as soon as it is there, so it appears whole.
        unfinished = self.paths.predictions.with_suffix(".part")
        pq.write_table(pa.concat_tables(tables), unfinished)
        unfinished.replace(self.paths.predictions)
        self.best.write_test(test_metrics)

    def rows_to_measure(self) -> int:
        """Rows of the validations to come and of the test."""
        config = self.run.config
        steps_per_epoch = max(1, self.status.total // config.epochs)
        validations = config.epochs * min(config.validations_per_epoch, steps_per_epoch)
        to_come = max(0, validations - self.validator.done)
        return to_come * len(self.validator.examples.rows) + len(self.test.rows)

    def _score_test(self) -> Probabilities | None:
        """The kept model's answers to the test part; None without one, or if asked to stop."""
        if not len(self.test.rows) or self.should_stop():
            return None
        self.progress.on_test()
        try:
            return self.best.load().probabilities(self.test.texts, self.should_stop)
        except Cancelled:
            return None


def _table(part: str, examples: Examples, probabilities: Probabilities) -> pa.Table:
    return prediction_table(part, examples.rows, examples.class_ids, probabilities)
