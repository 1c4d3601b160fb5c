"""Detached worker processes: start one, tell whether it is the same one, stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from core.errors import JobError
from core.workspace import ENVIRONMENT_VARIABLE, JobPaths, Workspace, write_atomically

POLITE_THREADS = {"OMP_WAIT_POLICY": "passive"}
"""Environment in which OpenMP's threads sleep while they wait: where others use the cores too,
those that spin made t-SNE ten times slower."""

_SAME_START_S = 0.05
_children: list[subprocess.Popen[bytes]] = []
"""Processes started from here, kept so that those that ended are reaped."""


class StopFlag:
    """Whether to stop: set by SIGTERM, SIGINT or a job's stop request; work looks between steps.

    The request is a file, so it is heard by a worker that is still starting, too.
    """

    def __init__(self, request: Path | None = None) -> None:
        self._signalled = False
        self._request = request

    @property
    def is_set(self) -> bool:
        return self._signalled or (self._request is not None and self._request.exists())

    def install(self) -> None:
        """Listen to the signals from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._set)

    def _set(self, *_: object) -> None:
        self._signalled = True


@dataclass(frozen=True)
class ProcessIdentity:
    """A pid with its creation time (seconds since 1970): pids are used again, pairs are not."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        return cls(pid, psutil.Process(pid).create_time())

    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        try:
            process = psutil.Process(self.pid)
            same: bool = abs(process.create_time() - self.created) < _SAME_START_S
            return same and bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and its children, if it is still the same process."""
        if self.alive():
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                return


def start_detached(workspace: Workspace, arguments: Sequence[str], log: Path) -> ProcessIdentity:
    """Start `python <arguments>` in its own session, so that it outlives this process.

    Args:
        workspace: Handed on by environment variable.
        arguments: What follows `python`.
        log: File its output is appended to.

    Raises:
        JobError: the process could not be started.
    """
    environment = {
        **POLITE_THREADS,
        **os.environ,
        ENVIRONMENT_VARIABLE: str(workspace.root),
        "PYTHONPATH": _python_path(),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # Trainings and scorers share a GPU: each takes the memory it needs, not all of it.
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    _children[:] = [child for child in _children if child.poll() is None]
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=environment,
            )
    except OSError as error:
        raise JobError(
            "a new worker process", f"the system's refusal ({error})", "free memory and try again"
        ) from error
    _children.append(process)
    return ProcessIdentity.of(process.pid)


def record_process(paths: JobPaths, identity: ProcessIdentity) -> None:
    """Remember which process works on a job."""
    write_atomically(paths.process, json.dumps(asdict(identity)))


def recorded_process(paths: JobPaths) -> ProcessIdentity | None:
    """The process that was started for a job; None if none was."""
    if not paths.process.exists():
        return None
    return ProcessIdentity(**json.loads(paths.process.read_text("utf-8")))


def request_stop(identity: ProcessIdentity) -> None:
    """Ask a worker to stop when it next can."""
    identity.signal_group(signal.SIGTERM)


def kill(identity: ProcessIdentity) -> None:
    """End a worker at once."""
    identity.signal_group(signal.SIGKILL)


def _python_path() -> str:
    project_root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [project_root, os.environ.get("PYTHONPATH")]))
