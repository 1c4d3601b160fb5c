"""Why a worker is gone, in one sentence, and what to do about it."""

from __future__ import annotations

import shutil

from core.jobs.memory import oom_killed_since
from core.jobs.process import WorkerRecord, exit_signal, worker_record
from core.jobs.registry import JobKind, find_job
from core.workspace import JobPaths

_LOG_BYTES = 64 << 10
_FULL_DISK_BYTES = 64 << 10
_MAX_LINE_CHARS = 200
_CRASHES = ("Fatal Python error", "terminate called")


def cause_of_death(paths: JobPaths) -> str:
    """Why the worker of a job that should be active is gone, and what to do."""
    return f"{_cause(paths, worker_record(paths))} {what_to_do(paths) or 'Start it again.'}"


def what_to_do(paths: JobPaths) -> str:
    """From where a job that ended early can go on; empty for one that starts anew."""
    return find_job(JobKind(paths.kind)).resume_hint(paths) if paths.kind else ""


def log_of(paths: JobPaths, record: WorkerRecord | None, max_bytes: int = _LOG_BYTES) -> list[str]:
    """The last lines that the job's latest worker wrote to the log, without empty ones."""
    try:
        with paths.log.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(record.log_offset if record else 0, end - max_bytes))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()]


def _cause(paths: JobPaths, record: WorkerRecord | None) -> str:
    if record is None:
        return "Its worker process did not start."
    if record.process.before_restart():
        return "The machine restarted while it was at work."
    lines = log_of(paths, record)
    return (
        _crash(lines)
        or _system(paths, record)
        or _error(lines)
        or "Its process is gone without a word, as when somebody or the system ends it."
    )


def _crash(lines: list[str]) -> str:
    """What native code said as it crashed; empty if it said nothing."""
    last = next((line for line in reversed(lines) if line.startswith(_CRASHES)), "")
    return f"The worker crashed: {_cut(last)}." if last else ""


def _error(lines: list[str]) -> str:
    """The error that the log's last traceback ends with; empty without one."""
    starts = [place for place, line in enumerate(lines) if line.startswith("Traceback")]
    after = lines[starts[-1] + 1 :] if starts else []
    last = next((line for line in after if not line.startswith(" ")), "")
    return f"The worker ended with an error: {_cut(last)}." if last else ""


def _system(paths: JobPaths, record: WorkerRecord) -> str:
    """What the system knows of the end; empty if nothing."""
    if oom_killed_since(record.oom_kills):
        return "The system ended its process, probably because memory ran out."
    if _disk_is_full(paths):
        return "Its process is gone, probably because the disk is full: free some space."
    number = exit_signal(record.process)
    return f"Its process was ended from outside ({number.name})." if number else ""


def _cut(line: str) -> str:
    return line[:_MAX_LINE_CHARS].rstrip(".")


def _disk_is_full(paths: JobPaths) -> bool:
    try:
        return shutil.disk_usage(paths.folder).free < _FULL_DISK_BYTES
    except OSError:
        return False
