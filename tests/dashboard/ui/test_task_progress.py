import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.importing.import_job import IMPORT, ImportRequest
from core.jobs.launcher import current_status
from core.jobs.process import ProcessIdentity, WorkerRecord, record_process
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import Task, list_tasks, start_task
from core.records import to_json
from core.workspace import ENVIRONMENT_VARIABLE, TaskPaths, Workspace
from tests import toy
from tests.dashboard.conftest import unescaped


def page(root: str, task_id: str) -> None:
    from pathlib import Path

    import streamlit as st

    from core.jobs.tasks import delete_task, find_task
    from core.workspace import Workspace
    from dashboard.ui.task_progress import task_progress

    workspace = Workspace(Path(root))
    task = st.session_state.get("task") or find_task(workspace, task_id)
    st.session_state.task = task
    result = task_progress(
        workspace, task, key="task", on_retry=lambda asked: delete_task(workspace, asked)
    )
    st.text("nothing" if result is None else f"rows: {result.rows}")


@pytest.fixture
def shown(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Draw the page of a task."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))

    def show(task: Task) -> AppTest:
        kwargs = {"root": str(workspace.root), "task_id": task.id}
        return AppTest.from_function(page, kwargs=kwargs, default_timeout=30).run()

    return show


def ended(workspace: Workspace, task: Task) -> JobState:
    paths = workspace.task(task.id)
    toy.wait_until(lambda: not current_status(paths).state.active)
    return current_status(paths).state


def start_import(workspace: Workspace, path: Path) -> Task:
    return start_task(workspace, IMPORT, ImportRequest(str(path)), title="Importing *it*")


def asleep(workspace: Workspace, kind: JobKind = JobKind.IMPORT) -> tuple[Task, TaskPaths]:
    """A task whose worker has not been heard of yet, as in the moment after its start."""
    task = Task("asleep", kind, "Working on x", {"path": "x"}, "2026-01-01T00:00:00")
    paths = workspace.task(task.id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(to_json(task), "utf-8")
    write_status(paths, JobStatus(JobState.QUEUED))
    return task, paths


def test_a_finished_task_gives_its_result_and_shows_nothing(
    workspace: Workspace, shown, tmp_path: Path
) -> None:
    path = toy.write_csv(tmp_path / "a.csv", [("one two", "0"), ("three", "1")], ("text", "label"))
    task = start_import(workspace, path)
    assert ended(workspace, task) is JobState.FINISHED
    app = shown(task)
    assert not app.exception
    assert [text.value for text in app.text] == ["rows: 2"]
    assert not app.error
    assert not app.button


def test_a_failed_task_says_why_until_it_is_dismissed(workspace: Workspace, shown) -> None:
    task = start_import(workspace, Path("/no/such/file.csv"))
    assert ended(workspace, task) is JobState.FAILED
    app = shown(task)
    assert [text.value for text in app.text] == ["nothing"]
    assert len(app.error) == 1
    said = unescaped(app.error[0].value)
    assert said.startswith("Importing *it*: Expected")
    assert "/no/such/file.csv" in said
    assert "\\*it" in app.error[0].value
    app.get_by_key("task_dismiss").click().run()
    assert not app.error
    assert list_tasks(workspace) == []


def test_try_again_does_what_the_page_says(workspace: Workspace, shown) -> None:
    task = start_import(workspace, Path("/no/such/file.csv"))
    ended(workspace, task)
    app = shown(task)
    app.get_by_key("task_retry").click().run()
    assert not app.exception
    assert list_tasks(workspace) == []


@pytest.mark.parametrize(
    ("kind", "numbers", "said"),
    [
        (JobKind.IMPORT, {"done": 3, "total": 12, "unit": "bytes"}, "25%"),
        (
            JobKind.DOWNLOAD,
            {"done": 1_500_000, "total": 6_000_000, "unit": "bytes"},
            "1.5 of 6.0 MB",
        ),
        (JobKind.DOWNLOAD, {"done": 1_500_000, "unit": "bytes"}, "1.5 MB"),
        (
            JobKind.TOKEN_COUNTS,
            {"done": 1_000, "total": 4_000, "unit": "rows"},
            "1,000 of 4,000 rows",
        ),
    ],
)
def test_an_active_task_shows_its_stage_amount_and_time_left(
    workspace: Workspace, shown, kind: JobKind, numbers: dict, said: str
) -> None:
    task, paths = asleep(workspace, kind)
    write_status(paths, JobStatus(JobState.RUNNING, "Reading", seconds_left=12.0, **numbers))
    bar = shown(task).get("progress")[0].proto
    assert bar.value == (25 if "total" in numbers else 0)
    assert unescaped(bar.text) == f"Working on x: Reading, {said}, 12 s left"


def test_cancel_asks_the_task_to_stop_and_then_offers_to_end_it(
    workspace: Workspace, shown
) -> None:
    task, paths = asleep(workspace)
    record_process(paths, WorkerRecord(ProcessIdentity.of(os.getpid())))
    app = shown(task)
    app.get_by_key("task_cancel").click().run()
    assert not app.exception
    assert paths.stop_request.exists()
    assert app.get_by_key("task_end").label == "End at once"


def test_cancel_ends_a_task_whose_worker_was_never_heard_of(workspace: Workspace, shown) -> None:
    task, _ = asleep(workspace)
    app = shown(task)
    app.get_by_key("task_cancel").click().run()
    assert not app.exception
    assert [button.label for button in app.button] == ["Dismiss"]


def test_a_stopped_task_is_no_error(workspace: Workspace, shown) -> None:
    task, paths = asleep(workspace)
    app = shown(task)
    write_status(paths, JobStatus(JobState.STOPPED, "Stopped on request; nothing was kept."))
    app.run()
    assert [unescaped(info.value) for info in app.info] == [
        "Working on x: Stopped on request; nothing was kept."
    ]
    assert not app.error


def test_a_task_deleted_elsewhere_shows_nothing(workspace: Workspace, shown) -> None:
    task = start_import(workspace, Path("/no/such/file.csv"))
    ended(workspace, task)
    app = shown(task)
    shutil.rmtree(workspace.task(task.id).folder)
    app.run()
    assert not app.exception
    assert not app.error
