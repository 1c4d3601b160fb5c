"""Copies of a trained run, for tests that write to it."""

import shutil

from core.runs.run import Run
from core.workspace import Workspace


def copied_run(source: Workspace, run: Run, target: Workspace) -> Run:
    """Copy a run's folder to a test's own workspace, as it was when training ended."""
    made_since = shutil.ignore_patterns("train-vectors-*")
    shutil.copytree(source.run(run.id).folder, target.run(run.id).folder, ignore=made_since)
    return run
