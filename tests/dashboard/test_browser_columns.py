"""Columns in a real browser: a click on a bar, a drag over time, a line of the list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.data.dataset import Dataset
from core.workspace import Workspace
from tests.core.explore.wide import wide_dataset
from tests.dashboard.browsing import Dashboard

ROWS = 120
LABELS = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]
COLUMNS = {
    "the *country*": ["U'S"] * 60 + ["<i>"] * 40 + [""] * 20,
    "posted": [f"2026-01-{1 + n // 4:02}" for n in range(ROWS)],
}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset]:
    workspace = Workspace(tmp_path_factory.mktemp("columns") / "workspace")
    return workspace, wide_dataset(workspace, COLUMNS, LABELS)


@pytest.fixture(scope="module")
def dashboard(dataset: tuple[Workspace, Dataset]) -> Iterator[Dashboard]:
    dashboard = Dashboard(dataset[0].root)
    yield dashboard
    dashboard.stop()


def plot_box(page: Page) -> dict[str, float]:
    """Where the first plot's own area is, axes left out."""
    plot = page.locator(".js-plotly-plot .nsewdrag").first
    plot.wait_for()
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = plot.bounding_box()
    assert box is not None
    return box


def test_a_click_on_a_bar_shows_its_rows_and_back_returns(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/explore?view=Columns&column=the+*country*")
    expect(page.get_by_text("Rows by value.")).to_be_visible()
    box = plot_box(page)

    # The second of three bars.
    page.mouse.click(box["x"] + 30, box["y"] + box["height"] / 2)

    expect(page.get_by_text("40 of 120 rows")).to_be_visible()
    expect(page.get_by_role("textbox", name="Where")).to_have_value("\"the *country*\" = '<i>'")
    page.go_back()
    expect(page.get_by_text("Rows by value.")).to_be_visible()


def test_a_stretch_of_time_is_dragged_over(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/explore?view=Columns&column=posted")
    expect(page.get_by_text("Rows by day.")).to_be_visible()
    box = plot_box(page)

    # 30 days lie side by side; from half a day after the tenth to half a day after the twelfth.
    day = box["width"] / 29
    page.mouse.move(box["x"] + 9.5 * day, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 11.5 * day, box["y"] + box["height"] - 5, steps=8)
    page.mouse.up()

    expect(page.get_by_text("8 of 120 rows")).to_be_visible()
    where = "posted >= '2026-01-11' and posted < '2026-01-13'"
    expect(page.get_by_role("textbox", name="Where")).to_have_value(where)
