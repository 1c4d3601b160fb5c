"""Runs wait here for the devices they train on: one lock a device, first come, first served.

No process manages the queue. A run waits in state queued, and tries the locks only while no run
that has been queued for longer wants one of the same devices.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import filelock

from core.errors import JobError, NotFound
from core.files import read_text, write_atomically
from core.jobs.cancellation import StopFlag
from core.jobs.devices import Gpu, choices, find_gpus, spoken
from core.jobs.launcher import current_status
from core.jobs.status import JobState, StatusWriter
from core.records import parse_json
from core.runs.run import Run, find_run, list_runs
from core.workspace import Workspace

_POLL_S = 0.5


@contextmanager
def devices_held(
    workspace: Workspace, run: Run, status: StatusWriter, stop: StopFlag
) -> Iterator[tuple[str, ...] | None]:
    """Wait for the run's turn and hold the locks of its devices.

    Yields:
        The devices' names ("cpu", "gpu:0"), or None if it was asked to stop while it waited.

    Raises:
        JobError: the run's settings name a device that is not there.
    """
    gpus = find_gpus()
    wanted = choices(run.config.devices, gpus)
    workspace.runs_lock.parent.mkdir(parents=True, exist_ok=True)
    while not stop.is_set:
        before = _queued_before(workspace, run, status.since, gpus)
        with ExitStack() as held:
            devices = None if before else _take_any(workspace, run, wanted, held)
            if devices is not None:
                yield devices
                return
        message = _waits_for(workspace, wanted, before)
        if message != status.message:
            status.change(JobState.QUEUED, message)
        time.sleep(_POLL_S)
    yield None


def _take_any(
    workspace: Workspace, run: Run, wanted: list[tuple[str, ...]], held: ExitStack
) -> tuple[str, ...] | None:
    """The first choice whose devices are all free, with their locks held from now on."""
    for devices in wanted:
        with ExitStack() as taken:
            try:
                # Always in the same order, so that no two wait for each other.
                for device in devices:
                    lock = filelock.FileLock(workspace.device_lock(device), timeout=0)
                    taken.enter_context(lock)
            except filelock.Timeout:
                continue
            held.enter_context(taken.pop_all())
        for device in devices:
            with suppress(OSError):  # It only tells the others whom they wait for.
                write_atomically(workspace.device_holder(device), json.dumps({"run": run.id}))
        return devices
    return None


def _queued_before(workspace: Workspace, run: Run, since: str, gpus: list[Gpu]) -> int:
    """How many runs are queued for longer that may take one of the same devices."""
    mine = _any_of(run, gpus)
    before = 0
    for other in list_runs(workspace):
        if other.id == run.id or not mine & _any_of(other, gpus):
            continue
        with suppress(FileNotFoundError):  # Deleted in this moment.
            status = current_status(workspace.run(other.id))
            # One that is asked to stop while it waits is on its way out.
            queued = status.state is JobState.QUEUED
            before += queued and (status.since, other.id) < (since, run.id)
    return before


def _any_of(run: Run, gpus: list[Gpu]) -> set[str]:
    """All devices that a run may take; none if its settings name one that is not there."""
    try:
        return {device for devices in choices(run.config.devices, gpus) for device in devices}
    except JobError:
        return set()


def _waits_for(workspace: Workspace, wanted: list[tuple[str, ...]], before: int) -> str:
    """Which run must leave which device, and the place in the queue."""
    devices = tuple(sorted({device for choice in wanted for device in choice}))
    # Any of several will do where the setting leaves it open.
    name = spoken(devices) if len(wanted) == 1 else f"one of {spoken(devices)}"
    holders = [_holder(workspace, device) for device in devices]
    known = list(dict.fromkeys(holder for holder in holders if holder))
    text = f"Waiting for {' or '.join(known)} to leave {name}" if known else f"Waiting for {name}"
    if before:
        text += f"; {before} run{'s are' if before > 1 else ' is'} before this one"
    return text


def _holder(workspace: Workspace, device: str) -> str:
    """The name of the run that holds a device; empty if it is free, or another process has it."""
    try:
        with filelock.FileLock(workspace.device_lock(device), timeout=0):
            return ""
    except filelock.Timeout:
        pass
    try:
        run_id = parse_json(read_text(workspace.device_holder(device)))["run"]
        return find_run(workspace, run_id).name
    except (OSError, ValueError, KeyError, TypeError, NotFound):
        return "another process"
