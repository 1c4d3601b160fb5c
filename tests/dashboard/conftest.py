import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, expect, sync_playwright
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.data.dataset import list_datasets
from core.data.importing.importer import import_sample
from core.jobs.process import kill, recorded_process
from core.runs.config import TrainConfig
from core.training.model_facts import ModelFactsRequest, find_model_facts, start_model_facts
from core.workspace import ENVIRONMENT_VARIABLE, ServicePaths, Workspace
from dashboard.ui.plain_text import WORD_JOINER
from tests import toy
from tests.dashboard import browsing

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"

OpenPage = Callable[..., AppTest]
Draw = Callable[..., AppTest]


def unescaped(text: str) -> str:
    """What `plain` was given."""
    return text.replace("\\", "").replace(WORD_JOINER, "")


@pytest.fixture(autouse=True)
def few_objects_to_collect() -> None:
    """Streamlit collects garbage after every run: half of a test's time, were what is there before
    the test, TensorFlow among it, gone through each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def components_looked_for_once() -> Iterator[None]:
    """Each app of a test would read what is said of all installed packages: a tenth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is not installed, and REQUIRE_BROWSER is set")
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    arguments = ["--disable-gpu", "--disable-background-networking", "--no-first-run"]
    # Chromium's sandbox does not work for root.
    arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        expect.set_options(timeout=browsing.MINUTE_MS)  # The machine may be busy.
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in light colours, which asks nobody outside for anything."""
    page, outside = browsing.open_page(browser, "light")
    yield page
    assert outside == []
    page.context.close()


@pytest.fixture(autouse=True)
def pages_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that stays open goes on refreshing itself, and ten of them leave no core idle.

    A page that a file's tests share was there before the test, and stays.
    """
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    shared = browser.contexts if browser else []
    yield
    for context in browser.contexts if browser else []:
        if context not in shared:
            context.close()


@pytest.fixture(scope="session")
def facts_known(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that knows what the default model is made of: eight seconds of TensorFlow, which
    most tests of the Train page would start and not wait for."""
    workspace = Workspace(tmp_path_factory.mktemp("facts"))
    request = ModelFactsRequest.of(TrainConfig(), 2)
    start_model_facts(workspace, request)
    toy.wait_until(partial(find_model_facts, workspace, request), timeout_s=90)
    return workspace


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the synthetic sample in it, which takes a second to write."""
    workspace = Workspace(tmp_path_factory.mktemp("sampled"))
    import_sample(workspace)
    return workspace


def end_scorers(workspace: Workspace) -> None:
    """End the scorers that the Score page has started, before they find nobody asking."""
    for folder in workspace.services.glob("*/"):
        identity = recorded_process(ServicePaths(folder))
        if identity is not None:
            kill(identity)


@pytest.fixture(autouse=True, scope="session")
def shared_scorers_end(toy_workspace: Workspace) -> Iterator[None]:
    """Those of the shared run serve all tests."""
    yield
    end_scorers(toy_workspace)


@pytest.fixture
def open_page(
    workspace: Workspace,
    toy_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[OpenPage]:
    """Open a page of the dashboard over a workspace, the test's own unless another is given.

    As it looks after the first visit, with the synthetic sample; `empty` is the first visit.
    """
    st.cache_data.clear()
    st.cache_resource.clear()
    opened = []

    def open_(
        page: str = "overview", over: Workspace = workspace, *, empty: bool = False
    ) -> AppTest:
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(over.root))
        opened.append(over)
        if not empty and not list_datasets(over):
            sampled = request.getfixturevalue("sampled")
            shutil.copytree(sampled.datasets, over.datasets, dirs_exist_ok=True)
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        if page == "train":
            known = request.getfixturevalue("facts_known")
            shutil.copytree(known.cache, over.cache, dirs_exist_ok=True)
        if page != "overview":
            app.switch_page(f"app_pages/{page}/page.py").run()
        return app

    yield open_
    for over in opened:
        if over != toy_workspace:
            end_scorers(over)


def _alone(draw_view, values, named) -> None:  # Its source is run alone, without the imports above.
    import streamlit as st

    st.session_state["drawn"] = draw_view(*values, **named)


@pytest.fixture
def draw(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Draw one view alone, without its page, over the test's own workspace.

    What the view returns is `app.session_state["drawn"]`; `session` is there before its first run.
    """
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))
    st.cache_data.clear()
    st.cache_resource.clear()

    def draw_(
        view: Callable[..., object],
        *values: object,
        session: dict[str, object] | None = None,
        **named: object,
    ) -> AppTest:
        app = AppTest.from_function(_alone, args=(view, values, named), default_timeout=60)
        for key, value in (session or {}).items():
            app.session_state[key] = value
        app.run()
        assert not app.exception, app.exception
        return app

    return draw_
