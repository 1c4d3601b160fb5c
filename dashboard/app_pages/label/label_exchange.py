"""Labels in and out as files: all that ever happened, or the labels as they are now."""

from __future__ import annotations

import io

import streamlit as st

from core.data.dataset import Dataset
from core.errors import SincerelyError
from core.labels.annotators import this_annotator
from core.labels.exchange.exchange import export_current, export_history, import_labels
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.store.store import open_labels
from dashboard import reads, state
from dashboard.ui.header import card_title
from dashboard.ui.plain_text import plain

_KEY = "labels_file"
_FAULT = "labels_import_fault"
_FORMATS = {LabelFileFormat.CSV: "CSV", LabelFileFormat.JSONL: "JSON lines"}
_MIMES = {LabelFileFormat.CSV: "text/csv", LabelFileFormat.JSONL: "application/x-ndjson"}


def label_exchange(dataset: Dataset) -> None:
    """Download labels, or bring some in."""
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        _export(dataset)
    with right.container(border=True, height="stretch"):
        _import(dataset)


def _export(dataset: Dataset) -> None:
    labelled = sum(reads.label_counts(state.workspace(), dataset).values())
    card_title("Export", f"{labelled:,} rows labelled by people")
    file_format = st.segmented_control(
        "Format",
        list(_FORMATS),
        format_func=_FORMATS.__getitem__,
        required=True,
        default=LabelFileFormat.CSV,
        key=f"{state.KEPT}labels_format",
    )
    for name, about, write in (
        ("labels", "Labels as they are now", export_current),
        ("history", "Every answer, skip and undo", export_history),
    ):
        st.download_button(
            about,
            data=lambda write=write: _file(dataset, write, file_format),
            file_name=f"{dataset.id}-{name}.{file_format.value}",
            mime=_MIMES[file_format],
            icon=":material/download:",
            on_click="ignore",
            key=f"labels_export_{name}",
            disabled=not labelled and name == "labels",
        )
    st.caption(
        "The history keeps who, when, what was suggested and by which guideline; it can be imported"
        " again, here or elsewhere, and nothing is counted twice."
    )


def _file(dataset: Dataset, write, file_format: LabelFileFormat) -> bytes:  # noqa: ANN001
    workspace, sink = state.workspace(), io.BytesIO()
    write(workspace, open_labels(workspace), dataset, sink, file_format=file_format)
    return sink.getvalue()


def _import(dataset: Dataset) -> None:
    card_title(
        "Import",
        "A history from an export, or a table with the columns label and row or id. All of it is"
        " stored, or nothing.",
    )
    upload = st.file_uploader(
        "CSV or JSON lines",
        type=["csv", "jsonl", "json", "txt"],
        key=f"{_KEY}_{state.uploads_done(_KEY)}",
    )
    if upload is not None:
        st.button(
            "Import the labels",
            type="primary",
            icon=":material/upload:",
            key="labels_import",
            on_click=_store,
            args=(dataset, upload),
        )
    if said := st.session_state.pop(_FAULT, None):
        st.error(plain(said), icon=":material/error:")


def _store(dataset: Dataset, upload: st.runtime.uploaded_file_manager.UploadedFile) -> None:
    name = st.session_state.get(f"{state.KEPT}label_name") or this_annotator()
    workspace = state.workspace()
    try:
        path = state.upload_path(upload)
        found = import_labels(workspace, open_labels(workspace), dataset, path, annotator=name)
    except SincerelyError as error:
        st.session_state[_FAULT] = str(error)
        return
    state.finish_upload(_KEY, path)
    known = f", {found.known_before:,} were known" if found.known_before else ""
    state.notice(f"{found.stored:,} events are stored{known}.")
