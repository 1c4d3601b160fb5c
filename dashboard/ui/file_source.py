"""Ask for a file with rows: an upload, or a path on the machine that runs Sincerely."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.errors import NotFound
from dashboard import state

CSV_TYPES = ("csv", "tsv", "txt", "gz", "zip", "zst")
TYPES = (*CSV_TYPES, "jsonl", "ndjson", "json", "parquet", "xlsx", "xls")


@dataclass(frozen=True)
class FileSource:
    """A file that was chosen; `upload` if it goes when it has been used."""

    path: Path
    name: str
    upload: bool = False

    @property
    def key(self) -> str:
        """The file's own: widgets with it in their keys start afresh for another file."""
        return hashlib.sha256(str(self.path).encode("utf-8", "replace")).hexdigest()[:12]


def upload_source(
    key: str, *, types: tuple[str, ...] = CSV_TYPES, label: str = "CSV file, plain or compressed"
) -> FileSource | None:
    """An uploaded file, None while there is none."""
    limit = st.get_option("server.maxUploadSize")
    upload = st.file_uploader(
        f"{label}, up to {limit} MB",
        type=list(types),
        key=f"{key}_upload_{state.uploads_done(key)}",
    )
    if upload is None:
        return None
    return FileSource(state.upload_path(upload), upload.name, upload=True)


def path_source(key: str, *, label: str = "Path of a CSV file") -> FileSource | None:
    """A file named by its path, None while nothing is typed.

    Raises:
        NotFound: there is no such user's folder in `~user/…`.
    """
    typed = st.text_input(
        f"{label} on the machine that runs Sincerely",
        key=f"{key}_path",
        placeholder="/home/me/questions.csv",
    ).strip()
    if not typed:
        return None
    try:
        path = Path(typed).expanduser().absolute()
    except RuntimeError as error:
        raise NotFound("the path of a file", f"nothing at {typed!r}", "check the path") from error
    return FileSource(path, path.name)
