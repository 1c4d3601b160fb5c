"""Curves that grow under a reader's hands, and the page of runs, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from core.data.dataset import Dataset
from core.jobs.status import JobState
from core.runs.config import TrainConfig
from core.runs.run import list_runs
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import ROOT, Dashboard, open_page
from tests.made_runs import held, make_run

SCREENSHOTS = ROOT / "test-output"
CHART = "document.querySelector('.js-plotly-plot')"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(540)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("browser-runs") / "workspace")


@pytest.fixture(scope="module")
def dataset(workspace: Workspace) -> Dataset:
    rows = [
        (text, str(int(place % 16 == 0))) for place, (text, _) in enumerate(toy.make_rows(9600))
    ]
    return toy.import_rows(workspace, rows)


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace, dataset: Dataset) -> Iterator[Dashboard]:
    config = replace(TrainConfig(), learning_rate=3e-5, layer_decay=0.9)
    make_run(workspace, dataset, "earlier", points=300, skill=0.5)
    make_run(workspace, dataset, "died", points=90, state=JobState.DIED, message="It was killed.")
    make_run(workspace, dataset, "at work", points=120, state=JobState.RUNNING, config=config)
    dashboard = Dashboard(workspace.root)
    with held(workspace.run("at-work"), points=(120, 2000), every_s=0.3):
        yield dashboard
    dashboard.stop()


def points(page: Page) -> int:
    """Points drawn of the run at work, which has the first curve."""
    return int(page.evaluate(f"{CHART}.data[0].x.length"))


def wait_for_more(page: Page) -> None:
    page.wait_for_function(f"before => {CHART}.data[0].x.length > before", arg=points(page))


def x_range(page: Page) -> list[float]:
    return list(page.evaluate(f"{CHART}.layout.xaxis.range"))


def zoom(page: Page) -> None:
    box = page.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()


def hidden(page: Page) -> set[str]:
    """Names in the legend whose curves are put away."""
    gone = "curve => curve.visible === 'legendonly'"
    return set(page.evaluate(f"{CHART}._fullData.filter({gone}).map(curve => curve.name)"))


def test_zoom_and_hidden_curves_outlast_new_points_of_overlaid_runs(
    browser: Browser, dashboard: Dashboard
) -> None:
    page, outside = open_page(browser, "light")
    page.goto(f"{dashboard.url}/train")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length >= 2")
    page.get_by_label("Compare with").click()
    page.get_by_role("option", name="earlier").click()
    page.keyboard.press("Escape")
    page.wait_for_function(f"{CHART}.data.some(curve => curve.name === 'earlier')")
    colors = page.evaluate(f"{CHART}.data.map(curve => [curve.name, curve.line.color])")
    assert len({color for name, color in colors if name == "at work"}) == 1
    assert len({color for name, color in colors}) == 2

    whole = x_range(page)
    zoom(page)
    page.wait_for_function(f"{CHART}.layout.xaxis.autorange === false")
    zoomed = x_range(page)
    assert zoomed != whole
    page.locator(".js-plotly-plot").first.locator(".legendtoggle").nth(1).click()
    page.wait_for_function(f"{CHART}._fullData.some(curve => curve.visible === 'legendonly')")
    assert hidden(page) == {"earlier"}
    wait_for_more(page)
    wait_for_more(page)
    assert x_range(page) == zoomed
    assert hidden(page) == {"earlier"}

    # More smoothing keeps the place; another axis has no such place, but the same curves.
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    expect(page.get_by_text("0.61")).to_be_visible()
    wait_for_more(page)
    assert x_range(page) == zoomed
    page.get_by_role("radio", name="Time").or_(
        page.get_by_role("button", name="Time")
    ).first.click()
    page.wait_for_function(f"{CHART}.layout.xaxis.title.text.startsWith('time')")
    wait_for_more(page)
    assert x_range(page) != zoomed
    assert hidden(page) == {"earlier"}
    assert outside == []


def test_a_run_is_chosen_noted_and_deleted_while_it_is_shown(
    browser: Browser, dashboard: Dashboard, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "unloved", points=150, skill=0.4)
    page, _ = open_page(browser, "dark")
    page.goto(f"{dashboard.url}/runs")
    expect(page.get_by_text("Nothing to worry about.")).to_be_visible()
    notes = page.get_by_placeholder("What was tried and why")
    notes.fill("Not worth keeping")
    page.get_by_role("heading", name="Runs").click()
    page.wait_for_function("document.activeElement.tagName !== 'TEXTAREA'")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("its notes")).to_be_visible()
    dialog.get_by_role("button", name="Delete").dblclick()
    expect(page.get_by_text("Deleted unloved.")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "unloved" not in {run.name for run in list_runs(workspace)}


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1024)])
def test_runs_side_by_side_fit_on_the_page(
    browser: Browser, dashboard: Dashboard, theme: str, width: int
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page, _ = open_page(browser, theme, width)
    page.set_viewport_size({"width": width, "height": 1700})
    page.goto(f"{dashboard.url}/runs")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length >= 2")
    box = page.locator("canvas").first.bounding_box()
    assert box is not None
    page.screenshot(path=SCREENSHOTS / f"run-{theme}-{width}.png")
    page.mouse.click(box["x"] + 15, box["y"] + 50 + 2 * 33)
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot').length >= 2")
    page.wait_for_timeout(1500)
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=SCREENSHOTS / f"runs-{theme}-{width}.png")
