"""What one browser session has chosen: ids only, never tables or models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.dataset import Dataset
from core.errors import disk_errors
from core.runs.run import Run
from core.scoring.scoring import Scoring
from core.workspace import Workspace, checked_id

_DATASET = "chosen_dataset"
_RUN = "chosen_run"
_SCORING = "chosen_scoring"
_ASKED = "asked"
_UPLOADS_DONE = "uploads_done"
KEPT = "kept_"
"""Prefix of the keys whose widgets keep their values across pages."""


def workspace() -> Workspace:
    """The workspace of this server."""
    return Workspace.from_environment()


def chosen_dataset(datasets: Sequence[Dataset]) -> Dataset:
    """The data set chosen in this session, else the newest."""
    by_id = {dataset.id: dataset for dataset in datasets}
    return by_id.get(st.session_state.get(_DATASET, ""), datasets[-1])


def choose_dataset(dataset_id: str) -> None:
    """Choose a data set for this session."""
    st.session_state[_DATASET] = dataset_id


def chosen_run(runs: Sequence[Run]) -> Run | None:
    """The run chosen in this session, else the first of `runs`."""
    by_id = {run.id: run for run in runs}
    return by_id.get(st.session_state.get(_RUN, ""), runs[0] if runs else None)


def choose_run(run_id: str) -> None:
    """Choose a run for this session."""
    st.session_state[_RUN] = run_id


def chosen_scoring(scorings: Sequence[Scoring]) -> Scoring | None:
    """The scoring chosen in this session, else the newest."""
    by_id = {scoring.id: scoring for scoring in scorings}
    return by_id.get(st.session_state.get(_SCORING, ""), scorings[0] if scorings else None)


def choose_scoring(scoring_id: str) -> None:
    """Choose a scored file for this session."""
    st.session_state[_SCORING] = scoring_id


def ask_about(run: Run, texts: tuple[str, ...]) -> None:
    """Remember what a run was asked, so that its answers stay on the page."""
    st.session_state[_ASKED] = (run.id, texts)


def asked(run: Run) -> tuple[str, ...]:
    """What the run was last asked in this session."""
    run_id, texts = st.session_state.get(_ASKED, ("", ()))
    return texts if run_id == run.id else ()


def notice(text: str) -> None:
    """Say something after the rerun that follows."""
    st.session_state["notice"] = text


def take_notice() -> str | None:
    """What `notice` was told, once."""
    text: str | None = st.session_state.pop("notice", None)
    return text


def upload_path(upload: UploadedFile) -> Path:
    """A file on disk with an upload's content, written whole on first use.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    path = workspace().uploads / checked_id(upload.file_id)
    if not path.exists():
        with disk_errors("the upload"), workspace().staging() as folder:
            (folder / path.name).write_bytes(upload.getbuffer())
            path.parent.mkdir(parents=True, exist_ok=True)
            (folder / path.name).replace(path)
    return path


def uploads_done(key: str) -> int:
    """How many uploads of a form have been used up in this session."""
    count: int = st.session_state.get(f"{key}_{_UPLOADS_DONE}", 0)
    return count


def finish_upload(key: str, path: Path) -> None:
    """Forget an upload that has been used: its file goes, and its form starts empty."""
    path.unlink(missing_ok=True)
    st.session_state[f"{key}_{_UPLOADS_DONE}"] = uploads_done(key) + 1


def keep_choices() -> None:
    """Keep the values of forms across pages: Streamlit forgets widgets that are not drawn."""
    for key, value in st.session_state.items():
        if str(key).startswith(KEPT):
            st.session_state[key] = value
