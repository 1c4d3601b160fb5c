"""Subcommands for work in the background: tasks, stop."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from core.cli.terminal import AddCommand, print_json
from core.errors import NotFound
from core.jobs.launcher import current_status, stop_job
from core.jobs.status import JobState
from core.jobs.tasks import Task, find_task, list_tasks, task_result
from core.runs.run import find_run
from core.workspace import JobPaths, Workspace


def add_commands(add: AddCommand) -> None:
    """Add these subcommands to the command line."""
    sub = add("tasks", _tasks, "list imports, downloads and the like in the background")
    sub.add_argument("--json", action="store_true")

    sub = add("stop", _stop, "ask a run or task to stop; a second time ends it at once")
    sub.add_argument("run", help="id or name of a run, or id of a task")


def _tasks(workspace: Workspace, options: argparse.Namespace) -> None:
    rows = [_row(workspace, task) for task in list_tasks(workspace)]
    if options.json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['id']}\t{row['state']}\t{row['title']}\t{row['message']}")


def _row(workspace: Workspace, task: Task) -> dict[str, object]:
    status = current_status(workspace.task(task.id))
    result = task_result(workspace, task)
    return {
        **asdict(task),
        "state": status.state.value,
        "message": status.message,
        "done": status.done,
        "total": status.total,
        "unit": status.unit,
        "result": None if result is None else asdict(result),
    }


def _stop(workspace: Workspace, options: argparse.Namespace) -> None:
    paths = _paths(workspace, options.run)
    asked_before = current_status(paths).state is JobState.STOPPING
    print(stop_job(paths, at_once=asked_before).state.value)


def _paths(workspace: Workspace, reference: str) -> JobPaths:
    try:
        return workspace.task(find_task(workspace, reference).id)
    except NotFound:
        return workspace.run(find_run(workspace, reference).id)
