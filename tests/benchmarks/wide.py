"""A table with eight more columns: what they cost the import, and how quickly they are asked.

Two categories, two numbers, a date, a short text, a yes/no and an id, made for the rows of
`make bench-data`, whose tables it is part of.
"""

from __future__ import annotations

import csv
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from core.data.filters.row_filter import RowFilter
from core.data.importing.importer import import_file
from core.explore.search import find_rows
from core.workspace import Workspace

ROUNDS = 5
NAMES = ("country", "source", "votes", "score", "posted", "title", "edited", "author id")
FILTERS = {
    "two conditions": "country in ('US', 'CA') and score > 0.8",
    "a stretch of time": "posted >= '2024-06' and posted <= '2024-08'",
    "a condition that most rows meet": "votes >= 3",
    "words in a column": "title contains 'people'",
}
_COUNTRIES = ("US", "IN", "GB", "CA", "DE", "AU", "FR", "")
_SOURCES = ("web", "app", "mail")


def write_wide(path: Path, target: Path) -> None:
    """The rows of a file of id, text and label, with eight more columns."""
    rng = np.random.default_rng(0)
    days = [(date(2024, 1, 1) + timedelta(days=n)).isoformat() for n in range(366)]
    with (
        path.open(newline="", encoding="utf-8") as rows,
        target.open("w", newline="", encoding="utf-8") as file,
    ):
        reader, writer = csv.reader(rows), csv.writer(file)
        writer.writerow([*next(reader), *NAMES])
        for number, row in enumerate(reader):
            places = rng.integers(0, 1 << 30, 5).tolist()
            writer.writerow(
                [
                    *row,
                    _COUNTRIES[places[0] % len(_COUNTRIES)],
                    _SOURCES[places[1] % len(_SOURCES)],
                    places[2] % 500,
                    f"{places[3] % 1000 / 1000:.3f}",
                    days[places[4] % len(days)],
                    " ".join(row[1].split()[:4]),
                    "yes" if places[0] % 3 else "no",
                    f"u{number:08d}",
                ]
            )


def measure(workspace: Workspace, folder: Path, path: Path) -> None:
    """Print rows of the table: imports in turns, then the first page of some filters."""
    wide = folder / "wide.csv"
    write_wide(path, wide)
    narrow, broad = _alternate(partial(_import, workspace, path), partial(_import, workspace, wide))
    ratio = statistics.median(b / n for n, b in zip(narrow, broad, strict=True))
    print(
        f"| import of 8 more columns, beside 3 | ≤ 1.6× | {statistics.median(broad):.1f} s"
        f" | {statistics.median(narrow):.1f} s | {ratio:.2f}× |",
        flush=True,
    )
    dataset = import_file(workspace, wide).dataset
    for name, where in FILTERS.items():
        find = partial(find_rows, workspace, dataset, RowFilter(where=where))
        seconds = [_timed(find) for _ in range(ROUNDS)]
        print(
            f"| rows by columns, first page: {name} ({find().total:,} rows) | < 150 ms"
            f" | {1000 * statistics.median(seconds):.0f} ms | | |",
            flush=True,
        )


def _import(workspace: Workspace, path: Path) -> None:
    # A workspace of its own each time: nothing is found again.
    import_file(Workspace(workspace.root / str(time.monotonic_ns())), path)


def _alternate(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[list[float], list[float]]:
    seconds = [(_timed(ours), _timed(theirs)) for _ in range(ROUNDS)]
    return [pair[0] for pair in seconds], [pair[1] for pair in seconds]


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
