"""Scorer processes: one a run, started when it is about to be asked, found again afterwards."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import suppress
from dataclasses import dataclass

from core.errors import JobError, SincerelyError, disk_errors
from core.files import read_text
from core.jobs.launcher import current_status, start_job, stop_job, wait_for_end
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.locks import held
from core.records import from_json
from core.runs.run import Run
from core.serving.access import TOKEN_VARIABLE, bearer, token_from_environment
from core.workspace import ServicePaths, Workspace

IDLE_TIMEOUT_S = 900

_GREETING_TIMEOUT_S = 5.0
_START_TIMEOUT_S = 120.0
_END_TIMEOUT_S = 10.0
_POLL_S = 0.05
_REFUSALS = {
    http.client.UNAUTHORIZED: (
        f"the token that the run's scorer was started with in {TOKEN_VARIABLE}",
        "another one or none",
        f"set that token, or try again when nobody has asked it for {IDLE_TIMEOUT_S // 60} minutes",
    ),
    http.client.SERVICE_UNAVAILABLE: (
        "room for one more at the run's scorer",
        "too many connections",
        "try again in a while",
    ),
}


@dataclass(frozen=True)
class Service:
    """A scorer that listens on a loopback port."""

    port: int


def running_scorer(workspace: Workspace, run: Run) -> Service | None:
    """The run's scorer, if one is alive and listens."""
    paths = workspace.service(run.id)
    try:
        service = from_json(Service, read_text(paths.address))
        return service if current_status(paths).state is JobState.RUNNING else None
    except (FileNotFoundError, ValueError):
        return None


def ensure_scorer(
    workspace: Workspace,
    run: Run,
    *,
    timeout_s: float = _START_TIMEOUT_S,
    end_timeout_s: float = _END_TIMEOUT_S,
) -> Service:
    """The run's scorer, started if none is alive; it ends after IDLE_TIMEOUT_S without work.

    Args:
        workspace: Where the run is.
        run: The run.
        timeout_s: For it to come up.
        end_timeout_s: For one that does not answer any more to end by itself.

    Raises:
        JobError: it did not come up in time, or the one that is there refuses us.
        DiskError: the disk is full or closed to this user.
    """
    paths = workspace.service(run.id)
    with disk_errors("the scorer"):
        paths.folder.mkdir(parents=True, exist_ok=True)

    def busy(holder: str) -> JobError:
        return _no_scorer(f"another start of it, in {holder}, that takes too long", paths)

    with held(paths.start_lock, "the scorer's start", patience_s=timeout_s, busy=busy):
        service = running_scorer(workspace, run)
        if service is not None and _answers(service, run):
            return service
        if not _is_coming_up(paths):
            # One that is about to end, or has left its port to another program.
            _end(paths, end_timeout_s)
            _start(workspace, run)
        return _come_up(workspace, run, timeout_s)


def start_early(workspace: Workspace, run: Run) -> None:
    """Have the run's scorer come up meanwhile, as somebody is about to ask it; waits for nothing.

    What goes wrong is left for `ensure_scorer` to say, when somebody asks.
    """
    paths = workspace.service(run.id)
    with suppress(SincerelyError, OSError):
        paths.folder.mkdir(parents=True, exist_ok=True)
        if _is_active(paths):
            return
        with held(paths.start_lock, "the scorer's start", patience_s=0.0):
            if not _is_active(paths):
                _start(workspace, run)


def stop_scorer(workspace: Workspace, run: Run, *, timeout_s: float = _END_TIMEOUT_S) -> None:
    """End the run's scorer if one is alive; it finishes what it is answering, if that is quick.

    Raises:
        DiskError: the request cannot be written.
    """
    _end(workspace.service(run.id), timeout_s)


def _end(paths: ServicePaths, timeout_s: float) -> None:
    try:
        if stop_job(paths).state.active and wait_for_end(paths, timeout_s=timeout_s).state.active:
            stop_job(paths, at_once=True)
    except FileNotFoundError:  # There has never been one.
        return


def _answers(service: Service, run: Run) -> bool:
    """Whether a scorer answers there, for this run.

    Raises:
        JobError: it does, but is full or wants another token: others may be using it.
        BadInput: the token cannot be sent.
    """
    token = token_from_environment()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=_GREETING_TIMEOUT_S)
    try:
        connection.request("GET", f"/v1/models/{run.id}", headers=bearer(token))
        answer = connection.getresponse()
        content = json.load(answer)
        if "error" in content and answer.status in _REFUSALS:
            raise JobError(*_REFUSALS[answer.status])
        return "model_version_status" in content
    except (OSError, http.client.HTTPException, ValueError, TypeError):
        return False
    finally:
        connection.close()


def _is_active(paths: ServicePaths) -> bool:
    try:
        return current_status(paths).state.active
    except FileNotFoundError:  # There has never been one.
        return False


def _is_coming_up(paths: ServicePaths) -> bool:
    try:
        return current_status(paths).state in (JobState.QUEUED, JobState.STARTING)
    except FileNotFoundError:
        return False


def _start(workspace: Workspace, run: Run) -> None:
    paths = workspace.service(run.id)
    with disk_errors("the scorer"):
        for old in (paths.address, paths.process, paths.stop_request):
            old.unlink(missing_ok=True)
        write_status(paths, JobStatus(JobState.QUEUED))
    start_job(workspace, paths, JobKind.SERVE, run.id)


def _come_up(workspace: Workspace, run: Run, timeout_s: float) -> Service:
    paths = workspace.service(run.id)
    deadline = time.monotonic() + timeout_s
    while (status := current_status(paths)).state.active and time.monotonic() < deadline:
        service = running_scorer(workspace, run)
        if service is not None:
            return service
        time.sleep(_POLL_S)
    if not status.state.active:
        raise _no_scorer(f"that it ended ({status.message.rstrip('.')})", paths)
    stop_job(paths, at_once=True)
    raise _no_scorer("that it took too long", paths)


def _no_scorer(found: str, paths: ServicePaths) -> JobError:
    return JobError(
        "the scorer to start",
        f"{found}, see services/{paths.folder.name}/{paths.log.name}",
        "try again or choose another run",
    )
