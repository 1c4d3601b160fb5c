"""Take part in a training that spans several machines, as one of those that do not lead it.

The machine with task index 0 in TF_CONFIG leads: there the run is started, resumed and stopped as
ever. Every other machine, which sees the same workspace, joins the run. It trains a copy of the
run's folder in a workspace that is gone afterwards, so the leader stays the only writer.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from core.errors import BadInput
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.runs.run import Run, find_run
from core.training.training_job import run_training
from core.workspace import Workspace

_VARIABLE = "TF_CONFIG"
_LEFT_OUT = shutil.ignore_patterns("job.lock", "model-*", "events", "log.txt", "metrics.jsonl")


def join_training(workspace: Workspace, reference: str) -> JobStatus:
    """Train a run together with its leader until the training ends; returns how it ended here.

    Args:
        workspace: The leader's, on a disk that both machines see.
        reference: Id or name of the run.

    Raises:
        BadInput: TF_CONFIG is missing or makes this machine the leader.
        NotFound: there is no such run.
    """
    _check_task()
    run = find_run(workspace, reference)
    with tempfile.TemporaryDirectory() as folder:
        own = Workspace(Path(folder))
        _copy(workspace, own, run)
        stop = StopFlag()
        stop.install()
        run_training(own, run, stop)
        return read_status(own.run(run.id))


def _check_task() -> None:
    try:
        known = json.loads(os.environ.get(_VARIABLE, ""))
        task, leader = known["task"], "chief" if "chief" in known["cluster"] else "worker"
        leads = task["type"] == leader and int(task["index"]) == 0
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{_VARIABLE} with the cluster and this machine's task",
            "none that can be read",
            "set it as TensorFlow's guide to multi-worker training says",
        ) from error
    if leads:
        raise BadInput(
            "a task other than the first one's",
            "the leader's",
            "start the run here with `train` or `resume`, and join it from the other machines",
        )


def _copy(workspace: Workspace, own: Workspace, run: Run) -> None:
    shutil.copytree(workspace.run(run.id).folder, own.run(run.id).folder, ignore=_LEFT_OUT)
    own.run(run.id).stop_request.unlink(missing_ok=True)
    if workspace.prepared_encoders.exists():
        own.cache.mkdir()
        own.prepared_encoders.symlink_to(workspace.prepared_encoders, target_is_directory=True)
    write_status(own.run(run.id), JobStatus(JobState.QUEUED))
