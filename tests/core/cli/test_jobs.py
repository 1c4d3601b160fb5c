import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.data.importing.import_job import IMPORT, ImportRequest
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState
from core.jobs.tasks import start_task
from core.workspace import Workspace
from tests.core.jobs.test_tasks import put

Printed = pytest.CaptureFixture[str]


def test_a_task_is_listed_with_its_state_and_result(
    jobs: Workspace, questions: Path, capsys: Printed
) -> None:
    task = start_task(jobs, IMPORT, ImportRequest(str(questions)), title="Importing questions")
    assert wait_for_end(jobs.task(task.id), timeout_s=60).state is JobState.FINISHED

    assert main(["tasks"]) == 0
    assert capsys.readouterr().out == f"{task.id}\tfinished\tImporting questions\t\n"
    assert main(["tasks", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["kind"], listed["state"], listed["unit"]) == ("import", "finished", "%")
    assert listed["result"]["rows"] == 80


def test_a_task_is_stopped_by_its_id(jobs: Workspace, questions: Path, capsys: Printed) -> None:
    task = start_task(jobs, IMPORT, ImportRequest(str(questions)), title="Importing")

    assert main(["stop", task.id]) == 0

    assert capsys.readouterr().out == "stopping\n"
    assert wait_for_end(jobs.task(task.id), timeout_s=60).state is JobState.STOPPED
    assert main(["stop", task.id]) == 0
    assert capsys.readouterr().out == "stopped\n"


def test_a_task_whose_worker_is_gone_is_listed_as_died(
    workspace: Workspace, capsys: Printed
) -> None:
    put(workspace, "gone", JobState.RUNNING)

    assert main(["tasks"]) == 0

    assert capsys.readouterr().out.startswith("gone\tdied\tTask gone\tIts process is gone")


def test_what_is_neither_run_nor_task_cannot_be_stopped(capsys: Printed) -> None:
    assert main(["stop", "nothing"]) == 1

    assert capsys.readouterr().err.startswith("Expected the id or name of a run")
