"""Run Python where the disk is nearly full, by the kernel's own means."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def python(arguments: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
    """Run `python <arguments>` in the project's folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=120,
        check=False,
        **options,
    )


def python_on_full_disk(
    script: str, disk: Path, *arguments: str, kilobytes: int, timeout_s: int = 120
) -> "subprocess.CompletedProcess[str]":
    """Run a script with a disk of so many kilobytes mounted on the folder `disk`.

    Skips the test where this user may not mount one.
    """
    mount = f'mount -t tmpfs -o size={kilobytes}k none "$1" && shift && exec "$@"'
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh", str(disk)]
    disk.mkdir(exist_ok=True)
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this user may not mount a small disk ({error})")
    return subprocess.run(
        [*inside, sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=timeout_s,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def limit_file_size(kilobytes: int) -> str:
    """Lines of Python after which no file of this process and its children may grow further."""
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, 2 * ({kilobytes << 10},))\n"


@contextmanager
def no_file_above(kilobytes: int) -> Iterator[None]:
    """Let no file of this process grow further, which is as a full disk is to a large file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
