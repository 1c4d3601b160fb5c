"""The files in the folder of a data set, a run, a scored file and a task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True)
class DatasetPaths:
    """The files of one data set."""

    folder: Path

    @property
    def texts(self) -> Path:
        """The rows, as `core.data.dataset.SCHEMA` says."""
        return self.folder / "texts.parquet"

    @property
    def columns(self) -> Path:
        """The further columns of the same rows, in their order; none where there are no columns.

        Fields are called by `Column.cells` and `Column.values` of `core.data.column`.
        """
        return self.folder / "columns.parquet"

    @property
    def description(self) -> Path:
        """The `core.data.dataset.Dataset`."""
        return self.folder / "dataset.json"

    @property
    def problems(self) -> Path:
        """The import report: one line a problem and row."""
        return self.folder / "problems.csv"

    @property
    def terms(self) -> Path:
        """In how many rows of each class a word or pair of words occurs."""
        return self.folder / "terms.parquet"

    @property
    def lengths(self) -> Path:
        """How many texts of each label have which length."""
        return self.folder / "lengths.parquet"

    @property
    def duplicates(self) -> Path:
        """Rows that are like others, with the number of their group."""
        return self.folder / "duplicates.parquet"

    @property
    def findings(self) -> Path:
        """Rows that a health check found, by check."""
        return self.folder / "findings.parquet"

    @property
    def profile(self) -> Path:
        """Counts and totals of the profile."""
        return self.folder / "profile.json"

    @property
    def slices(self) -> Path:
        """A folder with a file for each saved slice."""
        return self.folder / "slices"

    @property
    def splits(self) -> Path:
        """A folder with a file for each saved split."""
        return self.folder / "splits"


@dataclass(frozen=True)
class JobPaths:
    """The files that any background job keeps.

    `kind` names the kind of job that can be resumed from here (see `core.jobs.registry`); it is
    empty where a job starts anew.
    """

    kind: ClassVar[str] = ""
    folder: Path

    @property
    def description(self) -> Path:
        """What the job was asked to do."""
        return self.folder / "job.json"

    @property
    def status(self) -> Path:
        """The `core.jobs.status.JobStatus`."""
        return self.folder / "status.json"

    @property
    def process(self) -> Path:
        """Which process works on it."""
        return self.folder / "process.json"

    @property
    def stop_request(self) -> Path:
        """Is there once somebody has asked the job to stop."""
        return self.folder / "stop-requested"

    @property
    def log(self) -> Path:
        """What its process has printed."""
        return self.folder / "log.txt"

    @property
    def lock(self) -> Path:
        """Held by whoever works on it."""
        return self.folder / "job.lock"

    @property
    def reserve(self) -> Path:
        """Room that is given back when the disk is full, so that the last status has some."""
        return self.folder / "reserve"


@dataclass(frozen=True)
class RunPaths(JobPaths):
    """The files of one training run."""

    kind: ClassVar[str] = "train"

    @property
    def examples(self) -> Path:
        """The rows of each part, with texts and class ids."""
        return self.folder / "examples.parquet"

    @property
    def metrics(self) -> Path:
        """What was measured in training, a line of JSON each."""
        return self.folder / "metrics.jsonl"

    @property
    def predictions(self) -> Path:
        """Probabilities of the validation and test rows."""
        return self.folder / "predictions.parquet"

    @property
    def result(self) -> Path:
        """The `core.runs.run.RunResult`."""
        return self.folder / "result.json"

    @property
    def work(self) -> Path:
        """How much there was to do, for forecasts of later runs."""
        return self.folder / "work.json"

    @property
    def operating_point(self) -> Path:
        """The threshold that somebody chose for the run."""
        return self.folder / "operating-point.json"

    @property
    def checkpoints(self) -> Path:
        """States of the training that it can be resumed from."""
        return self.folder / "checkpoints"

    @property
    def events(self) -> Path:
        """TensorBoard's event files."""
        return self.folder / "events"

    @property
    def notes(self) -> Path:
        """What people wrote about the run."""
        return self.folder / "notes.txt"

    def model(self, step: int) -> Path:
        """The model as it was after a step; the result says which step was kept."""
        return self.folder / f"model-{step}"

    def train_vectors(self, step: int) -> Path:
        """That model's vectors of the train rows; can be made again."""
        return self.folder / f"train-vectors-{step}.npy"


@dataclass(frozen=True)
class ServicePaths(JobPaths):
    """The files of a run's scorer."""

    @property
    def address(self) -> Path:
        """Where it listens, once it does."""
        return self.folder / "address.json"

    @property
    def start_lock(self) -> Path:
        """Held by who starts it."""
        return self.folder / "start.lock"


@dataclass(frozen=True)
class ScoringPaths(JobPaths):
    """The files of one scored file."""

    kind: ClassVar[str] = "score"

    @property
    def input(self) -> Path:
        """A copy of the file to score, until it is scored."""
        return self.folder / "input"

    def output(self, suffix: str) -> Path:
        """The scored rows, where they are not written elsewhere."""
        return self.folder / f"output{suffix}"

    @property
    def prediction_cache(self) -> Path:
        """What the model has said so far, until the end."""
        return self.folder / "prediction-cache.sqlite"

    @property
    def scores(self) -> Path:
        """Row numbers, texts, scores and predicted labels alone."""
        return self.folder / "scores.parquet"

    @property
    def result(self) -> Path:
        """The `core.scoring.summary.FileResult`; there once it has finished."""
        return self.folder / "result.json"


@dataclass(frozen=True)
class TaskPaths(JobPaths):
    """The files of one import, download, token count or map."""

    @property
    def result(self) -> Path:
        """What the task gave, as JSON; there once it has finished."""
        return self.folder / "result.json"
