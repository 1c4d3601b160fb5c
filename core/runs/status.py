"""The state of a background job, written in one step so that readers never see half of it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from core.workspace import JobPaths, write_atomically

_WRITE_EVERY_S = 0.5


class JobState(str, Enum):
    """Where a job is. The worker writes it while it holds the job's lock."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    DIED = "died"

    @property
    def active(self) -> bool:
        """Whether a worker process should be alive."""
        return self in _ACTIVE


_ACTIVE = frozenset({JobState.QUEUED, JobState.STARTING, JobState.RUNNING, JobState.STOPPING})


@dataclass(frozen=True)
class JobStatus:
    """What a job is doing now.

    `done` and `total` count steps (training) or rows (scoring), or what `unit` says ("rows",
    "bytes", "%"); `total` is 0 where nobody knows. `message` says what it does or waits for, or
    in one sentence why it ended.
    """

    state: JobState
    message: str = ""
    epoch: int = 0
    epochs: int = 0
    done: int = 0
    total: int = 0
    rows_per_s: float = 0.0
    seconds_left: float | None = None
    device: str = ""
    unit: str = ""
    updated: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> JobStatus:
        values: dict[str, Any] = json.loads(text)
        values["state"] = JobState(values["state"])
        return cls(**values)


def read_status(paths: JobPaths) -> JobStatus:
    """The job's last written status."""
    return JobStatus.from_json(paths.status.read_text("utf-8"))


def write_status(paths: JobPaths, status: JobStatus) -> JobStatus:
    """Replace the job's status, stamped with the present time."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    stamped = replace(status, updated=now)
    write_atomically(paths.status, stamped.to_json())
    return stamped


class StatusWriter:
    """Writes a job's status, at most every half second while only numbers change."""

    def __init__(self, paths: JobPaths) -> None:
        self._paths = paths
        self._status = read_status(paths)
        self._written = 0.0

    @property
    def state(self) -> JobState:
        return self._status.state

    @property
    def total(self) -> int:
        """Steps or rows in all, as last written."""
        return self._status.total

    def change(self, state: JobState, message: str = "", **values: object) -> None:
        """Write a new state at once."""
        self._put(replace(self._status, state=state, message=message, **values))  # type: ignore[arg-type]

    def progress(self, **values: object) -> None:
        """Write new numbers if the last are old enough."""
        self._status = replace(self._status, **values)  # type: ignore[arg-type]
        if time.monotonic() - self._written >= _WRITE_EVERY_S:
            self._put(self._status)

    def _put(self, status: JobStatus) -> None:
        self._status = write_status(self._paths, status)
        self._written = time.monotonic()
