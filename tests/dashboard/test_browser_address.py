"""Which data set and run a page shows, in a real browser: names, addresses, reloads, Back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from core.data.dataset import Dataset, list_datasets
from core.labels.guidelines import write_guideline
from core.labels.store.store import open_labels
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.dashboard.browsing import Dashboard
from tests.made_answers import answered_run

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("address") / "workspace")


@pytest.fixture(scope="module")
def twins(workspace: Workspace) -> list[Dataset]:
    """Two data sets of one name, as workspaces had them, of 40 and 60 rows; the older first."""
    made = []
    for rows in (40, 60):
        dataset = toy.import_rows(workspace, toy.make_rows(rows, seed=rows), name=f"n{rows}")
        twin = replace(dataset, name="surge")
        workspace.dataset(twin.id).description.write_text(twin.to_json(), "utf-8")
        write_guideline(open_labels(workspace), twin, text="", classes=("0", "1"), author="t")
        made.append(twin)
    return made


@pytest.fixture(scope="module")
def runs(workspace: Workspace, twins: list[Dataset]) -> list[Run]:
    """Two runs, the older first."""
    return [answered_run(workspace, twins[0], name) for name in ("first", "second")]


@pytest.fixture(scope="module")
def dashboard(workspace: Workspace, runs: list[Run]) -> Iterator[Dashboard]:
    dashboard = Dashboard(workspace.root)
    yield dashboard
    dashboard.stop()


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box, exact=True).click()
    page.get_by_role("option", name=option).click()


def shown(page: Page, value: str, box: str = "Data set") -> None:
    """The box at the top says so."""
    expect(page.get_by_role("combobox", name=box, exact=True)).to_have_value(value)


def test_of_two_of_one_name_each_is_opened_and_stays_after_a_reload(
    page: Page, dashboard: Dashboard, twins: list[Dataset]
) -> None:
    older, newer = twins
    page.goto(f"{dashboard.url}/label")
    page.wait_for_url(f"**dataset={newer.id}**")
    choose(page, "Data set", "surge · 40 rows")
    page.wait_for_url(f"**dataset={older.id}**")
    shown(page, "surge · 40 rows")

    page.reload()
    shown(page, "surge · 40 rows")
    page.get_by_role("link", name="Train").click()  # Without an address: the choice goes along.
    page.wait_for_url(f"**/train?**dataset={older.id}**")
    shown(page, "surge · 40 rows")


def test_a_run_stays_after_a_reload_and_back_brings_the_one_before(
    page: Page, dashboard: Dashboard, runs: list[Run]
) -> None:
    older, newer = runs
    page.goto(f"{dashboard.url}/evaluate")
    page.wait_for_url(f"**run={newer.id}**")
    choose(page, "Run", "first")
    page.wait_for_url(f"**run={older.id}**")
    page.reload()
    shown(page, "first", "Run")
    page.wait_for_url(f"**run={older.id}**")

    page.go_back()

    page.wait_for_url(f"**run={newer.id}**")
    shown(page, "second", "Run")


def test_back_from_a_page_of_the_menu_is_the_page_before(
    page: Page, dashboard: Dashboard, twins: list[Dataset]
) -> None:
    page.goto(f"{dashboard.url}/label?dataset={twins[0].id}")
    shown(page, "surge · 40 rows")
    for link in ("Explore", "Train"):
        page.get_by_role("link", name=link).click()
        page.wait_for_url(f"**/{link.lower()}?**dataset={twins[0].id}**")
        shown(page, "surge · 40 rows")

    for before in ("explore", "label"):
        page.go_back()
        page.wait_for_url(f"**/{before}?**dataset={twins[0].id}**")
        shown(page, "surge · 40 rows")


def test_an_address_of_what_is_gone_says_so_and_goes_on_with_another(
    page: Page, dashboard: Dashboard, twins: list[Dataset]
) -> None:
    page.goto(f"{dashboard.url}/label?dataset=gone-0123abcd&kept_label_goal=7")
    expect(page.get_by_text("or never was")).to_be_visible()

    choose(page, "Data set", "surge · 60 rows")

    page.wait_for_url(f"**dataset={twins[1].id}**")
    expect(page.get_by_text("or never was")).to_have_count(0)


def test_the_one_that_is_deleted_is_the_one_that_is_shown(
    page: Page, dashboard: Dashboard, workspace: Workspace, twins: list[Dataset]
) -> None:
    older, newer = twins
    page.goto(f"{dashboard.url}/?dataset={older.id}")
    shown(page, "surge · 40 rows")
    page.get_by_role("button", name="Edit").click()
    page.get_by_text("Yes, delete its texts").click()
    page.get_by_role("button", name="Delete", exact=True).click()

    page.wait_for_url(f"**dataset={newer.id}**")
    assert list_datasets(workspace) == [newer]
