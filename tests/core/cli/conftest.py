from pathlib import Path

import pytest

from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy


@pytest.fixture(autouse=True)
def own_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))


@pytest.fixture
def in_toy_workspace(toy_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(toy_workspace.root))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return toy.write_csv(tmp_path / "questions.csv", list(toy.make_rows(80)), ("text", "label"))
