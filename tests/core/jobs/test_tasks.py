import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from core.data.importing.import_job import IMPORT, ImportRequest
from core.errors import JobError, NotFound
from core.explore.token_counts_job import TokenCounts
from core.jobs.launcher import current_status, wait_for_end
from core.jobs.process import record_process, recorded_process
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus, write_status
from core.jobs.tasks import Task, delete_task, find_task, list_tasks, start_task, task_result
from core.records import to_json
from core.workspace import Workspace
from tests import toy
from tests.core.jobs.test_launcher import LONG_GONE
from tests.messages import assert_one_sentence

NOW = datetime.now(timezone.utc)


def put(
    workspace: Workspace,
    task_id: str,
    state: JobState = JobState.FINISHED,
    *,
    kind: JobKind = JobKind.TOKEN_COUNTS,
    created: datetime = NOW,
    result: dict[str, Any] | None = None,
) -> Task:
    """A task as its worker would have left it."""
    task = Task(task_id, kind, f"Task {task_id}", {}, created.isoformat())
    paths = workspace.task(task_id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(to_json(task), "utf-8")
    write_status(paths, JobStatus(state))
    record_process(paths, LONG_GONE)
    if result is not None:
        paths.result.write_text(json.dumps(result), "utf-8")
    return task


def age(workspace: Workspace, task: Task, days: float) -> None:
    """Make it long ago that a task's worker last wrote its status."""
    path = workspace.task(task.id).status
    then = datetime.now(timezone.utc) - timedelta(days=days)
    values = {**json.loads(path.read_text("utf-8")), "updated": then.isoformat()}
    path.write_text(json.dumps(values), "utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return toy.write_csv(tmp_path / "toy.csv", list(toy.make_rows(40)), ("text", "label"))


def start(workspace: Workspace, file: Path, task_id: str | None = None) -> Task:
    title = f"Importing {file.name}"
    request = ImportRequest(str(file))
    return start_task(workspace, IMPORT, request, title=title, task_id=task_id)


def test_a_started_task_is_listed_found_and_at_work(jobs: Workspace, file: Path) -> None:
    task = start(jobs, file)

    assert (task.kind, task.title) == (JobKind.IMPORT, "Importing toy.csv")
    assert list_tasks(jobs) == [task]
    assert find_task(jobs, task.id) == task
    assert list_tasks(jobs, JobKind.IMPORT) == [task]
    assert list_tasks(jobs, JobKind.MAP) == []
    assert recorded_process(jobs.task(task.id)) is not None
    assert wait_for_end(jobs.task(task.id), timeout_s=60).state is JobState.FINISHED
    assert list((jobs.root / "staging").iterdir()) == []


def test_a_task_without_an_id_is_another_one_every_time(jobs: Workspace, file: Path) -> None:
    assert start(jobs, file).id != start(jobs, file).id
    assert len(list_tasks(jobs)) == 2


def test_of_two_who_start_one_task_both_get_the_same_and_one_worker_runs(
    jobs: Workspace, file: Path
) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: start(jobs, file, "one"), range(2))

    assert first == second
    assert list_tasks(jobs) == [first]
    process = recorded_process(jobs.task("one"))
    assert start(jobs, file, "one") == first
    assert recorded_process(jobs.task("one")) == process


def test_a_finished_task_is_given_again_while_what_it_made_is_there(
    jobs: Workspace, file: Path
) -> None:
    made = put(jobs, "counted", result={"path": str(file), "rows": 40})

    assert start(jobs, file, "counted") == made

    file.unlink()
    again = start(jobs, file, "counted")
    assert again.created != made.created
    assert task_result(jobs, again) is None


def test_a_finished_import_is_started_again_once_its_data_set_is_deleted(
    jobs: Workspace, file: Path
) -> None:
    made = put(jobs, "import", kind=JobKind.IMPORT, result={"dataset_id": "toy-1"})
    folder = jobs.dataset("toy-1").folder
    folder.mkdir(parents=True)
    (folder / "dataset.json").write_text("{}")
    assert start(jobs, file, "import") == made

    (folder / "dataset.json").unlink()
    assert start(jobs, file, "import") != made


@pytest.mark.parametrize("state", [JobState.STOPPED, JobState.FAILED, JobState.DIED])
def test_a_task_that_did_not_finish_is_started_anew(
    jobs: Workspace, file: Path, state: JobState
) -> None:
    put(jobs, "again", state)
    jobs.task("again").stop_request.touch()

    start(jobs, file, "again")

    assert wait_for_end(jobs.task("again"), timeout_s=60).state is JobState.FINISHED
    assert len(list_tasks(jobs)) == 1


def test_tasks_come_newest_first(workspace: Workspace) -> None:
    for number, task_id in enumerate(["b", "c", "a"]):
        put(workspace, task_id, created=NOW + timedelta(seconds=number))

    assert [task.id for task in list_tasks(workspace)] == ["a", "c", "b"]


def test_an_unknown_task_is_an_error_in_one_sentence(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="the id of a task") as caught:
        find_task(workspace, "nothing")
    assert_one_sentence(caught.value)


def test_a_damaged_description_hides_one_task_only(workspace: Workspace) -> None:
    kept, damaged = put(workspace, "kept"), put(workspace, "damaged")
    workspace.task(damaged.id).description.write_text('{"id": "damaged", "kind": "dance"}')

    assert list_tasks(workspace) == [kept]


def test_a_result_is_none_until_there_is_one(workspace: Workspace) -> None:
    made = {"path": "x", "rows": 3}

    assert task_result(workspace, put(workspace, "a")) is None
    assert task_result(workspace, put(workspace, "b", result=made)) == TokenCounts("x", 3)


def test_a_task_that_has_ended_can_be_deleted(workspace: Workspace, file: Path) -> None:
    task = put(workspace, "done", result={"path": str(file)})

    delete_task(workspace, task)

    assert list_tasks(workspace) == []
    assert not workspace.task("done").folder.exists()
    assert file.exists()
    assert list((workspace.root / "staging").iterdir()) == []


def test_a_task_at_work_cannot_be_deleted(jobs: Workspace, file: Path) -> None:
    task = start(jobs, file)

    with pytest.raises(JobError, match="one that is still at work: stop it first") as caught:
        delete_task(jobs, task)

    assert_one_sentence(caught.value)
    assert find_task(jobs, task.id) == task


def test_the_next_start_forgets_what_ended_more_than_a_week_ago(
    jobs: Workspace, file: Path
) -> None:
    old, ended, recent = (put(jobs, name) for name in ("old", "ended", "recent"))
    age(jobs, old, 8)
    write_status(jobs.task(ended.id), JobStatus(JobState.STOPPED))
    age(jobs, ended, 7.5)
    age(jobs, recent, 6.5)

    task = start(jobs, file)

    assert {task.id for task in list_tasks(jobs)} == {"recent", task.id}


def test_a_task_whose_worker_is_gone_says_that_it_died(workspace: Workspace) -> None:
    task = put(workspace, "gone", JobState.RUNNING)

    status = current_status(workspace.task(task.id))

    assert status.state is JobState.DIED
    assert "gone without a word" in status.message


def test_a_worker_that_the_system_refuses_leaves_a_task_that_says_so(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(JobError, match="Argument list too long"):
        patch.setenv("TOO_LONG", "x" * (1 << 20))
        start(workspace, file, "refused")

    status = current_status(workspace.task("refused"))
    assert status.state is JobState.FAILED
    assert "Argument list too long" in status.message


def test_a_task_whose_description_cannot_be_read_is_started_anew(
    jobs: Workspace, file: Path
) -> None:
    put(jobs, "mine")
    jobs.task("mine").description.write_text("{", "utf-8")

    assert start(jobs, file, task_id="mine").id == "mine"
    assert recorded_process(jobs.task("mine")) is not None
