"""The largest memory of a scoring by the number of its rows.

A toy encoder answers, because what is done with the rows is the same and 1.3 million of them take
MiniLM more than an hour here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.jobs.cancellation import StopFlag
from core.runs.run import Run, create_run
from core.training.training_job import run_training
from core.workspace import Workspace
from tests import toy
from tests.benchmarks.data import ROWS, write_questions
from tests.benchmarks.questions import PROJECT

_FEW = 50_000


def memory_table() -> list[str]:
    """Peak resident memory and speed of `python -m core score` for few rows and for many."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace(folder / "workspace")
        run = _toy_run(workspace, folder)
        peaks, lines = {}, []
        for rows in (_FEW, ROWS):
            path = folder / "questions.csv"
            write_questions(path, rows)
            peak, seconds = _scored(workspace, run, path, folder / "scored.csv")
            peaks[rows] = peak
            lines.append(f"| {rows:,} rows: largest memory | | {peak:,.0f} MB in {seconds:.0f} s |")
    growth = peaks[ROWS] / peaks[_FEW] - 1
    return [
        "| memory, with a toy encoder | goal | measured |",
        "|---|---|---|",
        *lines,
        f"| {ROWS:,} rows against {_FEW:,} | within 10 % | {growth:+.1%} |",
    ]


def _toy_run(workspace: Workspace, folder: Path) -> Run:
    encoder = toy.make_encoder(folder / "encoder")
    dataset = toy.import_rows(workspace, toy.make_rows(200))
    run = create_run(workspace, dataset, toy.recipe(encoder, epochs=1))
    if run_training(workspace, run, StopFlag()):
        raise RuntimeError("the training failed")
    return run


def _scored(workspace: Workspace, run: Run, source: Path, target: Path) -> tuple[float, float]:
    """Peak resident memory in MB, and seconds from start to end of the process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "score", run.id, str(source), str(target)],
        cwd=PROJECT,
        env={**os.environ, "SINCERELY_WORKSPACE": str(workspace.root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the scoring of {source.name} failed")
    return usage.ru_maxrss * 1024 / 1e6, time.perf_counter() - start
