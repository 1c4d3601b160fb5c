"""Bring a data set in: a CSV by upload or path, or the Quora data from the web."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.datasets.bytestream import Progress
from core.datasets.download import QUORA, download
from core.datasets.importing import Columns, CsvPreview, ImportResult, import_csv, preview_csv
from dashboard import state
from dashboard.components.failure import errors_shown
from dashboard.components.file_source import (
    FileSource,
    encoding_choice,
    path_source,
    upload_source,
)
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain

_UPLOAD = "Import a CSV"
_PATH = "By path"
_QUORA = "Quora data"
_NONE = "(none)"


def add_data() -> None:
    """The card's content; a finished import becomes the chosen data set."""
    card_title("Add data", "A CSV with a column of texts and, if there is one, a column of labels")
    way = st.segmented_control(
        "Way",
        [_UPLOAD, _PATH, _QUORA],
        default=_UPLOAD,
        required=True,
        key="add_way",
        label_visibility="collapsed",
    )
    with errors_shown():
        if way == _QUORA:
            _quora()
        else:
            source = upload_source("add") if way == _UPLOAD else path_source("add")
            if source is not None:
                _csv(source, is_upload=way == _UPLOAD)


def _csv(source: FileSource, *, is_upload: bool) -> None:
    encoding = encoding_choice(f"add_encoding_{source.key}")
    preview = preview_csv(source.path, encoding=encoding)
    columns = _mapping(preview, f"{source.key}_{encoding}")
    name = st.text_input(
        "Name", value=source.name.split(".")[0], max_chars=60, key=f"add_name_{source.key}"
    )
    if st.button("Import", type="primary", key="add_import", icon=":material/upload:"):
        with _progress("Importing") as report:
            result = import_csv(
                state.workspace(),
                source.path,
                columns,
                name=name.strip() or None,
                encoding=encoding,
                source=source.name,
                progress=report,
            )
        if is_upload:
            state.finish_upload("add", source.path)
        _done(result)


def _mapping(preview: CsvPreview, key: str) -> Columns:
    header = list(dict.fromkeys(preview.header))
    optional = [_NONE, *header]
    guess = preview.guess
    cells = st.columns(3)
    text = cells[0].selectbox(
        "Text column", header, index=header.index(guess.text), key=f"add_text_{key}"
    )
    label = cells[1].selectbox(
        "Label column", optional, optional.index(guess.label or _NONE), key=f"add_label_{key}"
    )
    identifier = cells[2].selectbox(
        "Id column", optional, optional.index(guess.id or _NONE), key=f"add_id_{key}"
    )
    st.dataframe(
        [dict(zip(preview.header, row, strict=False)) for row in preview.rows[:5]],
        hide_index=True,
        height=215,
    )
    return Columns(
        text=text,
        label=None if label == _NONE else label,
        id=None if identifier == _NONE else identifier,
    )


def _quora() -> None:
    st.caption(
        plain(
            f"{QUORA.name}: {QUORA.about}. Downloaded from archive.org; a download that breaks off"
            " goes on where it stopped."
        )
    )
    if st.button("Get the Quora data", key="add_quora", icon=":material/download:", type="primary"):
        workspace = state.workspace()
        with _progress("Downloading") as report:
            path = download(workspace, QUORA.url, QUORA.file_name, progress=report)
        with _progress("Importing") as report:
            result = import_csv(workspace, path, name=QUORA.name, progress=report)
        _done(result)


def _done(result: ImportResult) -> None:
    dataset = result.dataset
    state.choose_dataset(dataset.id)
    if result.is_new:
        state.notice(f"Imported {dataset.rows:,} rows as {dataset.name}.")
    else:
        state.notice(f"The same content is here already as {dataset.name}.")
    st.rerun()


@contextmanager
def _progress(verb: str) -> Iterator[Progress]:
    """A bar and a Cancel button while the block runs; yields what moves the bar.

    A click, on Cancel or elsewhere, reruns the page, which ends the block at its next report.
    """
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text=verb)
        st.caption("Stay on this page until it is done; another click ends it.")
        st.button("Cancel", key=f"cancel_{verb}")

    def show(done: int, total: int) -> None:
        text = f"{verb}: {done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
        bar.progress(min(done / total, 1.0) if total else 0.0, text=text)

    yield show
    place.empty()
