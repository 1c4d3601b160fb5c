"""Whether the kernel has ended processes for want of memory: its counters, then and now."""

from __future__ import annotations

from pathlib import Path

_VMSTAT = "/proc/vmstat"
_CGROUPS = Path("/sys/fs/cgroup")
_COUNTER = "oom_kill"


def oom_kills(pid: int) -> dict[str, int]:
    """Counts of processes that were ended for want of memory, by the file that tells them.

    The process's own control group counts its own dead only; the whole machine's count, which
    stands last, is for where there is no group's. Empty where the system tells neither.
    """
    files = [*_group_files(pid), Path(_VMSTAT)]
    counts = {str(file): _count(file) for file in files}
    return {file: count for file, count in counts.items() if count is not None}


def oom_killed_since(before: dict[str, int]) -> bool:
    """Whether a process was ended for want of memory since the counts were taken."""
    for file, count in before.items():
        now = _count(Path(file))
        if now is not None:
            return now > count
    return False


def _group_files(pid: int) -> list[Path]:
    """Files of the process's control group that may count, of both versions of the interface."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return []
    files = []
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if not controllers:
            files.append(_CGROUPS / group.lstrip("/") / "memory.events")
        elif "memory" in controllers.split(","):
            files.append(_CGROUPS / "memory" / group.lstrip("/") / "memory.oom_control")
    return files


def _count(file: Path) -> int | None:
    try:
        pairs = [line.split() for line in file.read_text("ascii").splitlines()]
    except OSError:
        return None
    return next((int(pair[1]) for pair in pairs if pair[0] == _COUNTER), None)
