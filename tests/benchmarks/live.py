"""What the live view costs the server: `make bench-live` prints the table of the README.

A real dashboard with a real page open (headless Chromium) on a run that is at work: its folder,
lock and process are real, its curves are made up. A tick is a request that the page sent by
itself; CPU time is the server process's own, all its threads.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from core.jobs.status import JobState
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import MINUTE_MS, Dashboard, open_page
from tests.made_runs import held, make_run

SECONDS = 20
SETTLE_MS = 8_000
SHORT, LONG = 400, 2_000


@dataclass
class Wire:
    """What has gone over a page's web sockets."""

    requests: int = 0
    received: int = 0

    def listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._got)

    def _sent(self, _: object) -> None:
        self.requests += 1

    def _got(self, frame: str | bytes) -> None:
        self.received += len(frame)


def main() -> None:
    """Measure all cases and print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=SECONDS, help="of each case")
    seconds = options.parse_args().seconds
    print(f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| live view | goal | CPU a tick | sent a tick |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for name, goal, points, others, grows in (
            (f"idle, 1 run, {SHORT} points", "< 30 ms", SHORT, 0, False),
            (f"idle, 4 runs, {LONG:,} points each", "< 60 ms", LONG, 3, False),
            (f"a new point a tick, 1 run, {SHORT} points", "–", SHORT, 0, True),
            (f"a new point a tick, 4 runs, {LONG:,} points each", "< 60 ms", LONG, 3, True),
        ):
            cpu_ms, sent = _measure(
                browser, Path(folder) / name.replace(" ", "-"), points, others, grows, seconds
            )
            print(f"| {name} | {goal} | {cpu_ms:.0f} ms | {sent / 1000:.1f} kB |", flush=True)
        browser.close()


def _measure(
    browser: Browser, folder: Path, points: int, others: int, grows: bool, seconds: int
) -> tuple[float, float]:
    """CPU milliseconds and bytes sent a tick."""
    folder.mkdir()
    workspace = Workspace(folder / "workspace")
    run = _make_runs(workspace, points, others)
    dashboard = Dashboard(workspace.root)
    with ExitStack() as stack:
        stack.callback(dashboard.stop)
        more = (points, points + 2 * (seconds + 60)) if grows else (0, 0)
        stack.enter_context(held(workspace.run(run.id), points=more, every_s=float(grows)))
        page, _ = open_page(browser, "light")
        wire = Wire()
        page.on("websocket", wire.listen)
        _show(page, dashboard, others)
        server = psutil.Process(dashboard.pid)
        before, requests, received = _cpu_s(server), wire.requests, wire.received
        page.wait_for_timeout(1000 * seconds)
        ticks = wire.requests - requests
        spent = _cpu_s(server) - before
        page.context.close()
    return 1000 * spent / ticks, (wire.received - received) / ticks


def _make_runs(workspace: Workspace, points: int, others: int) -> Run:
    """The run at work, the newest; the others have ended."""
    dataset = toy.import_rows(workspace, toy.make_rows(4_000))
    for number in range(others):
        make_run(workspace, dataset, f"other {number}", points=points)
    return make_run(workspace, dataset, "at work", points=points, state=JobState.RUNNING)


def _show(page: Page, dashboard: Dashboard, others: int) -> None:
    """Open the Train page on the run, the others laid over its curves."""
    page.goto(f"{dashboard.url}/train")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length >= 2")
    for number in range(others):
        page.get_by_label("Compare with").click()
        page.get_by_role("option", name=f"other {number}").click()
        page.wait_for_timeout(1000)
    page.keyboard.press("Escape")
    # The model card finds out what it says, with ticks of its own until then.
    page.get_by_text("Trainable").first.wait_for(timeout=5 * MINUTE_MS)
    page.wait_for_timeout(SETTLE_MS)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
