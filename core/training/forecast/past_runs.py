"""How long runs took that have finished on this machine, and how much there was to do."""

from __future__ import annotations

from dataclasses import dataclass

from core.files import write_atomically
from core.jobs.status import JobState, JobStatus, read_status
from core.records import from_json, to_json
from core.runs.run import Run, RunResult, list_runs, read_result
from core.training.forecast.rates import DeviceKind
from core.training.forecast.work import Work
from core.workspace import Workspace

_MOST = 20


@dataclass(frozen=True)
class PastRun:
    """What a finished run did, and the seconds from its first step to its end."""

    work: Work
    seconds: float


def keep_work(workspace: Workspace, run: Run, work: Work) -> None:
    """Write down what a run has to do, for forecasts of later ones.

    Raises:
        OSError: the disk is full or closed to this user.
    """
    write_atomically(workspace.run(run.id).work, to_json(work))


def past_runs(workspace: Workspace, device: DeviceKind) -> list[PastRun]:
    """Runs that have finished on such devices in this workspace, the newest first."""
    found: list[PastRun] = []
    for run in list_runs(workspace):
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
        work = from_json(Work, paths.work.read_text("utf-8"))
    except (OSError, ValueError, TypeError):  # Deleted meanwhile, or without its work.
        return []
    # Early stopping leaves steps undone.
    return [PastRun(work.share(status.done / status.total), result.seconds)]


def _counts(status: JobStatus, result: RunResult, device: DeviceKind) -> bool:
    finished = status.state is JobState.FINISHED and status.done > 0 and status.total > 0
    return finished and result.seconds > 0 and result.device.startswith(device.label)
