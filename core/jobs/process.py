"""Processes of this machine: start one, tell whether it is the same one, end it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from core.errors import JobError
from core.files import read_text, write_atomically
from core.records import from_json, to_json
from core.workspace import ENVIRONMENT_VARIABLE, JobPaths, Workspace

ENVIRONMENT = {
    # OpenMP's threads sleep while they wait: where others use the cores too, those that spin made
    # t-SNE ten times slower.
    "OMP_WAIT_POLICY": "passive",
    # Keras loads Hugging Face's client: it would add what is installed here to what it asks.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # Trainings and scorers share a GPU: each takes the memory it needs, not all of it.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
}
"""What every process of the project has in its environment, unless it is set otherwise."""

_NICE = 19
_AUTOGROUP = Path("/proc/self/autogroup")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SAME_START_S = 0.05
_KEPT_ENDS = 100
_LAST_THREAD_S = 2.0
_children: list[subprocess.Popen[bytes]] = []
"""Processes started from here, kept so that those that ended are reaped."""


@dataclass(frozen=True)
class ProcessIdentity:
    """A pid with the moment its process began: pids are used again, pairs are not.

    `start` counts clock ticks since the machine's start, whose id is `boot`: the wall clock may be
    set. Where the system tells no such id, `boot` is empty and `start` is in seconds since 1970.
    """

    pid: int
    boot: str
    start: float

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity:
        """The identity of a process that runs.

        Raises:
            psutil.NoSuchProcess: there is none.
        """
        boot = boot_id()
        if not boot:
            return cls(pid, "", psutil.Process(pid).create_time())
        facts = _facts(pid)
        if facts is None:
            raise psutil.NoSuchProcess(pid)
        return cls(pid, boot, facts[1])

    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        if self.boot:
            facts = _facts(self.pid) if self.boot == boot_id() else None
            return facts is not None and facts[0] not in "ZX" and facts[1] == self.start
        try:
            process = psutil.Process(self.pid)
            same: bool = abs(process.create_time() - self.start) < _SAME_START_S
            return same and bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def before_restart(self) -> bool:
        """Whether the machine has started anew since this process began."""
        if self.boot:
            return self.boot != boot_id()
        return bool(psutil.boot_time() > self.start + _SAME_START_S)

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and its children, if it is still the same process.

        Only to one that leads a group of its own, as all workers do. Group 1 would be everybody.
        """
        try:
            if self.pid > 1 and self.alive() and os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, number)
        except ProcessLookupError:
            return


@dataclass(frozen=True)
class WorkerRecord:
    """Which process works on a job, and what the machine and the log were like at its start.

    `log_offset` is where in the log its own lines begin (bytes); `oom_kills` are the kernel's
    counts of processes ended for want of memory, by file (see `core.jobs.memory`).
    """

    process: ProcessIdentity
    log_offset: int = 0
    oom_kills: dict[str, int] = field(default_factory=dict)


def give_way() -> None:
    """Let others have the machine's cores first from now on, and one core all to themselves.

    Called before libraries count the cores for their threads. Linux divides cores between sessions
    before it looks at what is nice in each ("autogroup"), so a worker, which has a session of its
    own, says it of that, too; and whoever wakes waits for a moment even where the other is nice.
    """
    os.nice(_NICE)
    if hasattr(os, "sched_setaffinity"):  # Linux
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[1:] or cores)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # Not every system has it.
            _AUTOGROUP.write_text(str(_NICE))


def boot_id() -> str:
    """The id of the machine's present run, new at every start; empty where there is none."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def _facts(pid: int) -> tuple[str, float] | None:
    """A process's state letter and its start in clock ticks since the machine's; None if gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The name, in brackets, may hold blanks and brackets itself.
    fields = line[line.rindex(")") + 1 :].split()
    return fields[0], float(fields[19])


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
        **ENVIRONMENT,
        **os.environ,
        ENVIRONMENT_VARIABLE: str(workspace.root),
        "PYTHONPATH": _python_path(),
        # A crash of native code leaves a line in the log.
        "PYTHONFAULTHANDLER": "1",
    }
    log.parent.mkdir(parents=True, exist_ok=True)
    _reap()
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


def record_process(paths: JobPaths, record: WorkerRecord) -> None:
    """Remember which process works on a job."""
    write_atomically(paths.process, to_json(record))


def worker_record(paths: JobPaths) -> WorkerRecord | None:
    """What was recorded when a process was started for a job; None if none was."""
    try:
        return from_json(WorkerRecord, read_text(paths.process))
    except (OSError, ValueError):  # None was written, or none that can be read.
        return None


def recorded_process(paths: JobPaths) -> ProcessIdentity | None:
    """The process that was started for a job; None if none was."""
    record = worker_record(paths)
    return record.process if record else None


def exit_signal(identity: ProcessIdentity) -> signal.Signals | None:
    """The signal that ended a process that was started from here; None if nobody knows."""
    for child in _children:
        if child.pid == identity.pid and not identity.alive():
            # The process is told of as ended a moment before its last thread is.
            with suppress(subprocess.TimeoutExpired):
                code = child.wait(_LAST_THREAD_S)
                return signal.Signals(-code) if code < 0 else None
    return None


def kill(identity: ProcessIdentity) -> None:
    """End a worker at once."""
    identity.signal_group(signal.SIGKILL)


def _reap() -> None:
    """Reap zombie processes; how the last ones ended is kept."""
    _children[:] = [
        *[child for child in _children if child.poll() is not None][-_KEPT_ENDS:],
        *[child for child in _children if child.poll() is None],
    ]


def _python_path() -> str:
    project_root = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [project_root, os.environ.get("PYTHONPATH")]))
