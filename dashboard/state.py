"""What one browser session has chosen: ids only, never tables or models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.dataset import Dataset
from core.runs.run import Run
from core.scoring.scoring import Scoring
from core.workspace import Workspace, checked_id

_DATASET = "chosen_dataset"
_RUN = "chosen_run"
_SCORING = "chosen_scoring"
_ASKED = "asked"


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
    """A file on disk with an upload's content, written on first use."""
    path = workspace().uploads / checked_id(upload.file_id)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(upload.getbuffer())
    return path
