"""What workers that died left in the staging folder, and its removal."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import psutil

_AGE = timedelta(days=1)


def remove_leftovers(staging: Path, now: datetime) -> None:
    """Remove unfinished work that nothing has written to for a day and no process has open.

    Args:
        staging: The workspace's folder for unfinished work.
        now: The present time, with its time zone.
    """
    latest = (now - _AGE).timestamp()
    old = [path for path in staging.glob("*") if path.is_dir() and _changed(path) < latest]
    if not old:
        return
    opened = _open_files()
    for folder in old:
        if not any(path.is_relative_to(folder.resolve()) for path in opened):
            shutil.rmtree(folder, ignore_errors=True)


def _changed(folder: Path) -> float:
    """When anything in a folder was last changed, in seconds since 1970."""
    times = [0.0]
    for path in (folder, *folder.rglob("*")):
        try:
            times.append(path.lstat().st_mtime)
        except FileNotFoundError:  # Its owner is at work on it.
            return float("inf")
    return max(times)


def _open_files() -> set[Path]:
    """The files that processes of this user have open."""
    paths: set[Path] = set()
    for process in psutil.process_iter():
        try:
            paths |= {Path(file.path) for file in process.open_files()}
        except (psutil.Error, OSError):  # It has ended, or is not ours to look into.
            continue
    return paths
