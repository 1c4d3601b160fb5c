"""What tests of the import through the page share: pick a file, wait for the worker, look."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.jobs.launcher import current_status
from core.jobs.tasks import list_tasks
from core.workspace import Workspace
from tests import toy


def box(app: AppTest, label: str):
    """The first select box with a label."""
    return next(box for box in app.selectbox if box.label == label)


def texts(app: AppTest):
    """The choice of text columns."""
    return next(box for box in app.multiselect if box.label == "Text columns")


def press(app: AppTest, label: str) -> AppTest:
    """Click the first button with a label."""
    return next(button for button in app.button if button.label == label).click().run()


def pick_path(app: AppTest, path: Path) -> AppTest:
    """Name a file by its path."""
    app.get_by_key("kept_add_way").set_value("Path").run()
    return app.get_by_key("add_path").set_value(str(path)).run()


def pick_upload(app: AppTest, name: str, content: bytes) -> AppTest:
    """Upload a file."""
    uploader = next(widget for widget in app.file_uploader if widget.key.startswith("add_upload"))
    return uploader.upload(name, content, "application/octet-stream").run()


def wait_for_tasks(workspace: Workspace, app: AppTest) -> AppTest:
    """Wait until no task is at work, and let the page see it."""

    def ended() -> bool:
        tasks = list_tasks(workspace)
        return not any(current_status(workspace.task(t.id)).state.active for t in tasks)

    toy.wait_until(ended)
    return app.run()


def do_import(workspace: Workspace, app: AppTest) -> AppTest:
    """Press Import and see it through."""
    return wait_for_tasks(workspace, press(app, "Import"))
