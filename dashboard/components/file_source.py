"""Ask for a CSV file: an upload, or a path on the machine that runs Sincerely."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.datasets.bytestream import ENCODINGS
from core.errors import NotFound
from dashboard import state

_AUTO = "Detect"


@dataclass(frozen=True)
class FileSource:
    """A file that was chosen.

    `key` is the file's own: widgets with it in their keys start afresh for another file.
    """

    path: Path
    name: str
    key: str


def upload_source(key: str) -> FileSource | None:
    """An uploaded file, None while there is none."""
    upload = st.file_uploader(
        "CSV file, or a .zip with one in it, up to 200 MB",
        type=["csv", "zip", "tsv", "txt"],
        key=f"{key}_upload_{state.uploads_done(key)}",
    )
    if upload is None:
        return None
    return FileSource(state.upload_path(upload), upload.name, upload.file_id)


def path_source(key: str) -> FileSource | None:
    """A file named by its path, None while nothing is typed.

    Raises:
        NotFound: there is no such user's folder in `~user/…`.
    """
    typed = st.text_input(
        "Path of a CSV file on the machine that runs Sincerely",
        key=f"{key}_path",
        placeholder="/home/me/questions.csv",
    ).strip()
    if not typed:
        return None
    try:
        path = Path(typed).expanduser()
    except RuntimeError as error:
        raise NotFound("the path of a file", f"nothing at {typed!r}", "check the path") from error
    return FileSource(path, path.name, hashlib.sha256(typed.encode()).hexdigest()[:12])


def encoding_choice(key: str) -> str | None:
    """Ask for the file's encoding; None means detect."""
    chosen = st.selectbox(
        "Encoding", [_AUTO, *ENCODINGS], format_func=lambda e: ENCODINGS.get(e, e), key=key
    )
    return None if chosen == _AUTO else chosen
