import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.jobs.process import kill, recorded_process
from core.runs.run import Run
from core.workspace import JobPaths, Workspace

if TYPE_CHECKING:
    from core.scoring.scorer import Scorer
    from core.serving.server import ScorerServer

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


@pytest.fixture
def nvidia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called nvidia-smi that knows two GPUs: what it prints is what the real one does."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho '0, GPU-aaaa'\necho '1, GPU-bbbb'\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return program


@pytest.fixture(scope="session")
def scorer(toy_workspace: Workspace, toy_run: Run) -> "Scorer":
    from core.scoring.scorer import load_scorer  # TensorFlow comes with it.

    return load_scorer(toy_workspace, toy_run)


@pytest.fixture(scope="module")
def server(toy_workspace: Workspace, toy_run: Run) -> Iterator["ScorerServer"]:
    from core.scoring.scorer import load_scorer
    from tests.core.serving.serving import serving

    with serving(load_scorer(toy_workspace, toy_run)) as server:
        yield server
