from pathlib import Path

import pytest

from core.artifacts import delete_artifacts, new_artifact
from core.errors import DiskError
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def write(workspace: Workspace, target: Path, text: str) -> None:
    with new_artifact(workspace, target, "the suspects") as path:
        path.write_text(text)


def test_a_file_appears_at_the_end_and_replaces_an_older_one(workspace: Workspace) -> None:
    target = workspace.suspects("key")
    for text in ("old", "new"):
        with new_artifact(workspace, target, "the suspects") as path:
            path.write_text(text)
            assert path.suffix == target.suffix
            assert not target.exists() or target.read_text() != text
        assert target.read_text() == text


def test_at_an_error_the_older_file_stays_and_nothing_else(workspace: Workspace) -> None:
    target = workspace.suspects("key")
    write(workspace, target, "old")

    def broken() -> None:
        with new_artifact(workspace, target, "the suspects") as path:
            path.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert target.read_text() == "old"
    assert not list((workspace.root / "staging").iterdir())


def test_a_disk_that_refuses_is_said_by_the_name_of_the_file(workspace: Workspace) -> None:
    workspace.cache.write_text("no folder")

    with pytest.raises(DiskError, match="the suspects"):
        write(workspace, workspace.suspects("key"), "text")


def test_all_that_is_of_a_data_set_goes_and_nothing_of_another(workspace: Workspace) -> None:
    own = [workspace.suspects("abc-1"), workspace.token_counts("abc", "bert")]
    other = workspace.suspects("abcd-1")
    for target in (*own, other):
        write(workspace, target, "text")

    delete_artifacts(workspace, "abc")

    assert not any(target.exists() for target in own)
    assert other.exists()
