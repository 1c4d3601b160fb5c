"""The training of one run as a background job."""

from __future__ import annotations

import os
from dataclasses import dataclass

from core.jobs.cancellation import StopFlag
from core.jobs.devices import tensorflow_environment
from core.jobs.status import JobState, StatusWriter, read_status
from core.jobs.worker import run_job
from core.runs.checkpoints import drop_checkpoints, newest_step
from core.runs.run import Run, find_run
from core.training.device_queue import devices_held
from core.workspace import JobPaths, RunPaths, Workspace


@dataclass(frozen=True)
class TrainingJob:
    """Trains the run that has the job's id."""

    def paths(self, workspace: Workspace, job_id: str) -> RunPaths:
        """Where the run of this id keeps its files."""
        return workspace.run(job_id)

    def run(self, workspace: Workspace, job_id: str, stop: StopFlag) -> int:
        """Train the run of this id in this process; returns the exit code."""
        return run_training(workspace, find_run(workspace, job_id), stop)

    def resume_hint(self, paths: JobPaths) -> str:
        """Where a resumed training goes on, for people."""
        step = newest_step(RunPaths(paths.folder))
        if step is None:
            return "Resume starts again from the first step."
        return f"Resume continues from step {step:,}."


TRAINING = TrainingJob()


def run_training(workspace: Workspace, run: Run, stop: StopFlag) -> int:
    """Train one run in this process; returns 0 if it finished or was stopped, else 1."""
    paths = workspace.run(run.id)
    ended = run_job(paths, lambda status: _train(workspace, run, status, stop))
    if read_status(paths).state is JobState.FINISHED:
        # Not before the end is written: who is killed in between goes on from the last one.
        drop_checkpoints(paths)
    return ended


def _train(workspace: Workspace, run: Run, status: StatusWriter, stop: StopFlag) -> str | None:
    with devices_held(workspace, run, status, stop) as devices:
        if devices is None:
            return "Stopped before it started."
        status.change(JobState.STARTING, "Loading TensorFlow")
        os.environ.update(tensorflow_environment(run.config.devices, devices))
        # Imported here, so that a run that waits does not hold TensorFlow in memory.
        from core.model.devices import find_device
        from core.training.trainer import train_run

        if train_run(workspace, run, status, stop, find_device(), devices):
            return None
    return "Stopped on request; the best model so far is kept."
