"""Scorer processes: one a run, started when first asked for, found again afterwards."""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import filelock

from core.errors import JobError
from core.files import write_atomically
from core.jobs.process import ProcessIdentity, request_stop, start_detached
from core.records import from_json, to_json
from core.runs.run import Run
from core.serving.access import TOKEN_VARIABLE, bearer
from core.workspace import Workspace

IDLE_TIMEOUT_S = 900

_GREETING_TIMEOUT_S = 5.0
_START_TIMEOUT_S = 120.0
_POLL_S = 0.1
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
    process: ProcessIdentity


def announce(path: Path, port: int) -> None:
    """Write where this process listens, once it does."""
    service = Service(port, ProcessIdentity.of(os.getpid()))
    write_atomically(path, to_json(service))


def running_scorer(workspace: Workspace, run: Run) -> Service | None:
    """The run's scorer, if one is alive."""
    try:
        service = from_json(Service, workspace.service(run.id).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return service if service.process.alive() else None


def ensure_scorer(
    workspace: Workspace, run: Run, *, timeout_s: float = _START_TIMEOUT_S
) -> Service:
    """The run's scorer, started if none is alive; it ends after IDLE_TIMEOUT_S without work.

    Raises:
        JobError: it did not come up in time, or the one that is there refuses us.
    """
    path = workspace.service(run.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(path.with_suffix(".lock"), timeout=timeout_s):
            service = running_scorer(workspace, run)
            if service is not None:
                if _answers(service, run):
                    return service
                # It is about to end, or has left its port to another program.
                request_stop(service.process)
            return _start_scorer(workspace, run, timeout_s)
    except filelock.Timeout as error:
        raise _no_scorer("another start of it that takes too long", path) from error


def stop_scorer(workspace: Workspace, run: Run) -> None:
    """End the run's scorer if one is alive."""
    service = running_scorer(workspace, run)
    if service is not None:
        request_stop(service.process)


def _answers(service: Service, run: Run) -> bool:
    """Whether a scorer answers there, for this run.

    Raises:
        JobError: it does, but is full or wants another token: others may be using it.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
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


def _start_scorer(workspace: Workspace, run: Run, timeout_s: float) -> Service:
    path = workspace.service(run.id)
    path.unlink(missing_ok=True)
    arguments = ["-m", "core", "serve", run.id, "--port", "0", "--announce", str(path)]
    arguments += ["--idle-timeout", str(IDLE_TIMEOUT_S)]
    process = start_detached(workspace, arguments, path.with_suffix(".log"))
    deadline = time.monotonic() + timeout_s
    while (alive := process.alive()) and time.monotonic() < deadline:
        service = running_scorer(workspace, run)
        if service is not None:
            return service
        time.sleep(_POLL_S)
    request_stop(process)
    raise _no_scorer("that it took too long" if alive else "that it ended", path)


def _no_scorer(found: str, path: Path) -> JobError:
    return JobError(
        "the scorer to start",
        f"{found} (see {path.stem}.log)",
        "try again or choose another run",
    )
