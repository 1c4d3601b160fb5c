"""What the Evaluate page costs the server: `make bench-evaluate` prints the table of the README.

A run with a test part of 100,000 rows, its answers made up. Seconds are those of a whole run of
the page's script, the frame around it included; a move of the slider in a browser reruns only the
dial, so it is measured as a whole run and stays below that.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psutil
from streamlit.testing.v1 import AppTest

from core.data.importing.importer import import_file
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from dashboard import state
from tests import toy
from tests.benchmarks.questions import read_questions
from tests.made_answers import answered_run

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
TEST_ROWS = 100_000
VIEWS = ("Threshold", "Mistakes", "Slices", "Calibration", "Baselines", "Compare")
TURNS = 5
MOVES = 20


def main() -> None:
    """Measure every view and the slider, and print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=TEST_ROWS, help="of the test part")
    rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        os.environ[ENVIRONMENT_VARIABLE] = str(workspace.root)
        _make(workspace, rows)
        measured = measure()
    print(f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{rows:,} test rows\n")
    print("| Evaluate | goal | first time | later (median) |\n|---|---|---|---|")
    for name, (goal, first, later) in measured.items():
        print(f"| {name} | {goal} | {first:.2f} s | {1000 * statistics.median(later):.0f} ms |")
    print(f"\n{psutil.Process().memory_info().rss / 1e6:,.0f} MB of memory")


def measure() -> dict[str, tuple[str, float, list[float]]]:
    """Seconds of the first and of later runs of each view, and of moves of the slider."""
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    app.switch_page("app_pages/evaluate/page.py")
    found: dict[str, tuple[str, float, list[float]]] = {}
    for view in VIEWS:
        app.session_state[state.EVALUATION] = view
        first, *later = (_timed(app, app.run) for _ in range(TURNS + 1))
        found[view] = ("< 1 s", first, later)
    app.session_state[state.EVALUATION] = "Threshold"
    app.run()
    moves = []
    for place in range(MOVES):
        slider = app.slider[0].set_value(round(0.1 + 0.04 * place, 3))
        moves.append(_timed(app, slider.run))
    found["a move of the slider"] = ("< 100 ms", moves[0], moves[1:])
    return found


def _timed(app: AppTest, run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    if app.exception:
        raise RuntimeError(app.exception[0].message)
    return seconds


def _make(workspace: Workspace, test_rows: int) -> None:
    """A data set of real questions, each made distinct by a number, and two runs on it."""
    questions = read_questions(20_000)
    made = [
        (
            f"{questions.texts[n % len(questions.texts)]} {n}",
            str(questions.class_ids[n % len(questions.class_ids)]),
        )
        for n in range(test_rows + 20_000)
    ]
    workspace.root.mkdir(parents=True)
    path = toy.write_csv(workspace.root / "many.csv", made, ("text", "label"))
    dataset = import_file(workspace, path).dataset
    sizes = {"train_size": 10_000, "validation_size": 10_000, "test_size": 1.0}
    answered_run(workspace, dataset, "First", **sizes)
    answered_run(workspace, dataset, "Second", skill=2.5, seed=1, **sizes)


if __name__ == "__main__":
    main()
