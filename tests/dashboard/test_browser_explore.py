"""Explore in a real browser: clicks on bars, searches, links, the line that can be dragged."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from core.data.dataset import Dataset
from core.encoders.encoders import EMBEDDED, vocabulary_key
from core.explore.map import MapChoice, map_id
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import Dashboard, open_page

ROWS = [
    *((f"what a lovely song number {n}", "0") for n in range(120)),
    *((f"why is this horrible engine so *rotten* <b>{n}</b>", "1") for n in range(30)),
]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("explore") / "workspace")


@pytest.fixture(scope="module")
def dataset(workspace: Workspace) -> Dataset:
    dataset = toy.import_rows(workspace, ROWS)
    tokens = workspace.token_counts(dataset.fingerprint, vocabulary_key(EMBEDDED))
    points = workspace.embedding_map(map_id(workspace, dataset, MapChoice(sample=2000)))
    rows = pa.array(range(len(ROWS)))
    counts = pa.array([8 if label == "0" else 40 for _, label in ROWS], pa.int32())
    for path, columns in (
        (tokens, {"row": rows, "n_tokens": counts}),
        (points, {"row": rows, "x": pa.array([n % 12 for n in range(150)], pa.float64()),
                  "y": pa.array([n // 12 for n in range(150)], pa.float64())}),
    ):  # fmt: skip
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table(columns), path)
    return dataset


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace, dataset: Dataset) -> Iterator[Dashboard]:
    dashboard = Dashboard(workspace.root)
    yield dashboard
    dashboard.stop()


def plot_box(page: Page) -> dict[str, float]:
    """Where the plot's own area is, axes left out."""
    page.locator(".js-plotly-plot .nsewdrag").first.wait_for()
    page.wait_for_timeout(500)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    return box


def click_bar(page: Page, number: int) -> None:
    """Click the part of a bar that is inside the plot."""
    plot = plot_box(page)
    bar = page.locator(".js-plotly-plot .bars path").nth(number).bounding_box()
    assert bar is not None
    top = max(bar["y"], plot["y"])
    bottom = min(bar["y"] + bar["height"], plot["y"] + plot["height"])
    page.mouse.click(bar["x"] + bar["width"] * 0.2, (top + bottom) / 2)


def test_a_click_on_a_label_shows_its_rows_and_a_link_shows_the_same(
    page: Page, browser: Browser, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.url}/explore?view=Labels")
    click_bar(page, 1)
    expect(page.get_by_text("30 of 150 rows")).to_be_visible()

    search = page.get_by_role("textbox", name="Search")
    search.fill("rotten 7")
    search.press("Enter")
    expect(page.get_by_text("1 of 150 rows")).to_be_visible()
    expect(page.locator("mark")).to_have_text(["rotten", "7"])
    expect(page.get_by_text("so *rotten* <b>7</b>")).to_be_visible()

    other, _ = open_page(browser, "dark")
    other.goto(page.url)
    expect(other.get_by_text("1 of 150 rows")).to_be_visible()
    expect(other.get_by_role("textbox", name="Search")).to_have_value("rotten 7")
    other.context.close()


def test_a_click_on_a_typical_word_shows_the_rows_that_have_it(
    page: Page, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.url}/explore?view=Words&words_size=Words")
    click_bar(page, 0)
    expect(page.get_by_text("30 of 150 rows")).to_be_visible()
    expect(page.locator("mark")).to_have_count(30)
    page.wait_for_url("**filter=**")

    page.go_back()
    expect(page.locator(".js-plotly-plot .bars path").first).to_be_visible()


def test_dragging_the_line_says_what_a_limit_of_tokens_cuts(
    page: Page, dashboard: Dashboard
) -> None:
    page.goto(f"{dashboard.url}/explore?view=Lengths&unit=Tokens")
    expect(page.get_by_text("0.00%")).to_be_visible()
    line = page.get_by_role("slider")
    line.focus()
    for _ in range(40):
        if page.get_by_text("20.00%").is_visible():
            break
        line.press("PageDown")
        page.wait_for_timeout(100)
    expect(page.get_by_text("20.00%")).to_be_visible()
    page.get_by_role("button", name="Use for training").click()
    expect(page.get_by_text("take up to")).to_be_visible()


def test_a_box_drawn_on_the_map_gives_the_rows_inside(page: Page, dashboard: Dashboard) -> None:
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(f"{dashboard.url}/explore?view=Map")
    box = plot_box(page)
    left, top = box["x"] + 5, box["y"] + 5
    right, bottom = box["x"] + box["width"] - 5, box["y"] + box["height"] - 5
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Show 150 rows").click()
    expect(page.get_by_text("All 150 rows").or_(page.get_by_text("150 of 150"))).to_be_visible()
    page.wait_for_url("**filter=**")

    page.go_back()
    expect(page.get_by_role("button", name="Show 150 rows")).to_be_visible()
    expect(page.locator(".js-plotly-plot .point").first).to_be_visible()


def test_chosen_rows_become_a_slice_that_opens_again(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/explore")
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(2).check()
    page.get_by_role("button", name="Show only the 2 chosen").click()
    expect(page.get_by_text("2 of 150 rows")).to_be_visible()
    page.get_by_test_id("stPopover").filter(has_text="Save").click()
    name = page.get_by_role("textbox", name="Name")
    name.fill("Two of them")
    page.locator(".st-key-slice_save button").click()
    expect(page.get_by_text("Saved 2 rows")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("All 150 rows")).to_be_visible()


def test_back_undoes_a_search_and_a_change_of_view(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/explore")
    expect(page.get_by_text("All 150 rows")).to_be_visible()
    search = page.get_by_role("textbox", name="Search")
    search.fill("rotten")
    search.press("Enter")
    expect(page.get_by_text("30 of 150 rows")).to_be_visible()
    page.wait_for_url("**rotten**")
    page.get_by_text("Health", exact=True).first.click()
    expect(page.get_by_text("Repeated texts", exact=True)).to_be_visible()
    page.wait_for_url("**view=Health**")

    page.go_back()
    expect(page.get_by_text("30 of 150 rows")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("All 150 rows")).to_be_visible()
