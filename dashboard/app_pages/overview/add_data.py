"""Bring a data set in: choose a file, and see imports and downloads as they go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.data.dataset import dataset_by_id
from core.data.download import QUORA
from core.data.download_job import DOWNLOAD, DownloadRequest
from core.data.importing.import_job import IMPORT, ImportRequest
from core.jobs.registry import JobKind
from core.jobs.tasks import Task, delete_task, list_tasks, start_task
from dashboard import state
from dashboard.app_pages.overview import reads
from dashboard.ui.failure import errors_shown
from dashboard.ui.file_source import TYPES, FileSource, path_source, upload_source
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain
from dashboard.ui.task_progress import task_progress, task_status
from dashboard.ui.view_switch import view_switch

FORM = "add"
_WAY = f"{state.KEPT}add_way"
_UPLOAD, _PATH, _ADDRESS, _QUORA = "Upload", "Path", "Address", "Quora data"


def add_data() -> None:
    """The card's content; a file that is chosen here goes on to the form for its import.

    A finished import becomes the chosen data set of the session that started it; others that see
    it at work are told.
    """
    card_title("Add data", "CSV, TSV, JSON, Parquet or Excel; plain, .gz, .zip or .zst")
    with errors_shown():
        for task in reversed(list_tasks(state.workspace())):
            if task.kind is JobKind.IMPORT:
                _import(task)
            elif task.kind is JobKind.DOWNLOAD:
                _download(task)
    picked = picked_source()
    if picked is None:
        _ways()
    else:
        st.caption(plain(f"{picked.name} waits above for its columns to be checked."))


def picked_source() -> FileSource | None:
    """The file that waits for its import."""
    picked = state.picked_file(FORM)
    return None if picked is None else FileSource(*picked)


def drop_source(source: FileSource) -> None:
    """Forget a picked file, to choose another."""
    if source.upload:
        source.path.unlink(missing_ok=True)
    state.forget_kept(source.key)
    state.drop_file(FORM)


def import_task(request: ImportRequest, task_id: str, *, asked: bool = True) -> None:
    """Start an import as a background task that this session watches, and may have asked for."""
    title = f"Importing {request.source}"
    task = start_task(state.workspace(), IMPORT, request, title=title, task_id=task_id)
    state.watch(task.id, started=asked)


def _ways() -> None:
    way = view_switch([_UPLOAD, _PATH, _ADDRESS, _QUORA], _WAY, label="Way")
    with errors_shown():
        if way == _QUORA:
            _quora()
        elif way == _ADDRESS:
            _address()
        elif way == _PATH:
            _pick(path_source(FORM, label="Path of a file"))
        else:
            _pick(upload_source(FORM, types=TYPES, label="A file with one text a row"))
            st.caption(f"Larger files: choose “{_PATH}”; the server reads them where they lie.")


def _pick(source: FileSource | None) -> None:
    """Go on to the columns of a file that is there."""
    if source is None:
        return
    reads.check_file(source.path)
    state.pick_file(FORM, source.path, source.name, upload=source.upload)
    st.rerun()


def _address() -> None:
    url = st.text_input(
        "Address of a file on the web",
        key="add_url",
        placeholder="https://example.org/texts.csv.gz",
    ).strip()
    if st.button("Fetch", type="primary", icon=":material/download:", key="add_fetch") and url:
        _fetch(url, f"Fetching {url}")


def _quora() -> None:
    st.caption(
        plain(
            f"{QUORA.name}: {QUORA.about}. Downloaded from archive.org; a download that breaks off"
            " goes on where it stopped."
        )
    )
    if st.button("Get the Quora data", key="add_quora", icon=":material/download:", type="primary"):
        _fetch(QUORA.url, f"Fetching {QUORA.name}")


def _fetch(url: str, title: str) -> None:
    task_id = state.form_token(FORM)
    task = start_task(
        state.workspace(), DOWNLOAD, DownloadRequest(url), title=title, task_id=task_id
    )
    state.watch(task.id, started=True)
    state.drop_file(FORM)
    st.rerun()


def _import(task: Task) -> None:
    result = _shown(task, _import_again if Path(task.arguments["path"]).exists() else None)
    if result is None or not state.watched(task.id):
        return
    dataset = dataset_by_id(state.workspace(), result.dataset_id)
    if state.started(task.id):  # What somebody else imports does not change what is shown here.
        state.choose_dataset(dataset.id)
        state.show_report(dataset.id)
    state.unwatch(task.id)
    state.forget_kept(FileSource(Path(task.arguments["path"]), "").key)
    said = f"Imported {result.rows:,} rows as {dataset.name}."
    if not result.is_new:
        said = f"The same content is here already as {dataset.name}."
        if any(task.arguments.get("choices", {}).values()):
            said += " Its columns stay as they are: delete it before to import it with other kinds."
    state.notice(said)
    st.rerun()


def _import_again(task: Task) -> None:
    """Back to the columns of a file that was not imported."""
    values = task.arguments
    state.pick_file(FORM, Path(values["path"]), values["source"], upload=values["upload"])
    delete_task(state.workspace(), task)


def _download(task: Task) -> None:
    result = _shown(task, _fetch_again)
    if result is None:
        return
    source = FileSource(Path(result.path), result.name)
    if task.arguments["url"] == QUORA.url:
        # One id for all who see the download end: only one of them starts the import.
        asked = state.started(task.id)
        import_task(_quora_request(source), f"{task.id}-import", asked=asked)
        delete_task(state.workspace(), task)
        st.rerun()
    if state.watched(task.id) and state.picked_file(FORM) is None:
        _use(task, source)
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/download_done: {plain(source.name)}", width="stretch")
        st.button("Use", key=f"use_{task.id}", on_click=_use, args=[task, source])
        st.button(
            "Dismiss",
            key=f"forget_{task.id}",
            on_click=delete_task,
            args=[state.workspace(), task],
        )


def _use(task: Task, source: FileSource) -> None:
    state.unwatch(task.id)
    state.pick_file(FORM, source.path, source.name, upload=False)
    delete_task(state.workspace(), task)


def _fetch_again(task: Task) -> None:
    delete_task(state.workspace(), task)
    again = start_task(
        state.workspace(), DOWNLOAD, DownloadRequest(**task.arguments), title=task.title
    )
    state.watch(again.id, started=True)


def _shown(task: Task, on_retry: Callable[[Task], None] | None) -> Any:
    """The task's progress, result or end; this session watches a task that it sees at work."""
    status = task_status(state.workspace(), task)
    if status is not None and status.state.active:
        state.watch(task.id)
    return task_progress(state.workspace(), task, key=f"task_{task.id}", on_retry=on_retry)


def _quora_request(source: FileSource) -> ImportRequest:
    """What the import of the Quora file is asked for."""
    return ImportRequest(str(source.path), name=QUORA.name, source=source.name)
