"""What the app does before its first page: a data set to look at, and nothing left of old ones."""

from __future__ import annotations

import time

import streamlit as st

from core.data.dataset import list_datasets
from core.data.importing.importer import import_sample
from core.workspace import Workspace

_STALE_UPLOAD_S = 24 * 3600


def ensure_sample(workspace: Workspace) -> None:
    """Write the synthetic sample into a workspace without data sets.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    if not list_datasets(workspace):
        with st.spinner("Writing the synthetic sample"):
            import_sample(workspace)


@st.cache_resource(show_spinner=False)
def drop_forgotten_uploads(workspace: Workspace) -> None:
    """Once a server: remove uploads of days ago that were never imported or scored."""
    for path in workspace.uploads.glob("*"):
        if time.time() - path.stat().st_mtime > _STALE_UPLOAD_S:
            path.unlink(missing_ok=True)
