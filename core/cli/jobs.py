"""Subcommands for work in the background: tasks, stop."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import asdict

from core.cli.terminal import AddCommand, print_json, say_unreadable
from core.errors import DamagedFile, NotFound
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
    say_unreadable(workspace.tasks, "job.json", Task.from_json)


def _row(workspace: Workspace, task: Task) -> dict[str, object]:
    status = current_status(workspace.task(task.id))
    message = status.message
    try:
        result = task_result(workspace, task)
    except DamagedFile as error:
        result, message = None, str(error)
    return {
        **asdict(task),
        "state": status.state.value,
        "message": message,
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
    for find, paths in ((find_task, workspace.task), (find_run, workspace.run)):
        with suppress(NotFound):
            return paths(find(workspace, reference).id)
    # One whose record is damaged can still be stopped, by its id.
    for root in (workspace.tasks, workspace.runs):
        for folder in root.glob("*/"):
            if folder.name == reference:
                return JobPaths(folder)
    return workspace.run(find_run(workspace, reference).id)
