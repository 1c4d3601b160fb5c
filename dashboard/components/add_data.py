"""Bring a data set in: a CSV by upload or path, or the Quora data from the web."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.datasets.bytestream import ENCODINGS, Progress
from core.datasets.download import QUORA, download
from core.datasets.importing import Columns, CsvPreview, ImportResult, import_csv, preview_csv
from core.errors import NotFound
from dashboard import state
from dashboard.components.failure import errors_shown
from dashboard.components.header import card_title
from dashboard.components.plain_text import plain

_UPLOAD = "Import a CSV"
_PATH = "Import by path"
_QUORA = "Get the Quora data"
_NONE = "(none)"
_AUTO = "Detect"


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
            _csv(way)


def file_source(way_is_upload: bool, key: str) -> tuple[Path, str] | None:
    """Ask for a file; returns where it is and what it is called, None while there is none."""
    if way_is_upload:
        upload = st.file_uploader(
            "CSV file, or a .zip with one in it, up to 200 MB", type=["csv", "zip", "tsv", "txt"],
            key=f"{key}_upload",
        )  # fmt: skip
        return (state.upload_path(upload), upload.name) if upload else None
    typed = st.text_input(
        "Path of a CSV file on the machine that runs Sincerely",
        key=f"{key}_path",
        placeholder="/home/me/questions.csv",
    )
    if not typed.strip():
        return None
    path = Path(typed.strip()).expanduser()
    if not path.is_file():
        raise NotFound("the path of a file", f"nothing at {typed!r}", "check the path")
    return path, path.name


def encoding_choice(key: str) -> str | None:
    """Ask for the file's encoding; None means detect."""
    chosen = st.selectbox(
        "Encoding", [_AUTO, *ENCODINGS], format_func=lambda e: ENCODINGS.get(e, e), key=key
    )
    return None if chosen == _AUTO else chosen


def _csv(way: str) -> None:
    source = file_source(way == _UPLOAD, "add")
    if source is None:
        return
    path, file_name = source
    encoding = encoding_choice("add_encoding")
    preview = preview_csv(path, encoding=encoding)
    columns = _mapping(preview)
    name = st.text_input("Name", value=file_name.split(".")[0], max_chars=60, key="add_name")
    if st.button("Import", type="primary", key="add_import", icon=":material/upload:"):
        with _progress("Importing") as report:
            result = import_csv(
                state.workspace(), path, columns, name=name.strip() or None, encoding=encoding,
                source=file_name, progress=report.update,
            )  # fmt: skip
        if way == _UPLOAD:
            path.unlink(missing_ok=True)
        _done(result)


def _mapping(preview: CsvPreview) -> Columns:
    header = list(preview.header)
    optional = [_NONE, *header]
    guess = preview.guess
    left, right = st.columns(2)
    text = left.selectbox("Text column", header, index=header.index(guess.text), key="add_text")
    label = right.selectbox(
        "Label column", optional, index=optional.index(guess.label or _NONE), key="add_label"
    )
    st.dataframe(
        [dict(zip(header, row, strict=False)) for row in preview.rows[:5]],
        hide_index=True,
        height=215,
    )
    id_column = guess.id if guess.id not in (text, label) else None
    return Columns(text=text, label=None if label == _NONE else label, id=id_column)


def _quora() -> None:
    st.caption(plain(f"{QUORA.name}: {QUORA.about}. Downloaded from archive.org; a download that"
                     " breaks off goes on where it stopped."))  # fmt: skip
    if st.button("Download", key="add_quora", icon=":material/download:", type="primary"):
        workspace = state.workspace()
        with _progress("Downloading") as report:
            path = download(workspace, QUORA.url, QUORA.file_name, progress=report.update)
        with _progress("Importing") as report:
            result = import_csv(workspace, path, name=QUORA.name, progress=report.update)
        _done(result)


def _done(result: ImportResult) -> None:
    dataset = result.dataset
    state.choose_dataset(dataset.id)
    if result.is_new:
        state.notice(f"Imported {dataset.rows:,} rows as {dataset.name}.")
    else:
        state.notice(f"The same content is here already as {dataset.name}.")
    st.rerun()


class _progress:
    """A progress bar with a Cancel button; a click on it reruns the page, which cancels."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._place = st.empty()

    def __enter__(self) -> _progress:
        with self._place.container():
            self._bar = st.progress(0.0, text=self._verb)
            st.button("Cancel", key=f"cancel_{self._verb}")
        return self

    def __exit__(self, *_: object) -> None:
        self._place.empty()

    @property
    def update(self) -> Progress:
        """Shows bytes done of bytes in all."""

        def show(done: int, total: int) -> None:
            share = done / total if total else 0.0
            text = f"{self._verb}: {done / 1e6:,.1f} of {total / 1e6:,.1f} MB"
            self._bar.progress(min(share, 1.0), text=text)

        return show
