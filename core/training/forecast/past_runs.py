"""How long runs took that have finished on this machine, and how much there was to do."""

from __future__ import annotations

from dataclasses import dataclass

from core.files import read_text, write_atomically
from core.jobs.status import JobState, JobStatus, read_status
from core.records import from_json, to_json
from core.runs.result import RunResult, read_result
from core.runs.run import Run, list_runs
from core.training.forecast.rates import DeviceKind
from core.training.forecast.work import Work
from core.workspace import Workspace

_MOST = 20
_LOOKED_AT = 100
"""Of the newest runs, so that asking takes no longer where most trained elsewhere or failed."""


@dataclass(frozen=True)
class PastRun:
    """What a finished run did, and how long that took.

    `start_s` are the seconds before its first step, `seconds` those from there to its end;
    `crowding` is how crowded the processor was when it began.
    """

    work: Work
    start_s: float
    seconds: float
    crowding: float = 1.0


@dataclass(frozen=True)
class WorkRecord:
    """What a run writes down when it begins."""

    work: Work
    start_s: float
    crowding: float


def keep_work(workspace: Workspace, run: Run, record: WorkRecord) -> None:
    """Write down what a run has to do, for forecasts of later ones.

    Raises:
        OSError: the disk is full or closed to this user.
    """
    write_atomically(workspace.run(run.id).work, to_json(record))


def past_runs(workspace: Workspace, device: DeviceKind) -> list[PastRun]:
    """Runs that have finished on such devices in this workspace, the newest first."""
    found: list[PastRun] = []
    for run in list_runs(workspace)[:_LOOKED_AT]:
        if run.config.devices.count(",") + 1 == device.count and len(found) < _MOST:
            found += _past_run(workspace, run, device)
    return found


def _past_run(workspace: Workspace, run: Run, device: DeviceKind) -> list[PastRun]:
    """The run, unless it is at work, ended before its end or trained elsewhere."""
    paths = workspace.run(run.id)
    try:
        status, result = read_status(paths), read_result(workspace, run)
        if result is None or not _counts(status, result, device):
            return []
        record = from_json(WorkRecord, read_text(paths.work))
    except (OSError, ValueError, TypeError):  # Deleted meanwhile, or without its work.
        return []
    # Early stopping leaves steps undone.
    work = record.work.share(status.done / status.total)
    crowding = record.crowding if device.is_processor else 1.0
    return [PastRun(work, record.start_s, result.seconds, crowding)]


def _counts(status: JobStatus, result: RunResult, device: DeviceKind) -> bool:
    finished = status.state is JobState.FINISHED and status.done > 0 and status.total > 0
    return finished and result.seconds > 0 and result.device.startswith(device.label)
