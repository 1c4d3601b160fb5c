from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.workspace import ENVIRONMENT_VARIABLE, Workspace

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Open a page of the dashboard over a workspace, the test's own unless another is given."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def open_(page: str = "overview", over: Workspace = workspace) -> AppTest:
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(over.root))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        if page != "overview":
            app.switch_page(f"app_pages/{page}.py").run()
        return app

    return open_
