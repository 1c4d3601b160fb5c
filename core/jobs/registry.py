"""Which kinds of job there are, and which feature does the work of each.

A job is registered by name: its module is loaded only by a process that works on it or asks how
to resume it, so that an import does not wait for scikit-learn, nor a page for TensorFlow.
"""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from typing import Protocol

from core.jobs.cancellation import StopFlag
from core.workspace import JobPaths, Workspace


class JobKind(str, Enum):
    """What a job does; the name that its worker process is started with."""

    TRAIN = "train"
    SCORE = "score"
    SERVE = "serve"
    IMPORT = "import"
    DOWNLOAD = "download"
    TOKEN_COUNTS = "token-counts"
    MAP = "map"
    ENCODER = "encoder"
    BASELINES = "baselines"
    LEARNING_CURVE = "learning-curve"
    MODEL_FACTS = "model-facts"
    SUSPECTS = "suspects"
    QUICK_MODEL = "quick-model"


class Job(Protocol):
    """One kind of job: where its files are, and its work."""

    def paths(self, workspace: Workspace, job_id: str) -> JobPaths:
        """The files of the job with that id."""

    def run(self, workspace: Workspace, job_id: str, stop: StopFlag) -> int:
        """Work on the job in this process; returns the process's exit code."""

    def resume_hint(self, paths: JobPaths) -> str:
        """From where a job that ended early goes on, for people; empty if it starts anew."""


_JOBS = {
    JobKind.TRAIN: "core.training.training_job:TRAINING",
    JobKind.SCORE: "core.scoring.scoring_job:SCORING",
    JobKind.SERVE: "core.serving.serving_job:SERVING",
    JobKind.IMPORT: "core.data.importing.import_job:IMPORT",
    JobKind.DOWNLOAD: "core.data.download_job:DOWNLOAD",
    JobKind.TOKEN_COUNTS: "core.explore.token_counts_job:TOKEN_COUNTS",
    JobKind.MAP: "core.explore.map:MAP",
    JobKind.ENCODER: "core.training.encoder_job:ENCODER",
    JobKind.BASELINES: "core.evaluation.baselines.comparison:BASELINES",
    JobKind.LEARNING_CURVE: "core.evaluation.baselines.learning_curve_job:LEARNING_CURVE",
    JobKind.MODEL_FACTS: "core.training.model_facts:MODEL_FACTS",
    JobKind.SUSPECTS: "core.labels.suspects.suspects_job:SUSPECTS",
    JobKind.QUICK_MODEL: "core.labels.quick_model.quick_model_job:QUICK_MODEL",
}
"""Module and name of each job."""


def find_job(kind: JobKind) -> Job:
    """The job of a kind, its module loaded if need be."""
    module, _, name = _JOBS[kind].partition(":")
    job: Job = getattr(import_module(module), name)
    return job
