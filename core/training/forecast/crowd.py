"""How much of the processor other programs take at present: a run beside them takes longer."""

from __future__ import annotations

import os

import filelock

from core.jobs.devices import CPU, cpu_cores
from core.workspace import Workspace

_QUIET = 0.5
"""Programs at work that every machine has, which take no time worth counting."""


def crowding(workspace: Workspace, load: float | None = None, *, at_work: bool = False) -> float:
    """How many times longer the processor takes than with nothing else to do: 1 at best.

    A run of this workspace is not counted, as the next one waits for its end.

    Args:
        workspace: Where that would be.
        load: How many programs want the processor; None asks the system for the last minute's.
        at_work: The run that asks is the one that trains, and has only begun to.
    """
    cores = cpu_cores()
    others = (_load() if load is None else load) - _QUIET
    if not at_work and _is_held(workspace):
        others -= cores
    # A run has as many threads at work as there are cores, and each gets an equal share.
    return 1.0 + max(others, 0.0) / cores


def _load() -> float:
    """Windows does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _is_held(workspace: Workspace) -> bool:
    """Whether a run trains on the processor."""
    path = workspace.device_lock(CPU)
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True
