"""A background task as it goes: a bar while it works, its result or a sentence at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core.errors import DamagedFile
from core.jobs.launcher import current_status, stop_job
from core.jobs.registry import JobKind
from core.jobs.status import JobState, JobStatus
from core.jobs.tasks import Task, delete_task, task_result
from core.workspace import TaskPaths, Workspace
from dashboard import state
from dashboard.ui.durations import duration
from dashboard.ui.failure import attempt, fragment
from dashboard.ui.plain_text import plain

_TICK_S = 0.5


def task_progress(
    workspace: Workspace,
    task: Task,
    *,
    key: str,
    on_retry: Callable[[Task], None] | None = None,
    dismissible: bool = True,
) -> Any:
    """Show a task; while it is active, this part of the page refreshes itself.

    When it ends, the whole page is run again once.

    Args:
        workspace: Where the task is.
        task: The task.
        key: Of its own for every task on a page.
        on_retry: What a "Try again" button does after a task that did not finish; it runs
            before the page, with the task. None shows no such button.
        dismissible: Whether one that did not finish can be forgotten: not where the page would
            start it again.

    Returns:
        What a finished task gave, of its `TaskJob`'s result type; None before and otherwise.
    """
    status = task_status(workspace, task)
    if status is None:
        return None
    if status.state.active:
        _live(workspace.task(task.id), task, key)
        return None
    if status.state is JobState.FINISHED:
        try:
            return task_result(workspace, task)
        except DamagedFile as error:
            status = replace(status, message=str(error))
    _ended(workspace, task, status, key, on_retry, dismissible)
    return None


def task_status(workspace: Workspace, task: Task) -> JobStatus | None:
    """The task's present status; None once it has been deleted."""
    try:
        return current_status(workspace.task(task.id))
    except FileNotFoundError:
        return None


def _live(paths: TaskPaths, task: Task, key: str) -> None:
    @fragment(run_every=_TICK_S)
    def live() -> None:
        status = task_status(state.workspace(), task)
        if status is None or not status.state.active:
            st.rerun()
        st.progress(_share(status), text=plain(f"{task.title}: {_line(task, status)}"))
        stopping = status.state is JobState.STOPPING
        st.button(
            "End at once" if stopping else "Cancel",
            icon=":material/close:",
            # Two buttons, so that a double click on the first does not press the second.
            key=f"{key}_{'end' if stopping else 'cancel'}",
            on_click=attempt,
            args=[lambda: stop_job(paths, at_once=stopping)],
        )

    live()


def _ended(
    workspace: Workspace,
    task: Task,
    status: JobStatus,
    key: str,
    on_retry: Callable[[Task], None] | None,
    dismissible: bool,
) -> None:
    sentence = plain(f"{task.title}: {status.message or status.state.value}")
    if status.state is JobState.STOPPED:
        st.info(sentence, icon=":material/info:")
    else:
        st.error(sentence, icon=":material/error:")
    with st.container(horizontal=True):
        if on_retry is not None:
            st.button(
                "Try again",
                icon=":material/refresh:",
                key=f"{key}_retry",
                on_click=attempt,
                args=[lambda: on_retry(task)],
            )
        if dismissible:
            st.button(
                "Dismiss",
                key=f"{key}_dismiss",
                on_click=attempt,
                args=[lambda: delete_task(workspace, task)],
            )


def _share(status: JobStatus) -> float:
    return min(status.done / status.total, 1.0) if status.total else 0.0


def _line(task: Task, status: JobStatus) -> str:
    """What it does now, how far it is, and how long it will take, as far as that is known."""
    waiting = status.state in (JobState.QUEUED, JobState.STARTING)
    parts = [status.message or ("starting" if waiting else status.state.value)]
    if status.done or status.total:
        parts.append(_amount(task, status))
    if status.seconds_left is not None and status.seconds_left > 0:
        parts.append(f"{duration(status.seconds_left)} left")
    return ", ".join(parts)


def _amount(task: Task, status: JobStatus) -> str:
    if task.kind is JobKind.IMPORT:
        return f"{_share(status):.0%}"  # Reading is a part of the work, so its bytes say little.
    done, total, unit = f"{status.done:,}", f"{status.total:,}", status.unit
    if status.unit == "bytes":
        done, total, unit = f"{status.done / 1e6:,.1f}", f"{status.total / 1e6:,.1f}", "MB"
    return f"{done} of {total} {unit}".strip() if status.total else f"{done} {unit}".strip()
