"""Locks between processes: a file that one of them holds at a time, and who that is."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from core.errors import JobError, SincerelyError
from core.files import read_text
from core.records import parse_json

PATIENCE_S = 10.0
"""How long a lock that is held for moments only is waited for."""
_MAX_COMMAND_CHARS = 80


@contextmanager
def held(
    path: Path,
    what: str,
    *,
    patience_s: float = PATIENCE_S,
    busy: Callable[[str], SincerelyError] | None = None,
) -> Iterator[None]:
    """Hold a lock for as long as the context lasts; its end, and the process's, gives it free.

    Args:
        path: The lock's file.
        what: What it guards, for people: "the list of data sets".
        patience_s: How long to wait for whoever holds it.
        busy: Makes another error of who holds it.

    Raises:
        JobError: it is held for longer than that; the message says by whom.
        OSError: the disk is full or closed to this user.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=patience_s)
    except filelock.Timeout as error:
        holder = holder_of(path)
        raise (
            busy(holder)
            if busy
            else JobError(
                f"{what} to be free",
                f"that {holder} has held it for {patience_s:.0f} s",
                "wait for its end, or end that process, and try again",
            )
        ) from error
    note = _note(path)
    known = {"pid": os.getpid(), "command": _command(), "machine": platform.node()}
    try:
        with suppress(OSError):  # A full disk must not keep anybody from deleting something.
            note.write_text(json.dumps(known), "utf-8")
        yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


def holder_of(path: Path) -> str:
    """Which process holds a lock, for people."""
    try:
        known = parse_json(read_text(_note(path)))
        pid, command, machine = int(known["pid"]), str(known["command"]), known["machine"]
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
    if machine != platform.node():  # Its number may be that of another process here.
        return f"process {pid} ({command}) on {machine}"
    state = _state(pid)
    if not state:  # What is left of one that died: it is not the one that holds it now.
        return "another process"
    stopped = f", which is stopped (`kill -CONT {pid}` lets it go on)," if state == "T" else ""
    return f"process {pid} ({command}){stopped}"


def _note(path: Path) -> Path:
    """Beside a lock, who holds it: a lock's own file is emptied by everybody who tries it."""
    return path.with_name(f"{path.name}.holder")


def _command() -> str:
    """How this process was started, as far as it says what it does."""
    program, *rest = sys.argv or [""]
    name = "core" if program.endswith("__main__.py") else Path(program).stem
    shown = "".join(c if c.isprintable() else " " for c in " ".join([name, *rest]))
    return shown[:_MAX_COMMAND_CHARS]


def _state(pid: int) -> str:
    """The letter of a process's state, "?" where the system does not tell; empty if it is gone."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        return line[line.rindex(")") + 1 :].split()[0]
    except (OSError, ValueError, IndexError):
        return "" if Path("/proc/self").exists() else "?"
