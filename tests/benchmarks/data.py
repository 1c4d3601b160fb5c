"""Import, search and explore 1.3 million rows: `make bench-data` prints the table of the README.

Rows are resampled from the real questions where they are at hand (`SINCERELY_SHARED_DATA`), each
with a quarter of its words exchanged so that all are distinct; else they are made up. The peer is
the tutorial's pandas code for the same figures. Both sides run in turns; figures are medians.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from sklearn.model_selection import train_test_split

from core.data.dataset import N_CHARS, N_WORDS, Dataset
from core.data.filters.row_filter import Match, RowFilter
from core.data.importing.importer import import_file
from core.data.sample.sample import SAMPLE_ROWS, sample_batches
from core.data.splits.split import SplitPlan
from core.explore import summary
from core.explore.health import health_table
from core.explore.length_stats import length_summary, length_table
from core.explore.search import find_rows
from core.explore.term_stats import distinctive_terms
from core.workspace import Workspace
from tests.benchmarks import wide

ROWS = 1_306_122
ROUNDS = 3
PROJECT = Path(__file__).resolve().parents[2]
TUTORIAL = SplitPlan(0.05, 0.005, 0, 42)
SEARCHES = {
    "a common word": RowFilter(text="people"),
    "a rare word": RowFilter(text="baritone"),
    "three words": RowFilter(text="why trump women"),
    "a phrase": RowFilter(text="donald trump", match=Match.PHRASE),
    "a regular expression": RowFilter(text=r"(who|what)\b.*\d+", match=Match.REGEX),
    "label and length": RowFilter(labels=("1",), shortest=20, longest=40),
    "word, label and length": RowFilter(text="muslims", labels=("1",), shortest=10),
    "nothing like it": RowFilter(text="xyzzy plugh"),
}


def main() -> None:
    """Run all comparisons and print Markdown tables."""
    options = _options()
    print(f"{date.today()}, {_machine()}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.csv"
        print(f"{write_questions(path, options.rows)}: {options.rows:,} rows\n")
        workspace = Workspace(Path(folder) / "workspace")
        print("| what | goal | Sincerely | tutorial's pandas | ratio |\n|---|---|---|---|---|")
        dataset = _import(workspace, path)
        _views(workspace, dataset, path)
        _search(workspace, dataset)
        _pages(workspace, dataset)
        wide.measure(workspace, Path(folder), path)
        if options.big:
            _ten_times(Path(folder), path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--big", action="store_true", help="also import ten times the rows")
    return parser.parse_args()


def _machine() -> str:
    return f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB"


def write_questions(path: Path, rows: int) -> str:
    """Write a CSV of distinct rows in the shape of the Quora file; returns where they are from."""
    texts, labels, source = _questions(rows)
    rng = np.random.default_rng(0)
    words = [text.split() for text in texts]
    pool = np.array([word for text in words for word in text], dtype=object)
    picks = rng.integers(0, len(words), rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["qid", "question_text", "target"])
        for number, pick in enumerate(picks):
            text = list(words[pick])
            exchanged = max(2, len(text) // 4)
            places = rng.integers(0, len(text), exchanged)
            for place, word in zip(places, rng.integers(0, len(pool), exchanged), strict=True):
                text[place] = pool[word]
            writer.writerow([f"{number:020x}", " ".join(text), labels[pick]])
    return source


def _questions(rows: int) -> tuple[list[str], list[int], str]:
    """Texts and labels to resample. The unlabelled half counts as sincere."""
    default = PROJECT.parent / "shared" / "data"
    folder = Path(os.environ.get("SINCERELY_SHARED_DATA", default)) / "quora"
    if not folder.is_dir():
        made = [
            row for batch in sample_batches(min(rows, SAMPLE_ROWS)) for row in batch.to_pylist()
        ]
        labels = [int(row["label"] == "insincere") for row in made]
        return [row["text"] for row in made], labels, "made-up questions"
    real = pd.concat([pd.read_csv(folder / f"{name}.csv") for name in ("labelled", "unlabelled")])
    texts = real["question_text"].astype(str).tolist()
    return texts, real["target"].fillna(0).astype(int).tolist(), "resampled real questions"


def _import(workspace: Workspace, path: Path) -> Dataset:
    ours, theirs = _alternate(
        # Another name each time, and a workspace without it: nothing is found again.
        lambda: import_file(Workspace(workspace.root / str(time.monotonic_ns())), path),
        lambda: _tutorial_figures(pd.read_csv(path)),
    )
    _row("import with profile", "≤ 2× its time", ours, theirs, f"{ours / theirs:.2f}× its time")
    return import_file(workspace, path).dataset


def _tutorial_figures(frame: pd.DataFrame) -> list[float]:
    """What the tutorial prints: rows by label, mean and longest words and characters."""
    words = frame["question_text"].apply(lambda text: len(text.split()))
    chars = frame["question_text"].apply(len)
    counts = frame["target"].value_counts()
    return [*counts, words.mean(), words.max(), chars.mean(), chars.max()]


def _views(workspace: Workspace, dataset: Dataset, path: Path) -> None:
    """Each view's figures from the import's files, against pandas with the table in memory."""
    frame = pd.read_csv(path)
    views: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "rows by label": (
            lambda: summary.class_table(dataset),
            frame["target"].value_counts,
        ),
        "words: figures and histogram": (
            lambda: length_summary(length_table(workspace, dataset, N_WORDS)),
            lambda: _pandas_lengths(frame["question_text"], words=True),
        ),
        "characters: figures and histogram": (
            lambda: length_summary(length_table(workspace, dataset, N_CHARS)),
            lambda: _pandas_lengths(frame["question_text"], words=False),
        ),
        "words by label": (
            lambda: length_summary(length_table(workspace, dataset, N_WORDS, by="label")),
            lambda: [
                _pandas_lengths(part["question_text"], words=True)
                for _, part in frame.groupby("target")
            ],
        ),
        "typical words of a label": (
            lambda: distinctive_terms(workspace, dataset, "1", size=1),
            lambda: [
                part["question_text"].str.lower().str.split().explode().value_counts()
                for _, part in frame.groupby("target")
            ],
        ),
        "a new split, drawn and compared": (
            lambda: summary.split_tables(workspace, dataset, TUTORIAL),
            lambda: _tutorial_split(frame),
        ),
        "duplicates and health": (
            lambda: health_table(workspace, dataset),
            lambda: frame["question_text"].str.lower().duplicated(keep=False).sum(),
        ),
    }
    for name, (ours, theirs) in views.items():
        quick, slow = _alternate(ours, theirs)
        _row(f"view: {name}", "≥ 50× faster", quick, slow, f"{slow / quick:,.0f}×")


def _tutorial_split(frame: pd.DataFrame) -> list[object]:
    """The tutorial's split, and what it draws of both halves."""
    train, rest = train_test_split(
        frame, train_size=0.05, random_state=42, stratify=frame["target"]
    )
    validation, _ = train_test_split(
        rest, train_size=0.005, random_state=42, stratify=rest["target"]
    )
    return [
        _pandas_lengths(part["question_text"], words=words)
        for part in (train, validation)
        for words in (True, False)
    ]


def _pandas_lengths(texts: pd.Series, *, words: bool) -> object:
    lengths = texts.apply(lambda text: len(text.split())) if words else texts.apply(len)
    return lengths.mean(), lengths.max(), np.histogram(lengths, bins=60)


def _search(workspace: Workspace, dataset: Dataset) -> None:
    for name, row_filter in SEARCHES.items():
        run = partial(find_rows, workspace, dataset, row_filter)
        seconds = [_timed(run) for _ in range(ROUNDS)]
        found = run().total
        median = statistics.median(seconds)
        print(f"| search, first page: {name} ({found:,} rows) | < 1 s | {median:.3f} s | | |")


def _pages(workspace: Workspace, dataset: Dataset) -> None:
    """Reruns of the Explore page, in a process of its own as the dashboard is."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.explore_page", dataset.id],
        cwd=PROJECT,
        env={**os.environ, "SINCERELY_WORKSPACE": str(workspace.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    for name in ("first views", "reruns"):
        times = figures[name]
        p95 = float(np.percentile(times, 95)) * 1000
        median = statistics.median(times) * 1000
        goal = "p95 < 150 ms" if name == "reruns" else ""
        print(
            f"| Explore, {name} ({len(times)}), server time | {goal}"
            f" | p95 {p95:.0f} ms, median {median:.0f} ms | | |"
        )
    print(f"| dashboard process | < 500 MB | {figures['rss_mb']:.0f} MB | | |")


def _ten_times(folder: Path, path: Path) -> None:
    """Import by command line, then ten times the rows; time and largest memory of the process."""
    big = folder / "big.csv"
    _repeat(path, big, times=10)
    one, ten = (_command_line_import(folder / name, file) for name, file in
                (("one", path), ("ten", big)))  # fmt: skip
    ratio = ten[0] / one[0]
    print(
        f"| ten times the rows, by command line | ≤ 11× the time | {ratio:.1f}×"
        f" ({one[0]:.1f} s, {ten[0]:.1f} s) | | |"
    )
    print(f"| its largest memory | bounded | {one[1]:.0f} MB, {ten[1]:.0f} MB | | |")


def _repeat(path: Path, target: Path, *, times: int) -> None:
    """Write the rows several times over, each time with its texts' halves joined anew."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    halves = [text.split() for _, text, _ in rows]
    heads = [" ".join(words[: len(words) // 2]) for words in halves]
    tails = [" ".join(words[len(words) // 2 :]) for words in halves]
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for turn in range(times):
            shift = turn * 7919
            for number, row in enumerate(rows):
                tail = tails[(number + shift) % len(rows)]
                writer.writerow([f"{turn}{row[0]}", f"{heads[number]} {tail}", row[2]])


def _command_line_import(workspace: Path, path: Path) -> tuple[float, float]:
    """Seconds and largest resident memory in MB of `python -m core import`."""
    start = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "-m", "core", "import", str(path)],
        cwd=PROJECT,
        env={**os.environ, "SINCERELY_WORKSPACE": str(workspace)},
        stdout=subprocess.DEVNULL,
    )
    largest = 0
    while process.poll() is None:
        try:
            largest = max(largest, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.05)
    if process.wait():
        raise RuntimeError(f"the import of {path.name} failed")
    return time.perf_counter() - start, largest / 1e6


def _alternate(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, run in turns; the first turn warms up and does not count."""
    seconds: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(ROUNDS + 1):
        for side, run in enumerate((ours, theirs)):
            spent = _timed(run)
            if turn:
                seconds[side].append(spent)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _row(what: str, goal: str, ours: float, theirs: float, ratio: str) -> None:
    print(f"| {what} | {goal} | {ours:.3f} s | {theirs:.3f} s | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
