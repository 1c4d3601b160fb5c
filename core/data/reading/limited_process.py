"""Read a file in a process of its own, with a limit to its memory.

Damage, or somebody's intent, can make the libraries that read workbooks and Parquet ask for any
amount of memory, or end their process: the dashboard must not be that one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from core.data.reading.bytestream import Progress, ignore_progress
from core.errors import BadInput, DiskError

_POLL_S = 0.05
_PATIENCE_S = 600
_END_S = 10
_REFUSED, _DAMAGED = 3, 4
_KINDS = {kind.__name__: kind for kind in (BadInput, DiskError)}
"""What it may say in a sentence of its own."""


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
        BadInput, DiskError: it raised that.
        ReadingFailed: the file cannot be read.
    """
    with _started(module, arguments) as (process, complaint):
        said = _last_words(process, progress)
        _check(process.wait(), complaint)
    return said


@contextmanager
def limited_stream(module: str, arguments: Sequence[str]) -> Iterator[IO[bytes]]:
    """Run such a module and read what it writes while it goes on; leaving early ends it.

    Raises:
        BadInput, DiskError: it raised that.
        ReadingFailed: the file cannot be read. What was read before is sound.
    """
    with _started(module, arguments) as (process, complaint):
        assert process.stdout is not None
        try:
            yield process.stdout
            process.stdout.close()
        except Exception:  # Where its words break off, its own reason is the better one.
            _check(process.wait(_END_S), complaint)
            raise
        _check(process.wait(_END_S), complaint)


@contextmanager
def _started(
    module: str, arguments: Sequence[str]
) -> Iterator[tuple[subprocess.Popen[bytes], BinaryIO]]:
    """A process and the file of its complaints; it does not outlive the context."""
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).resolve().parents[3]
    with (
        tempfile.TemporaryFile() as complaint,
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=complaint) as process,
    ):
        try:
            yield process, complaint
        except BaseException:
            process.kill()
            raise


def _check(code: int, complaint: BinaryIO) -> None:
    """Say why a process failed, if it did."""
    if not code:
        return
    complaint.seek(0)
    said = complaint.read().rpartition(b"\n")[2].decode("utf-8", "replace")
    if code == _REFUSED:
        kind, found = json.loads(said)
        raise _KINDS[kind](**found)
    raise ReadingFailed(said if code == _DAMAGED and said else "it asks for too much memory")


def _last_words(process: subprocess.Popen[bytes], progress: Progress) -> bytes:
    """What a process says on standard output until its end."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return process.communicate(timeout=_POLL_S)[0]
        except subprocess.TimeoutExpired:
            progress(0, 1)
    raise ReadingFailed(f"nothing came of it in {_PATIENCE_S} s")


def answer(
    work: Callable[[BinaryIO], object], *, memory: int, damage: tuple[type[Exception], ...]
) -> None:
    """Do the work and end this process, for the one that started it here.

    Args:
        work: Writes its answer to the file that it is given.
        memory: Bytes of address space that it may take.
        damage: What it raises where the file is at fault.
    """
    limit_memory(memory)
    code, said = 0, ""
    try:
        work(sys.stdout.buffer)
    except tuple(_KINDS.values()) as error:
        found = {"expected": error.expected, "found": error.found, "action": error.action}
        code, said = _REFUSED, json.dumps([type(error).__name__, found])
    except BaseException as error:
        # What a bug in the library raises is no Exception.
        if not isinstance(error, damage) and type(error).__name__ != "PanicException":
            raise
        memory_ran_out = isinstance(error, MemoryError)
        code, said = _DAMAGED, "" if memory_ran_out else " ".join(str(error).split())
    # Behind whatever libraries have said there.
    sys.stderr.buffer.write(b"\n" + said.encode("utf-8", "replace"))
    sys.stderr.flush()
    sys.stdout.flush()
    os._exit(code)


def limit_memory(size: int) -> None:
    """Let this process have no more than so many bytes of address space."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        least = size if most == resource.RLIM_INFINITY else min(most, size)
        resource.setrlimit(resource.RLIMIT_AS, (least, most))
