"""The command line in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it to its end."""
    with start(*arguments) as process:
        out, err = process.communicate(timeout=180)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start(*arguments: str) -> "subprocess.Popen[str]":
    """Start it and do not wait."""
    return subprocess.Popen(
        [sys.executable, "-m", "core", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
