"""The state of a background job, written in one step so that readers never see half of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Any

from core.files import read_text, shown_path, write_atomically
from core.jobs.moment import Moment
from core.kept_reads import kept_read
from core.records import from_plain, parse_json
from core.workspace import JobPaths

_WRITE_EVERY_S = 0.5
_LOST = "How far it came is not known, for {} {}: resume it, start it again or delete it."


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

    @property
    def resumable(self) -> bool:
        """Whether it ended before its end, so that it can be taken up again."""
        return self in _ENDED_EARLY


_ACTIVE = frozenset({JobState.QUEUED, JobState.STARTING, JobState.RUNNING, JobState.STOPPING})
_ENDED_EARLY = frozenset({JobState.STOPPED, JobState.FAILED, JobState.DIED})

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.STARTING, JobState.RUNNING, JobState.STOPPING})
    | _ENDED_EARLY,
    JobState.STARTING: frozenset({JobState.RUNNING, JobState.STOPPING}) | _ENDED_EARLY,
    JobState.RUNNING: frozenset({JobState.STOPPING, JobState.FINISHED}) | _ENDED_EARLY,
    # One that is asked to stop at its last step finishes.
    JobState.STOPPING: frozenset({JobState.FINISHED}) | _ENDED_EARLY,
    # Those that ended before their end can be taken up again.
    **dict.fromkeys(_ENDED_EARLY, frozenset({JobState.QUEUED})),
    JobState.FINISHED: frozenset(),
}
"""The states that may follow each state."""


@dataclass(frozen=True)
class JobStatus:
    """What a job is doing now.

    `done` and `total` count steps (training) or rows (scoring), or what `unit` says ("rows",
    "bytes", "%"); `total` is 0 where nobody knows. `message` says what it does or waits for, or
    in one sentence why it ended. `since` is when it came into its state, `updated` when this was
    written, and `moment` the same by a clock that nobody sets.
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
    since: str = ""
    moment: Moment = field(default=Moment(), compare=False)

    def to(self, state: JobState, message: str = "", **values: Any) -> JobStatus:
        """The status after a step to another state, or within an active one.

        Raises:
            ValueError: no way leads from this state to that one, which is a bug.
        """
        same = state is self.state and state.active
        if not same and state not in TRANSITIONS[self.state]:
            raise ValueError(f"no way leads from {self.state.value} to {state.value}")
        since = self.since if same else ""
        return replace(self, state=state, message=message, since=since, **values)

    def to_json(self) -> str:
        """The status as JSON, for `from_json`."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> JobStatus:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, parse_json(text))


def read_status(paths: JobPaths) -> JobStatus:
    """The job's last written status; one that cannot be read is of a job that died.

    Raises:
        FileNotFoundError: the job has been deleted, or never was.
    """
    try:
        return kept_read(paths.status, _read)
    except FileNotFoundError:
        if not paths.description.exists():
            raise
        found = "is missing"
    except (OSError, ValueError):
        found = "is damaged"
    return JobStatus(JobState.DIED, _LOST.format(shown_path(paths.status), found))


def _read(path: Path) -> JobStatus:
    return JobStatus.from_json(read_text(path))


def write_status(paths: JobPaths, status: JobStatus) -> JobStatus:
    """Replace the job's status, stamped with the present time."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    stamped = replace(status, updated=now, since=status.since or now, moment=Moment.now())
    write_atomically(paths.status, stamped.to_json())
    return stamped


class StatusWriter:
    """Writes a job's status, at most every half second while only numbers change.

    Args:
        paths: Of the job.
        now_s: A clock that only goes forward.
    """

    def __init__(self, paths: JobPaths, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._paths = paths
        self._now_s = now_s
        self._status = read_status(paths)
        self._written = 0.0

    @property
    def state(self) -> JobState:
        """The state, as last written."""
        return self._status.state

    @property
    def total(self) -> int:
        """Steps or rows in all, as last written."""
        return self._status.total

    @property
    def done(self) -> int:
        """Steps or rows that are done, as last given."""
        return self._status.done

    @property
    def message(self) -> str:
        """What the job does or waits for, as last written."""
        return self._status.message

    @property
    def since(self) -> str:
        """When the job came into its present state."""
        return self._status.since

    def change(self, state: JobState, message: str = "", **values: Any) -> None:
        """Write a new state at once.

        Raises:
            ValueError: the state may not follow the present one, which is a bug.
        """
        self._put(self._status.to(state, message, **values))

    def progress(self, **values: Any) -> None:
        """Write new numbers if the last are old enough."""
        self._status = replace(self._status, **values)
        if self._now_s() - self._written >= _WRITE_EVERY_S:
            self._put(self._status)

    def _put(self, status: JobStatus) -> None:
        self._status = write_status(self._paths, status)
        self._written = self._now_s()
