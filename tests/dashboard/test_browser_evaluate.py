"""The dial, the way from a cell to its rows, and the report, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.data.dataset import Dataset
from core.evaluation.operating_point import Rule, operating_point
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import ROOT, Dashboard, open_page
from tests.made_answers import answered_run

SCREENSHOTS = ROOT / "test-output"
NASTY = "<img src=x onerror=document.title='gone'> **bold** $x$"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(540)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("browser-evaluate") / "workspace")


@pytest.fixture(scope="module")
def dataset(workspace: Workspace) -> Dataset:
    rows = [(f"{NASTY} {text}", label) for text, label in toy.make_rows(1200)]
    return toy.import_rows(workspace, rows)


@pytest.fixture(scope="module")
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return answered_run(workspace, dataset, "Answered", skill=1.5)


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace, run: Run) -> Iterator[Dashboard]:
    dashboard = Dashboard(workspace.root)
    yield dashboard
    dashboard.stop()


def open_evaluate(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/evaluate")
    expect(page.get_by_text("At 0.", exact=False).first).to_be_visible()


def recall(page: Page) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text="Recall")


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 1024)])
def test_the_page_is_drawn_without_overflow_and_without_outside_requests(
    browser: Browser, dashboard: Dashboard, theme: str, width: int
) -> None:
    page, outside = open_page(browser, theme, width)
    open_evaluate(page, dashboard)

    for view in ("Mistakes", "Slices", "Calibration", "Baselines", "Compare", "Threshold"):
        page.get_by_text(view, exact=True).first.click()
        page.wait_for_timeout(1_500)
        page.screenshot(
            path=SCREENSHOTS / f"evaluate-{view.lower()}-{theme}-{width}.png", full_page=True
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.get_by_test_id("stException")).to_have_count(0)

    assert outside == []
    assert page.title() != "gone"
    page.context.close()


def test_the_slider_moves_the_figures_and_the_choice_is_kept(
    browser: Browser, dashboard: Dashboard, workspace: Workspace, run: Run
) -> None:
    page, _ = open_page(browser, "light")
    open_evaluate(page, dashboard)
    before = recall(page).inner_text()

    page.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    expect(page.get_by_text("At 1, on test rows")).to_be_visible()

    expect(recall(page)).not_to_have_text(before, use_inner_text=True)
    page.get_by_role("button", name="Use this threshold").click()
    expect(page.get_by_text("set by hand")).to_be_visible()
    assert operating_point(workspace, run).rule is Rule.HAND
    page.get_by_role("button", name="Back to the run's own").click()
    expect(page.get_by_text("best F1 on validation rows")).to_be_visible()
    expect(recall(page)).to_have_text(before, use_inner_text=True)
    page.context.close()


def test_a_cell_leads_to_its_rows_whose_texts_stay_texts(
    browser: Browser, dashboard: Dashboard
) -> None:
    page, _ = open_page(browser, "light")
    open_evaluate(page, dashboard)

    page.get_by_role("button", name="1, called 0").click()

    expect(page.get_by_text("label 1, predicted label 0", exact=False)).to_be_visible()
    expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
    assert page.title() != "gone"
    page.context.close()


def test_the_report_downloads_and_opens_offline(
    browser: Browser, dashboard: Dashboard, tmp_path: Path
) -> None:
    page, _ = open_page(browser, "light")
    open_evaluate(page, dashboard)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report").click()

    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    page.context.set_offline(True)
    page.goto(path.as_uri())
    expect(page.get_by_role("heading", name="What to keep in mind")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.context.close()
