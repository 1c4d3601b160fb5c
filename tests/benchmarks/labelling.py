"""Labelling: `make bench-label` prints the tables of the README.

Everything real: the store on this disk, processes, a dashboard, browsers. Texts are the real
questions, repeated with a number to 1,306,122 rows where so many are needed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright
from threadpoolctl import threadpool_limits

from core.data.columns import labelled_rows
from core.data.dataset import TEXT, Dataset, take_rows
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.evaluation.baselines.word_features import count_terms
from core.jobs.launcher import current_status, stop_job
from core.jobs.tasks import list_tasks
from core.labels.assign.bulk import MAX_ROWS, label_all
from core.labels.assign.leases import LabelSession
from core.labels.assign.next_rows import QueueRequest, take
from core.labels.assign.queues import Stream
from core.labels.exchange.exchange import export_history
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.guidelines import write_guideline
from core.labels.quick_model.quick_model_job import Scope, open_rows
from core.labels.store.ledger import Ledger
from core.labels.store.store import LabelStore, open_labels
from core.model.text_vectors import labelled_vectors
from core.workspace import Workspace
from tests.benchmarks import label_simulation
from tests.benchmarks.data import ROWS, write_questions
from tests.benchmarks.questions import PROJECT, labelled_file
from tests.dashboard.browsing import Dashboard, open_page

CLASSES = ("sincere", "insincere")
PRESSES, GAP_MS = 30, 40
PER_SECOND, SECONDS = 5, 60
PROCESSES, BROWSERS = 5, 3
EXPORTED = 1_000_000
PARTS = ("simulation", "keys", "team", "export", "open")
_BESIDE = {"Mixed": ", while a quick model is fitted on the same two cores"}
_KEEP = PROJECT / "test-output" / "labelling"


def main() -> None:
    """Measure what was asked for and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=SECONDS)
    asked = options.parse_args()
    print(f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    if "simulation" in asked.parts:
        for line in _simulation(asked.seeds):
            print(line, flush=True)
        print()
    print("| labelling | goal | reached |\n|---|---|---|")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bodies: dict[str, Callable[[], Iterator[tuple[str, str, str]]]] = {
            "keys": lambda: _keys(Path(folder) / "keys"),
            "team": lambda: _teams(Path(folder), asked.seconds),
            "export": lambda: _export(Path(folder) / "export"),
            "open": lambda: _open(Path(folder) / "export"),
        }
        for part in asked.parts:
            for what, goal, reached in bodies.get(part, lambda: iter(()))():
                print(f"| {what} | {goal} | {reached} |", flush=True)


def _simulation(seeds: int) -> list[str]:
    """Both queues on the real labels; vectors are kept between runs."""
    if not labelled_file().is_file():
        return ["The simulation needs the real labelled questions of ../shared/data."]
    workspace = Workspace(_KEEP / "workspace")
    columns = Columns(text="question_text", label="target", id="qid")
    dataset = import_file(workspace, labelled_file(), columns=columns).dataset
    rows, class_ids = labelled_rows(workspace, dataset)
    vectors = labelled_vectors(workspace, dataset, rows, report=lambda *_: None)
    words = count_terms(take_rows(workspace, dataset, rows)[TEXT].to_pylist()).matrix
    with threadpool_limits(1):  # As the quick model's own task does.
        return label_simulation.report((vectors, words), class_ids, seeds)


def _keys(folder: Path) -> Iterator[tuple[str, str, str]]:
    """One browser: a burst of keys, and the time from a key to the next text."""
    workspace, dataset = _texts(folder, 20_000)
    with _browser_on(workspace) as (browser, dashboard):
        page = _desk(browser, dashboard)
        asked = []
        for press in range(PRESSES):
            asked.append((page.locator(".desk .text").inner_text(), CLASSES[press % 3 == 0]))
            page.keyboard.press("1" if press % 3 == 0 else "0")
            page.wait_for_timeout(GAP_MS)
        _settle(page)
        shown = _measures(page, "label_queue")
        stored = open_labels(workspace).events(dataset.fingerprint)
        texts = take_rows(workspace, dataset, np.array([event.row for event in stored]))[TEXT]
        given = [(text, event.value) for text, event in zip(texts.to_pylist(), stored, strict=True)]
        right = sum(
            " ".join(a[0].split()) == " ".join(b[0].split()) and a[1] == b[1]
            for a, b in zip(asked, given, strict=False)
        )
    yield (
        "key to next text in the browser", "< 50 ms",
        f"median {statistics.median(shown):.1f} ms, longest {max(shown):.1f} ms",
    )  # fmt: skip
    yield (
        f"{PRESSES} presses {GAP_MS} ms apart", f"{PRESSES} stored, in order, on the right items",
        f"{right} of {len(given)} stored",
    )  # fmt: skip


def _teams(folder: Path, seconds: int) -> Iterator[tuple[str, str, str]]:
    """Once with nothing else at work, once while the first quick model encodes texts beside it.

    The latter with one browser: people's own machines draw theirs, and without a GPU three take
    more than two cores.
    """
    yield from _team(folder / "random", seconds, "Random", BROWSERS)
    yield from _team(folder / "alone", seconds, "Random", 1)
    yield from _team(folder / "mixed", seconds, "Mixed", 1)


def _team(folder: Path, seconds: int, queue: str, browsers: int) -> Iterator[tuple[str, str, str]]:
    """People who label at once: processes through the store, and real browsers."""
    workspace, dataset = _texts(folder, 50_000)
    with _browser_on(workspace) as (browser, dashboard):
        pages = [
            _desk(browser, dashboard, name=f"browser-{n}", queue=queue) for n in range(browsers)
        ]
        worker = [sys.executable, "-m", "tests.benchmarks.label_worker"]
        people = [
            subprocess.Popen(
                [*worker, str(workspace.root), dataset.id, f"process-{n}", str(seconds)],
                cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for n in range(PROCESSES)
        ]  # fmt: skip
        for person in people:
            assert person.stdout is not None and person.stdout.readline() == "ready\n"
        for person in people:
            assert person.stdin is not None
            person.stdin.write("go\n")
            person.stdin.flush()
        pressed = _press(pages, seconds)
        waits = [json.loads(person.communicate(timeout=120)[0]) for person in people]
        for page in pages:
            _settle(page)
        in_browser = [each for page in pages for each in _measures(page, "label_stored")]
    stored = open_labels(workspace).events(dataset.fingerprint)
    sent = pressed + sum(len(each) for each in waits)
    rows = [event.row for event in stored]
    through = [each for person in waits for each in person]
    yield (
        f"{PROCESSES} processes, {browsers} in browsers, {PER_SECOND} labels/s each, {seconds} s,"
        f" queue {queue.lower()}",
        "none lost, none doubled",
        f"{sent:,} pressed, {len(stored):,} stored, {len(rows) - len(set(rows))} rows twice",
    )
    yield (
        "acknowledged, p95" + _BESIDE.get(queue, ""), "< 300 ms",
        f"{_p95(in_browser):.0f} ms in the browsers, {_p95(through):.0f} ms in the processes",
    )  # fmt: skip


def _press(pages: list[Page], seconds: int) -> int:
    """Press keys in all pages by turns; gives how many were pressed on a text."""
    gap = 1 / (PER_SECOND * len(pages))
    start, pressed = time.monotonic(), 0
    for turn in range(seconds * PER_SECOND * len(pages)):
        page = pages[turn % len(pages)]
        time.sleep(max(start + turn * gap - time.monotonic(), 0))
        before = page.evaluate("performance.getEntriesByName('label_queue').length")
        page.keyboard.press("0" if turn % 4 else "1")
        pressed += page.evaluate("performance.getEntriesByName('label_queue').length") - before
    return pressed


def _export(folder: Path) -> Iterator[tuple[str, str, str]]:
    """A million labels out as a file with their texts."""
    workspace, dataset = _texts(folder, ROWS)
    store = open_labels(workspace)
    for first in range(0, EXPORTED, MAX_ROWS):
        rows = np.arange(first, first + MAX_ROWS)
        label_all(store, dataset, rows, CLASSES[1], annotator="ann", reason="benchmark")
    for file_format in LabelFileFormat:
        start = time.perf_counter()
        sink = io.BytesIO()
        export_history(workspace, store, dataset, sink, file_format=file_format)
        took = time.perf_counter() - start
        size = sink.tell() / 1e6
        yield (
            f"export of {EXPORTED:,} labels with texts as {file_format.value}", "< 10 s",
            f"{took:.1f} s, {size:,.0f} MB",
        )  # fmt: skip


def _open(folder: Path) -> Iterator[tuple[str, str, str]]:
    """The first texts of a queue over 1.3 million rows, nothing in memory; then the page."""
    workspace, dataset = _texts(folder, ROWS)
    store = open_labels(workspace)
    start = time.perf_counter()
    order = open_rows(workspace, dataset, Scope())
    ledger = Ledger(store, dataset.fingerprint, dataset.rows)
    assigned = take(
        store,
        ledger,
        LabelSession(dataset.fingerprint, "ann", "tab"),
        QueueRequest((Stream("random", order),), 30),
    )
    take_rows(workspace, dataset, np.array([one.row for one in assigned]))
    labelled = int((ledger.class_ids >= 0).sum())
    took = time.perf_counter() - start
    yield (
        f"opening the queue on {ROWS:,} rows, {labelled:,} of them labelled", "< 1 s",
        f"{took:.2f} s",
    )  # fmt: skip
    if labelled:
        fresh = LabelStore(f"sqlite:///{workspace.root / 'other.sqlite'}")
        start = time.perf_counter()
        order = open_rows(workspace, dataset, Scope())
        session = LabelSession(dataset.fingerprint, "ann", "tab")
        request = QueueRequest((Stream("random", order),), 30)
        assigned = take(fresh, Ledger(fresh, dataset.fingerprint, dataset.rows), session, request)
        take_rows(workspace, dataset, np.array([one.row for one in assigned]))
        took = time.perf_counter() - start
        yield "the same before the first label", "< 1 s", f"{took:.2f} s"


def _texts(folder: Path, rows: int) -> tuple[Workspace, Dataset]:
    """A data set of questions without labels, and its classes."""
    workspace = Workspace(folder / "workspace")
    found = folder / "questions.csv"
    if not found.is_file():
        folder.mkdir(parents=True)
        write_questions(found, rows)
    columns = Columns(text="question_text", label=None, id="qid")
    dataset = import_file(workspace, found, columns=columns).dataset
    write_guideline(
        open_labels(workspace), dataset, text="Benchmark.", classes=CLASSES, author="benchmark"
    )
    return workspace, dataset


@contextmanager
def _browser_on(workspace: Workspace) -> Iterator[tuple[Browser, Dashboard]]:
    dashboard = Dashboard(workspace.root)
    arguments = ["--disable-gpu", "--no-sandbox", "--disable-background-networking"]
    try:
        with sync_playwright() as playwright:
            path = "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
            yield browser, dashboard
            browser.close()
    finally:
        dashboard.stop()
        for task in list_tasks(workspace):  # A quick model at work would outlive its folder.
            paths = workspace.task(task.id)
            if current_status(paths).state.active:
                stop_job(paths, at_once=True)


def _desk(browser: Browser, dashboard: Dashboard, name: str = "", queue: str = "Random") -> Page:
    """The Label page with a text on it, as somebody sees it who has given a name."""
    page, _ = open_page(browser, "light")
    page.goto(f"{dashboard.url}/label")
    page.locator(".desk .text", has_text="?").wait_for()
    page.get_by_label("Queue", exact=True).click()
    page.get_by_role("option", name=re.compile(f"^{queue}")).click()
    if name:
        box = page.get_by_label("Your name")
        box.fill(name)
        box.press("Enter")
    page.wait_for_timeout(3_000)  # Until the choices have come back from the server.
    page.locator(".desk .text", has_text="?").wait_for()
    return page


def _settle(page: Page) -> None:
    """Wait until the browser knows that all is stored."""
    page.locator(".desk[data-pending='0']").wait_for()


def _measures(page: Page, name: str) -> list[float]:
    """Milliseconds that the page has measured under a name."""
    found: list[float] = page.evaluate(
        f"performance.getEntriesByName({name!r}).map((each) => each.duration)"
    )
    return found


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95)) if values else float("nan")


if __name__ == "__main__":
    main()
