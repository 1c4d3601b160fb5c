import os
import time

import pytest
import streamlit as st

from core.data.dataset import list_datasets
from core.workspace import Workspace
from dashboard import startup


@pytest.fixture(autouse=True)
def fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


def test_the_sample_is_written_only_into_an_empty_workspace(
    workspace: Workspace, toy_workspace, toy_dataset
) -> None:
    startup.ensure_sample(workspace)
    startup.ensure_sample(toy_workspace)
    assert [dataset.synthetic for dataset in list_datasets(workspace)] == [True]
    assert list_datasets(toy_workspace) == [toy_dataset]


def test_forgotten_uploads_go_and_fresh_ones_stay(workspace: Workspace) -> None:
    workspace.uploads.mkdir(parents=True)
    old, new = workspace.uploads / "old", workspace.uploads / "new"
    old.write_text("x")
    new.write_text("y")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    startup.drop_forgotten_uploads(workspace)
    assert list(workspace.uploads.iterdir()) == [new]
