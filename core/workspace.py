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
├── locks/                   who trains on which device now; who changes a list of things
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
from functools import lru_cache
from pathlib import Path

from core.paths import DatasetPaths, JobPaths, RunPaths, ScoringPaths, ServicePaths, TaskPaths

__all__ = [
    "DatasetPaths",
    "JobPaths",
    "RunPaths",
    "ScoringPaths",
    "ServicePaths",
    "TaskPaths",
    "Workspace",
    "checked_id",
    "slug",
]
ENVIRONMENT_VARIABLE = "SINCERELY_WORKSPACE"
_MAX_SLUG = 48


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
        """A folder for each data set."""
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        """A folder for each run."""
        return self.root / "runs"

    @property
    def scorings(self) -> Path:
        """A folder for each scored file."""
        return self.root / "scorings"

    @property
    def tasks(self) -> Path:
        """A folder for each task."""
        return self.root / "tasks"

    @property
    def downloads(self) -> Path:
        """Files that were downloaded."""
        return self.root / "downloads"

    @property
    def uploads(self) -> Path:
        """Files that were given in the browser."""
        return self.root / "uploads"

    @property
    def cache(self) -> Path:
        """What can be made again."""
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
        """The files of a data set.

        Raises:
            ValueError: no such id can be.
        """
        return DatasetPaths(self.datasets / checked_id(dataset_id))

    def run(self, run_id: str) -> RunPaths:
        """The files of a run.

        Raises:
            ValueError: no such id can be.
        """
        return RunPaths(self.runs / checked_id(run_id))

    def scoring(self, scoring_id: str) -> ScoringPaths:
        """The files of a scored file.

        Raises:
            ValueError: no such id can be.
        """
        return ScoringPaths(self.scorings / checked_id(scoring_id))

    def task(self, task_id: str) -> TaskPaths:
        """The files of a task.

        Raises:
            ValueError: no such id can be.
        """
        return TaskPaths(self.tasks / checked_id(task_id))

    def token_counts(self, fingerprint: str, vocabulary: str) -> Path:
        """Tokens a row, by the hash of an encoder's vocabulary."""
        return self.cache / "tokens" / f"{checked_id(fingerprint)}-{checked_id(vocabulary)}.parquet"

    def embedding_map(self, map_id: str) -> Path:
        """Where the texts of a data set lie on a map."""
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
        """The files of a run's scorer.

        Raises:
            ValueError: no such id can be.
        """
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
    def datasets_lock(self) -> Path:
        """Held for the moment in which a data set is added, renamed or deleted, or something of it
        gets a name."""
        return self.root / "locks" / "datasets.lock"

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


@lru_cache(maxsize=32_768)
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
