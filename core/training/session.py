"""One training under way: validates, keeps the best weights and checkpoints, reports."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.splits.split import TEST, VALIDATION
from core.encoders.encoders import Encoder
from core.errors import Cancelled, never_stop
from core.evaluation.calibration import fit_temperature
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.evaluation.predicted_labels import DEFAULT_THRESHOLD, Probabilities
from core.evaluation.predictions import prediction_table
from core.files import write_atomically
from core.jobs.process import StopFlag
from core.jobs.resources import ResourceUse
from core.jobs.status import JobState, StatusWriter
from core.model.classifier import (
    ModelCard,
    load_model,
    predict_logits,
    save_model,
    to_probabilities,
)
from core.model.devices import Device
from core.model.meter import Progress
from core.model.tokenizer import Tokenizer
from core.model.training import Hooks, Snapshot, diverged
from core.runs.checkpoints import Checkpoint, write_checkpoint
from core.runs.metrics import KIND, RESOURCES, STEP, MetricsLog, read_metrics
from core.runs.metrics import VALIDATION as VALIDATION_KIND
from core.runs.run import Examples, Run, RunResult, read_examples, read_result
from core.training.event_files import EventFiles
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import WorkRecord, keep_work, past_runs
from core.training.forecast.rates import find_device
from core.training.forecast.remaining import seconds_left
from core.workspace import RunPaths, Workspace


@dataclass(frozen=True)
class Records:
    """Where measurements go: for Sincerely's pages, and for TensorBoard."""

    log: MetricsLog
    events: EventFiles


@dataclass
class _Best:
    """The validation that the kept weights come from.

    `probabilities` is None where an earlier process made it.
    """

    quality: float
    step: int
    epoch: float
    metrics: dict[str, float]
    threshold: float
    temperature: float | None
    probabilities: Probabilities | None


@dataclass
class Session:
    """What happens between the steps of a run's training.

    `earlier_s` is the training time of earlier processes, before this one took it up.
    """

    workspace: Workspace
    run: Run
    network: keras.Model
    tokenizer: Tokenizer
    encoder: Encoder
    status: StatusWriter
    stop: StopFlag
    records: Records
    device: Device
    earlier_s: float

    def __post_init__(self) -> None:
        self._paths: RunPaths = self.workspace.run(self.run.id)
        self._validation = read_examples(self.workspace, self.run, VALIDATION)
        self._validation_ids = self.tokenizer.encode(self._validation.texts)
        self._test = read_examples(self.workspace, self.run, TEST)
        self._validation_s: float | None = None
        self._validations_done = len(self._validations())
        self._total = self.status.total
        self._start = time.monotonic()
        self._last: Progress | None = None
        self._earlier_rows_per_s = 0.0
        self._best = self._best_so_far()
        self._saved_at = time.monotonic()

    @property
    def measured_rows(self) -> tuple[int, int]:
        """Rows of the validation and of the test part."""
        return len(self._validation.rows), len(self._test.rows)

    def foresee(self, record: WorkRecord) -> None:
        """Say how long the rest will take, until the first steps say it better."""
        keep_work(self.workspace, self.run, record)
        config = self.run.config
        device = find_device(config.devices, config.precision)
        left = record.work.share(1 - self.status.done / max(self._total, 1))
        past = past_runs(self.workspace, device)
        expected = forecast(left, device, past, crowding=record.crowding)
        self._work, self._rates = record.work, device.rates
        seconds = expected.seconds - expected.start_s
        self.status.change(self.status.state, seconds_left=seconds)

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
        if self.stop.is_set and self.status.state is not JobState.STOPPING:
            self.status.change(JobState.STOPPING, "Finishing the step and keeping the model")
        return self.stop.is_set

    def on_progress(self, progress: Progress) -> None:
        # The first report says how long compiling took; the forecast knows better until the next.
        known = {} if self._last is None else {"seconds_left": self._seconds_left(progress)}
        self._last = progress
        scalars = {
            "loss": progress.loss,
            "accuracy": progress.accuracy,
            "rows_per_s": progress.rows_per_s,
            "learning_rate": progress.learning_rate,
            "input_wait": round(progress.input_wait, 4),
        }
        self.records.events.train(progress.step, scalars)
        self.records.log.append(
            STEP,
            step=progress.step,
            epoch=round(progress.epoch, 4),
            seconds=self._elapsed(),
            **scalars,
        )
        epochs = self.run.config.epochs
        self.status.progress(
            epoch=min(int(progress.epoch) + 1, epochs),
            done=progress.step,
            rows_per_s=progress.rows_per_s,
            **known,
        )

    def on_resources(self, use: ResourceUse) -> None:
        self.records.log.append(RESOURCES, seconds=self._elapsed(), **asdict(use))

    def wants_snapshot(self) -> bool:
        return time.monotonic() - self._saved_at >= self.run.config.checkpoint_every_s

    def on_snapshot(self, snapshot: Snapshot) -> None:
        facts = {
            "run_created": self.run.created,
            "sums": asdict(snapshot.sums),
            "seconds": self._elapsed(),
            "owes_validation": snapshot.owes_validation,
            "ended": snapshot.ended,
        }
        write_checkpoint(self._paths, Checkpoint(snapshot.step, snapshot.arrays, facts))
        self._saved_at = time.monotonic()

    def on_validate(self, step: int, epoch: float) -> bool:
        """Measure the validation part; returns whether training has stopped getting better.

        Raises:
            Cancelled: the run is to stop, and has a model already.
        """
        start = time.monotonic()
        state = self.status.state
        self.status.change(state, "Measuring on the validation part")
        # Without a model to keep so far, even a run that is to stop finishes this.
        may_stop = never_stop if self._best is None else self.should_stop
        logits = predict_logits(self.network, self._validation_ids, may_stop)
        if not np.isfinite(logits).all():
            raise diverged("answers without a value", step)
        probabilities = to_probabilities(logits)
        found, threshold = self._measure(self._validation, probabilities)
        at_half = classification_metrics(self._validation.codes, probabilities, DEFAULT_THRESHOLD)
        scalars = {"threshold": threshold, "accuracy_at_half": at_half["accuracy"], **found}
        self.records.events.validation(step, scalars)
        self.records.log.append(
            VALIDATION_KIND,
            step=step,
            epoch=round(epoch, 4),
            seconds=self._elapsed(),
            **scalars,
        )
        quality = _quality(found)
        if self._best is None or quality > self._best.quality:
            temperature = fit_temperature(self._validation.codes, probabilities)
            self._best = _Best(quality, step, epoch, found, threshold, temperature, probabilities)
            self._keep_model()
        self._validation_s = time.monotonic() - start
        self._validations_done += 1
        self.status.change(state)
        return self._has_stalled()

    def finish(self) -> None:
        """Make sure there is a model, and measure it on the test part."""
        if self._best is None:
            last = self._last
            self.on_validate(last.step if last else 0, last.epoch if last else 0.0)
        tables = [_table(VALIDATION, self._validation, self._kept_answers())]
        test_metrics: dict[str, float] = {}
        probabilities = self._score_test()
        if probabilities is not None:
            threshold = self._kept().threshold
            test_metrics = classification_metrics(self._test.codes, probabilities, threshold)
            tables.append(_table(TEST, self._test, probabilities))
        # Pages read the file as soon as it is there, so it appears whole.
        unfinished = self._paths.predictions.with_suffix(".part")
        pq.write_table(pa.concat_tables(tables), unfinished)
        unfinished.replace(self._paths.predictions)
        self._write_result(test_metrics)

    def _score_test(self) -> Probabilities | None:
        """The kept model's answers to the test part; None without one, or if asked to stop."""
        if not len(self._test.rows) or self.should_stop():
            return None
        self.status.change(JobState.RUNNING, "Measuring the kept model on the test part")
        kept = load_model(self._paths.model(self._kept().step))
        try:
            return kept.probabilities(self._test.texts, self.should_stop)
        except Cancelled:
            return None

    def _kept_answers(self) -> Probabilities:
        """The kept model's answers to the validation part."""
        best = self._kept()
        if best.probabilities is not None:
            return best.probabilities
        return load_model(self._paths.model(best.step)).probabilities(self._validation.texts)

    def _best_so_far(self) -> _Best | None:
        """What an earlier process of this run kept."""
        result = read_result(self.workspace, self.run)
        if result is None or not self._paths.model(result.best_step).exists():
            return None
        self._earlier_rows_per_s = result.rows_per_s
        quality = _quality(result.validation)
        return _Best(
            quality, result.best_step, result.best_epoch, result.validation, result.threshold,
            result.temperature, None,
        )  # fmt: skip

    def _validations(self) -> list[dict[str, Any]]:
        """What all validations found, those of earlier processes included."""
        rows = read_metrics(self._paths.metrics).rows
        return [row for row in rows if row[KIND] == VALIDATION_KIND]

    def _has_stalled(self) -> bool:
        """Whether the last `early_stop` validations brought nothing better."""
        qualities = [_quality(row) for row in self._validations()]
        patience = self.run.config.early_stop
        return 0 < patience < len(qualities) and max(qualities[-patience:]) <= max(
            qualities[:-patience]
        )

    def _kept(self) -> _Best:
        assert self._best is not None
        return self._best

    def _measure(
        self, examples: Examples, probabilities: Probabilities
    ) -> tuple[dict[str, float], float]:
        """Metrics at the threshold that suits these rows best, and that threshold."""
        threshold = DEFAULT_THRESHOLD
        if len(self.run.classes) == 2:
            threshold = f1_threshold(examples.codes, probabilities[:, 1])
        return classification_metrics(examples.codes, probabilities, threshold), threshold

    def _keep_model(self) -> None:
        card = ModelCard(
            classes=self.run.classes,
            max_seq_length=self.run.config.max_seq_length,
            lower_case=self.encoder.lower_case,
        )
        folder = self._paths.model(self._kept().step)
        save_model(folder, self.network, self.encoder.vocabulary, card)
        # The result names the model and its threshold, so both change in one step.
        self._write_result({})
        for other in self._paths.folder.glob("model-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def _write_result(self, test_metrics: dict[str, float]) -> None:
        best = self._kept()
        result = RunResult(
            best_step=best.step,
            best_epoch=best.epoch,
            threshold=best.threshold,
            validation=best.metrics,
            test=test_metrics,
            rows_per_s=self._last.mean_rows_per_s if self._last else self._earlier_rows_per_s,
            seconds=self._elapsed(),
            device=str(self.device),
            temperature=best.temperature,
        )
        write_atomically(self._paths.result, result.to_json())

    def _seconds_left(self, progress: Progress) -> float:
        config = self.run.config
        steps_per_epoch = max(1, self._total // config.epochs)
        validations = config.epochs * min(config.validations_per_epoch, steps_per_epoch)
        to_come = max(0, validations - self._validations_done)
        return seconds_left(
            self._work,
            self._rates,
            steps=progress.steps - progress.step,
            step_s=self._work.rows / progress.rows_per_s,
            rows=to_come * len(self._validation.rows) + len(self._test.rows),
            row_s=self._seconds_a_row(),
        )

    def _seconds_a_row(self) -> float | None:
        """Of a validation, as the last one took; None before it."""
        return self._validation_s and self._validation_s / len(self._validation.rows)

    def _elapsed(self) -> float:
        return round(self.earlier_s + time.monotonic() - self._start, 2)


def _table(part: str, examples: Examples, probabilities: Probabilities) -> pa.Table:
    return prediction_table(part, examples.rows, examples.codes, probabilities)


def _quality(metrics: Mapping[str, float]) -> float:
    """What "best" means: PR-AUC for two classes, macro F1 for more; imbalance fools neither."""
    return metrics["pr_auc"] if "pr_auc" in metrics else metrics["f1"]
