"""Start, stop and reconcile background jobs from any process; nothing lives in memory here."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import filelock

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.encoders.encoders import check_fits, find_encoder
from core.errors import JobError, NotFound, SincerelyError, disk_errors
from core.jobs.causes import cause_of_death, what_to_do
from core.jobs.devices import check_devices
from core.jobs.memory import oom_kills
from core.jobs.process import (
    WorkerRecord,
    kill,
    record_process,
    recorded_process,
    start_detached,
)
from core.jobs.status import JobState, JobStatus, read_status, write_status
from core.labels.label_set import label_set
from core.labels.store.store import open_labels
from core.runs.config import TrainConfig
from core.runs.run import Run, changing_runs, create_run, find_run, list_runs
from core.workspace import JobPaths, Workspace

_START_GRACE_S = 30.0
_KILL_TIMEOUT_S = 5.0
_POLL_S = 0.1
_LOG_TAIL_BYTES = 8192


def start_training(
    workspace: Workspace,
    dataset: Dataset,
    config: TrainConfig,
    *,
    name: str | None = None,
    request: str = "",
) -> Run:
    """Create a run and start its worker, which goes on without this process.

    Args:
        workspace: Where the run goes.
        dataset: What it is drawn from.
        config: Its settings.
        name: Its name; None makes one.
        request: Who asks twice under one request, as with a double click, gets the run that the
            first has started. Empty makes a new run each time.

    Raises:
        SincerelyError: settings, data, encoder, devices or disk do not allow it; no run is left
            behind unless its worker could not be started, which the run's status then says.
    """
    check_fits(
        find_encoder(config.encoder, workspace),
        max_seq_length=config.max_seq_length,
        frozen_layers=config.frozen_layers,
    )
    check_devices(config.devices)
    source = LabelSource(config.labels)
    # The store is not asked where only the file's labels count.
    labelled = None
    if source is not LabelSource.ORIGINAL:
        labelled = label_set(workspace, open_labels(workspace), dataset, source)

    def create() -> Run:
        return create_run(workspace, dataset, config, name=name, request=request, labelled=labelled)

    if not request:
        return _start(workspace, create())
    workspace.requests_lock.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(workspace.requests_lock):
        for run in list_runs(workspace):
            if run.request == request:
                return run
        return _start(workspace, create())


def resume_training(workspace: Workspace, run: Run) -> Run:
    """Take up a run that ended early: its worker goes on from the newest good checkpoint.

    Of several that resume one run at the same time, one wins and the others are told.

    Returns:
        The run, under the name it has now.

    Raises:
        JobError: the run is active or has finished, or the system refused a process.
        NotFound: it has been deleted.
        EncoderError: its encoder's files are missing or altered.
        DiskError: the disk is full or closed to this user; the run stays as it was.
    """
    find_encoder(run.config.encoder, workspace)
    check_devices(run.config.devices)
    with disk_errors("the run"), changing_runs(workspace):
        run = find_run(workspace, run.id)
        paths = workspace.run(run.id)
        status = current_status(paths)
        if not status.state.resumable:
            raise _not_resumable(
                "run", status.state, repr(run.name), "start a new training to go further"
            )
        _queue_again(paths, status)
        return _start(workspace, run)


def _start(workspace: Workspace, run: Run) -> Run:
    start_worker(workspace, workspace.run(run.id), ["-m", "core.jobs.worker", run.id])
    return run


def _not_resumable(kind: str, state: JobState, name: str, action: str) -> JobError:
    if state.active:
        action = "wait for its end or stop it first"
    return JobError(
        f"a {kind} that was stopped, failed or died", f"that {name} is {state.value}", action
    )


def start_worker(workspace: Workspace, paths: JobPaths, arguments: list[str]) -> None:
    """Start a job's worker process and remember which it is.

    Raises:
        JobError: the system refused; the job's status says so.
    """
    log_offset = paths.log.stat().st_size if paths.log.exists() else 0
    try:
        process = start_detached(workspace, arguments, paths.log)
    except SincerelyError as error:
        _write_if_possible(paths, read_status(paths).to(JobState.FAILED, str(error)))
        raise
    try:
        with disk_errors("the job"):
            record_process(paths, WorkerRecord(process, log_offset, oom_kills(process.pid)))
    except SincerelyError:
        kill(process)  # Nobody could find it again.
        raise


def start_scoring(workspace: Workspace, scoring_id: str) -> None:
    """Start the worker of a scoring that `core.scoring.scoring_job.create_scoring` made.

    Raises:
        JobError: the system refused; the scoring's status says so.
    """
    arguments = ["-m", "core", "score", "--job", scoring_id]
    start_worker(workspace, workspace.scoring(scoring_id), arguments)


def resume_scoring(workspace: Workspace, scoring_id: str) -> None:
    """Take up a scoring that ended early; what it has scored is not scored again.

    Of several that resume one scoring at the same time, one wins and the others are told.

    Raises:
        JobError: it is active or has finished, or the system refused a process.
        NotFound: it or its file is gone.
        DiskError: the disk is full or closed to this user; the scoring stays as it was.
    """
    paths = workspace.scoring(scoring_id)
    with disk_errors("the scoring"), changing_runs(workspace):
        if not paths.status.exists():
            raise NotFound("the id of a scoring", repr(scoring_id), "score the file again")
        status = current_status(paths)
        if not status.state.resumable:
            raise _not_resumable("scoring", status.state, "this one", "score the file again")
        if not (paths.input.exists() or paths.result.exists()):
            raise NotFound("the scoring's own copy of the file", "none", "score the file again")
        _queue_again(paths, status)
        start_scoring(workspace, scoring_id)


def _queue_again(paths: JobPaths, status: JobStatus) -> None:
    """Make a job that ended early one that waits for its worker."""
    # In this order: whoever is ended in between leaves a job that can be resumed.
    paths.process.unlink(missing_ok=True)
    paths.stop_request.unlink(missing_ok=True)
    write_status(paths, status.to(JobState.QUEUED, seconds_left=None, rows_per_s=0.0))


def current_status(paths: JobPaths, *, now: datetime | None = None) -> JobStatus:
    """The job's status, corrected if its worker is gone.

    A worker holds the job's lock from start to end. So a job that should be active, whose lock
    is free and whose process is not alive, died.
    """
    status = read_status(paths)
    if not status.state.active:
        return status
    if _worker_alive(paths, status, now):
        return _as_asked(paths, status)
    try:
        with filelock.FileLock(paths.lock, timeout=0):
            status = read_status(paths)
            if not status.state.active or _worker_alive(paths, status, now):
                return status
            return _write_if_possible(paths, _end(paths, status))
    except filelock.Timeout:
        return status


def stop_job(paths: JobPaths, *, at_once: bool = False) -> JobStatus:
    """Ask a job to stop at its next step, or end its process at once.

    Raises:
        DiskError: the request cannot be written.
    """
    status = current_status(paths)
    if not status.state.active:
        return status
    with disk_errors("the request to stop"):
        paths.stop_request.touch()
    identity = recorded_process(paths)
    if at_once and identity is not None:
        kill(identity)
        return wait_for_end(paths, timeout_s=_KILL_TIMEOUT_S)
    return current_status(paths)


def wait_for_end(paths: JobPaths, *, timeout_s: float) -> JobStatus:
    """Wait until the job is no longer active, or the time is up; returns the last status."""
    deadline = time.monotonic() + timeout_s
    while (status := current_status(paths)).state.active and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return status


def log_tail(paths: JobPaths, lines: int = 30) -> str:
    """The last lines of the worker's log."""
    if not paths.log.exists():
        return ""
    with paths.log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def _worker_alive(paths: JobPaths, status: JobStatus, now: datetime | None) -> bool:
    identity = recorded_process(paths)
    if identity is not None:
        return identity.alive()
    # Between the job's creation and the record of its process there is a moment without one.
    written = datetime.fromisoformat(status.updated)
    age = (now or datetime.now(timezone.utc)) - written
    return age.total_seconds() < _START_GRACE_S


def _as_asked(paths: JobPaths, status: JobStatus) -> JobStatus:
    """The status of a living job, which is stopping from the moment it is asked to."""
    if status.state is JobState.STOPPING or not paths.stop_request.exists():
        return status
    return status.to(JobState.STOPPING, "Asked to stop at the next step")


def _write_if_possible(paths: JobPaths, status: JobStatus) -> JobStatus:
    """Write a status, or only return it where the disk does not allow it."""
    try:
        return write_status(paths, status)
    except OSError:
        return status


def _end(paths: JobPaths, status: JobStatus) -> JobStatus:
    """The true last status of a job whose worker is gone."""
    if paths.stop_request.exists():
        ended = f"Ended on request; what it had kept before stays. {what_to_do(paths)}".strip()
        return status.to(JobState.STOPPED, ended, seconds_left=None)
    return status.to(JobState.DIED, cause_of_death(paths), seconds_left=None)
