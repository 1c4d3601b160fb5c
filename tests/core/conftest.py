import os
from collections.abc import Iterator

import pytest

from core.jobs.process import kill, recorded_process
from core.workspace import JobPaths, Workspace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture
def jobs(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace whose workers do not outlive the test."""
    yield workspace
    parents = (workspace.runs, workspace.scorings, workspace.tasks)
    for folder in [folder for parent in parents for folder in parent.glob("*/")]:
        identity = recorded_process(JobPaths(folder))
        if identity is not None:
            kill(identity)
