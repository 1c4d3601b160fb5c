"""Read a file in a process of its own, with a limit to its memory.

Damage, or somebody's intent, can make the libraries that read workbooks and Parquet ask for any
amount of memory, or end their process: the dashboard must not be that one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.data.reading.bytestream import Progress, ignore_progress
from core.errors import BadInput

_POLL_S = 0.05
_PATIENCE_S = 600
_REFUSED, _DAMAGED = 3, 4


class ReadingFailed(Exception):
    """The file cannot be read; the message is the library's."""


def run_limited(
    module: str, arguments: Sequence[str], progress: Progress = ignore_progress
) -> bytes:
    """Run a module whose `main` is `answer`.

    Args:
        module: Its dotted name.
        arguments: Of its command line.
        progress: Called again and again while it takes time; raising from it cancels.

    Returns:
        What it wrote to standard output.

    Raises:
        BadInput: it raised that.
        ReadingFailed: the file cannot be read.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            said = _last_words(process, progress)
        except BaseException:
            process.kill()
            raise
    if process.returncode == _REFUSED:
        raise BadInput(**json.loads(said))
    if process.returncode:
        raise ReadingFailed(said.decode("utf-8", "replace") or "it asks for too much memory")
    return said


def _last_words(process: subprocess.Popen[bytes], progress: Progress) -> bytes:
    """What a process says on standard output until its end."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return process.communicate(timeout=_POLL_S)[0]
        except subprocess.TimeoutExpired:
            progress(0, 1)
    raise ReadingFailed(f"nothing came of it in {_PATIENCE_S} s")


def answer(work: Callable[[], bytes], *, memory: int, damage: tuple[type[Exception], ...]) -> None:
    """Do the work and end this process, for the one that called `run_limited`.

    Args:
        work: Gives what goes to standard output.
        memory: Bytes of address space that it may take.
        damage: What it raises where the file is at fault.
    """
    limit_memory(memory)
    code = 0
    try:
        said = work()
    except BadInput as error:
        found = {"expected": error.expected, "found": error.found, "action": error.action}
        code, said = _REFUSED, json.dumps(found).encode()
    except BaseException as error:
        # What a bug in the library raises is no Exception.
        if not isinstance(error, damage) and type(error).__name__ != "PanicException":
            raise
        code, said = _DAMAGED, str(error).encode("utf-8", "replace")
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    os._exit(code)


def limit_memory(size: int) -> None:
    """Let this process have no more than so many bytes of address space."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        least = size if most == resource.RLIM_INFINITY else min(most, size)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))
