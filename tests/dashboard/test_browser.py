"""The whole loop in a real browser: import, train, watch, score. Screenshots go to test-output/."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.data.sample.sample import sample_batches
from tests.dashboard.browsing import MINUTE_MS, ROOT, Dashboard, open_page

SCREENSHOTS = ROOT / "test-output"
PAGES = {
    "": "Overview",
    "explore": "Explore",
    "label": "Label",
    "train": "Train",
    "runs": "Runs",
    "score": "Score",
}
VIEWS = ("Labels", "Lengths", "Words", "Health", "Split", "Map")
WIDTHS = (1440, 1024)
ROWS = 240

pytestmark = [pytest.mark.browser, pytest.mark.timeout(540)]


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    dashboard = Dashboard(tmp_path_factory.mktemp("browser") / "workspace")
    yield dashboard
    dashboard.stop()


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV in the shape of the Quora file, with awkward texts in it."""
    path = tmp_path_factory.mktemp("files") / "questions.csv"
    batch = next(iter(sample_batches(ROWS)))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["qid", "question_text", "target"])
        for number, row in enumerate(batch.to_pylist()):
            text = '**Bold**, "quoted"\nand <b>tagged</b>?' if number == 0 else row["text"]
            writer.writerow([row["id"], text, int(row["label"] == "insincere" or number % 9 == 0)])
    return path


def go(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def steps_drawn(page: Page) -> int:
    """Points of the training curve that plotly has drawn."""
    return int(
        page.evaluate(
            """() => {
                const charts = [...document.querySelectorAll('.js-plotly-plot')]
                return charts.length ? charts[0].data[0].x.length : 0
            }"""
        )
    )


def set_number(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Enter")
    expect(box).to_have_value(value)


def choose(page: Page, view: str) -> None:
    page.get_by_role("radio", name=view, exact=True).or_(
        page.get_by_role("button", name=view, exact=True)
    ).first.click()


def test_the_whole_loop_works_in_the_browser(
    browser: Browser, dashboard: Dashboard, questions: Path, tmp_path: Path
) -> None:
    page, outside = open_page(browser, "light")
    page.goto(dashboard.url)
    expect(page.get_by_text("Synthetic sample").first).to_be_visible()

    # Import
    page.locator("input[type=file]").set_input_files(questions)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(f"{ROWS} of {ROWS} rows labelled")).to_be_visible()

    # Explore
    go(page, "Explore")
    expect(page.get_by_text(f"{ROWS} × 3")).to_be_visible()
    expect(page.get_by_text(f"All {ROWS} rows")).to_be_visible()
    choose(page, "Split")
    expect(page.get_by_text("Kolmogorov")).to_be_visible()

    # Train: the button, the live chart, a restart of the dashboard in between, the end
    go(page, "Train")
    set_number(page, "Max tokens", "32")
    set_number(page, "Batch size", "8")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_function(
        "document.querySelectorAll('.js-plotly-plot').length >= 2", timeout=4 * MINUTE_MS
    )
    first = steps_drawn(page)
    page.wait_for_function(
        "before => document.querySelector('.js-plotly-plot').data[0].x.length > before",
        arg=max(first, 1),
    )
    assert steps_drawn(page) > first
    dashboard.restart()
    page.goto(f"{dashboard.url}/train")
    expect(page.get_by_text("Finished")).to_be_visible(timeout=4 * MINUTE_MS)
    expect(page.get_by_text("Reached by the model it kept")).to_be_visible()
    expect(page.get_by_text("22,713,601").first).to_be_visible()

    # Score a question
    go(page, "Score")
    page.get_by_placeholder("Why do cats purr?").fill("Why do people *always* lie?")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_text("of which the scorer took")).to_be_visible(timeout=2 * MINUTE_MS)

    # Score a file
    page.locator("input[type=file]").set_input_files(questions)
    page.get_by_role("button", name="Score the file").click()
    download_button = page.get_by_role("button", name="Download the scored CSV")
    expect(download_button).to_be_visible(timeout=2 * MINUTE_MS)
    with page.expect_download() as download:
        download_button.click()
    scored = tmp_path / "scored.csv"
    download.value.save_as(scored)
    with questions.open(newline="", encoding="utf-8") as file:
        before = list(csv.reader(file))
    with scored.open(newline="", encoding="utf-8") as file:
        after = list(csv.reader(file))
    assert [row[:3] for row in after] == before
    assert after[0][3:] == ["score", "label", "calibrated", "error"]
    assert all(0.0 <= float(row[3]) <= 1.0 and row[4] in ("0", "1") for row in after[1:])

    # Look at the top rows and send some to be labelled
    choose(page, "Rows")
    expect(page.get_by_text("The first 50 of these rows")).to_be_visible()
    page.get_by_role("button", name="Label the first 100").click()
    expect(page.get_by_role("heading", name="Label", exact=True)).to_be_visible()
    chosen = page.get_by_role("combobox", name="Data set")
    expect(chosen).to_have_value(re.compile("highest scores"))
    assert outside == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_shows_no_error_and_fits(
    browser: Browser, dashboard: Dashboard, theme: str
) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page, outside = open_page(browser, theme)
    views = {f"explore?view={view}": "Explore" for view in VIEWS}
    # Each theme is loaded at another width and changed to the other.
    widths = WIDTHS if theme == "light" else WIDTHS[::-1]
    for path, title in {**PAGES, **views}.items():
        page.set_viewport_size({"width": widths[0], "height": 1000})
        page.goto(f"{dashboard.url}/{path}")
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_timeout(1000)
            assert page.get_by_test_id("stException").count() == 0
            fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert fits, f"{title} is wider than {width} px"
            name = f"{path.replace('?view=', '-').lower() or 'overview'}-{theme}-{width}.png"
            page.screenshot(path=SCREENSHOTS / name, full_page=True)
    assert outside == []
