"""Names every path under one root folder, the workspace.

workspace/
├── datasets/<dataset id>/   texts, description, import report, profile, slices, saved splits
├── runs/<run id>/           config, frozen examples, status, metrics, log, checkpoints, model
├── scorings/<scoring id>/   one scored file: input, output, status, log
├── tasks/<task id>/         one import, download, token count or map: request, status, result
├── services/                where running scorers listen
├── uploads/                 files sent by the browser, until they are imported or scored
├── downloads/               finished and partial downloads
├── encoders/                folders with encoders that people put there
├── cache/                   what can be made again: facts, token counts, maps, native encoders
├── labels.sqlite            what people decided about rows: events that are only added
├── locks/                   who trains on which device now; who adds, changes or deletes runs
└── staging/                 unfinished work; safe to delete when nothing runs
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ENVIRONMENT_VARIABLE = "SINCERELY_WORKSPACE"
_MAX_SLUG = 48


@dataclass(frozen=True)
class DatasetPaths:
    """The files of one data set."""

    folder: Path

    @property
    def texts(self) -> Path:
        return self.folder / "texts.parquet"

    @property
    def description(self) -> Path:
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
        return self.folder / "slices"

    @property
    def splits(self) -> Path:
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
        return self.folder / "job.json"

    @property
    def status(self) -> Path:
        return self.folder / "status.json"

    @property
    def process(self) -> Path:
        return self.folder / "process.json"

    @property
    def stop_request(self) -> Path:
        return self.folder / "stop-requested"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def lock(self) -> Path:
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
        return self.folder / "examples.parquet"

    @property
    def metrics(self) -> Path:
        return self.folder / "metrics.jsonl"

    @property
    def predictions(self) -> Path:
        return self.folder / "predictions.parquet"

    @property
    def result(self) -> Path:
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
        return self.folder / "result.json"


@dataclass(frozen=True)
class TaskPaths(JobPaths):
    """The files of one import, download, token count or map."""

    @property
    def result(self) -> Path:
        return self.folder / "result.json"


@dataclass(frozen=True)
class Workspace:
    """One root folder; every path the project writes comes from here."""

    root: Path

    @classmethod
    def from_environment(cls) -> Workspace:
        """The folder named by SINCERELY_WORKSPACE, else `workspace/` in the current folder."""
        return cls(Path(os.environ.get(ENVIRONMENT_VARIABLE) or "workspace").resolve())

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def scorings(self) -> Path:
        return self.root / "scorings"

    @property
    def tasks(self) -> Path:
        return self.root / "tasks"

    @property
    def downloads(self) -> Path:
        return self.root / "downloads"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def encoders(self) -> Path:
        """Folders with encoders that people put there, to choose from."""
        return self.root / "encoders"

    @property
    def prepared_encoders(self) -> Path:
        """Encoders that were fetched or turned into native models, each checked."""
        return self.cache / "encoders"

    @property
    def encoder_parts(self) -> Path:
        """What has arrived of encoders whose download was interrupted."""
        return self.downloads / "encoders"

    def dataset(self, dataset_id: str) -> DatasetPaths:
        return DatasetPaths(self.datasets / checked_id(dataset_id))

    def run(self, run_id: str) -> RunPaths:
        return RunPaths(self.runs / checked_id(run_id))

    def scoring(self, scoring_id: str) -> ScoringPaths:
        return ScoringPaths(self.scorings / checked_id(scoring_id))

    def task(self, task_id: str) -> TaskPaths:
        return TaskPaths(self.tasks / checked_id(task_id))

    def token_counts(self, fingerprint: str, vocabulary: str) -> Path:
        """Tokens a row, by the hash of an encoder's vocabulary."""
        return self.cache / "tokens" / f"{checked_id(fingerprint)}-{checked_id(vocabulary)}.parquet"

    def embedding_map(self, map_id: str) -> Path:
        return self.cache / "maps" / f"{checked_id(map_id)}.parquet"

    def model_facts(self, key: str) -> Path:
        """What the model of some settings is made of."""
        return self.cache / "model-facts" / f"{checked_id(key)}.json"

    def baseline(self, rows_key: str, name: str) -> Path:
        """What a baseline answered on rows that a run froze."""
        return self.cache / "baselines" / f"{checked_id(rows_key)}-{checked_id(name)}.parquet"

    def suspects(self, key: str) -> Path:
        """Rows whose labels may be wrong, by content, features and encoder."""
        return self.cache / "suspects" / f"{checked_id(key)}.parquet"

    def sentence_vectors(self, key: str) -> Path:
        """The frozen encoder's vectors of a data set's labelled rows, by content and encoder."""
        return self.cache / "vectors" / f"{checked_id(key)}.npy"

    def row_vectors(self, key: str) -> Path:
        """The frozen encoder's vectors of some rows of a data set, by content and encoder."""
        return self.cache / "vectors" / f"{checked_id(key)}.npz"

    def quick_model(self, key: str) -> Path:
        """What a model that is refitted while people label says, by content and settings."""
        return self.cache / "quick" / f"{checked_id(key)}.parquet"

    @property
    def labels(self) -> Path:
        """The label store."""
        return self.root / "labels.sqlite"

    def prediction_cache(self, key: str) -> Path:
        """What a model has said of a file's texts, by both, until the file is scored."""
        return self.cache / "prediction-cache" / f"{checked_id(key)}.sqlite"

    def learning_curve(self, key: str) -> Path:
        """What a linear head reaches with how many rows."""
        return self.cache / "curves" / f"{checked_id(key)}.parquet"

    @property
    def services(self) -> Path:
        """Scorers that listen, or did, a folder a run."""
        return self.root / "services"

    def service(self, run_id: str) -> ServicePaths:
        return ServicePaths(self.services / checked_id(run_id))

    def device_lock(self, device: str) -> Path:
        """Held by the run that trains on a device: "cpu", "gpu:0", "gpu:1" and so on."""
        return self.root / "locks" / f"{checked_id(device.replace(':', '-'))}.lock"

    def device_holder(self, device: str) -> Path:
        """Which run holds the device's lock, while it is held."""
        return self.device_lock(device).with_suffix(".json")

    @property
    def runs_lock(self) -> Path:
        """Held for the moment in which a run is added, started, renamed or deleted."""
        return self.root / "locks" / "runs.lock"

    @property
    def requests_lock(self) -> Path:
        """Held while a training that was asked for is made and started."""
        return self.root / "locks" / "requests.lock"

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A new folder for unfinished work, removed at the end whatever happens.

        Finished work leaves it by a rename, so readers see all of it or nothing.
        """
        parent = self.root / "staging"
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def slug(name: str) -> str:
    """A file-name-safe form of a name: lower-case ASCII letters, digits and single hyphens.

    Names with letters of other scripts get a short hash, so that they stay apart.
    """
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if name.isascii():
        return words[:_MAX_SLUG].strip("-") or "untitled"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{words[: _MAX_SLUG - 7].strip('-')}-{digest}".strip("-")


def checked_id(identifier: str) -> str:
    """Return `identifier` if it can only name a direct child of its folder.

    Raises:
        ValueError: it holds anything but lower-case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", identifier):
        raise ValueError(f"not an identifier: {identifier!r}")
    return identifier
