import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workspace import (
    DatasetPaths,
    JobPaths,
    RunPaths,
    ScoringPaths,
    Workspace,
    checked_id,
    slug,
)


def test_the_environment_names_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SINCERELY_WORKSPACE", str(tmp_path / "elsewhere"))

    assert Workspace.from_environment().root == tmp_path / "elsewhere"


@pytest.mark.parametrize("value", [None, ""])
def test_without_it_the_root_is_in_the_current_folder(
    value: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SINCERELY_WORKSPACE", raising=False)
    if value is not None:
        monkeypatch.setenv("SINCERELY_WORKSPACE", value)

    assert Workspace.from_environment().root == tmp_path / "workspace"


def test_every_path_is_under_the_root_and_naming_it_writes_nothing(workspace: Workspace) -> None:
    folders = [
        workspace.datasets,
        workspace.runs,
        workspace.scorings,
        workspace.downloads,
        workspace.encoder_parts,
        workspace.uploads,
        workspace.cache,
    ]
    named = [
        workspace.dataset("questions-1").folder,
        workspace.run("run-1").folder,
        workspace.scoring("scoring-1").folder,
        workspace.service("run-1").folder,
        workspace.device_lock("cpu"),
        workspace.device_lock("gpu:0"),
        workspace.device_holder("gpu:0"),
        workspace.runs_lock,
        workspace.requests_lock,
    ]

    assert len({*folders, *named}) == len(folders) + len(named)
    assert all(workspace.root in path.parents for path in [*folders, *named])
    assert not workspace.root.exists()


@pytest.mark.parametrize("paths", [DatasetPaths, JobPaths, RunPaths, ScoringPaths])
def test_the_files_of_a_folder_have_names_of_their_own(paths: type, tmp_path: Path) -> None:
    names = [name for name in dir(paths) if isinstance(getattr(paths, name), property)]
    files = [getattr(paths(tmp_path), name) for name in names]

    assert len(set(files)) == len(files) >= 2
    assert all(file.parent == tmp_path for file in files)


@pytest.mark.parametrize("identifier", ["a", "0", "questions-1f2e3d4c", "a--b"])
def test_an_id_is_lower_case_letters_digits_and_hyphens(identifier: str) -> None:
    assert checked_id(identifier) == identifier


@pytest.mark.parametrize(
    "identifier", ["", ".", "..", "../x", "a/b", "a\\b", "-a", "A", "a b", "a\n", "é", "a\0", "a."]
)
def test_an_id_that_could_leave_its_folder_is_refused(
    identifier: str, workspace: Workspace
) -> None:
    for name in (workspace.dataset, workspace.run, workspace.scoring, workspace.service):
        with pytest.raises(ValueError, match="not an identifier"):
            name(identifier)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Quora insincere questions", "quora-insincere-questions"),
        ("  A__b  (c)! ", "a-b-c"),
        ("../../etc/passwd", "etc-passwd"),
        ("质问", "1f9a7a"),
        ("Проба 1", "1-7f5e31"),
        ("", "untitled"),
        ("x" * 200, "x" * 48),
        ("x" * 47 + " y", "x" * 47),
    ],
)
def test_a_slug_keeps_what_is_safe_in_a_file_name(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text())
def test_every_slug_is_an_id(name: str) -> None:
    assert checked_id(slug(name)) == slug(name)
    assert len(slug(name)) <= 48


def test_staging_is_a_new_folder_that_goes_away(workspace: Workspace) -> None:
    with workspace.staging() as first, workspace.staging() as second:
        (first / "unfinished").write_text("half")
        assert first != second
        assert first.parent == second.parent == workspace.root / "staging"

    assert list((workspace.root / "staging").iterdir()) == []


def test_staging_goes_away_when_work_fails(workspace: Workspace) -> None:
    with pytest.raises(KeyboardInterrupt), workspace.staging() as folder:
        (folder / "unfinished").write_text("half")
        raise KeyboardInterrupt

    assert list((workspace.root / "staging").iterdir()) == []


def test_finished_work_leaves_staging_by_a_rename(workspace: Workspace) -> None:
    with workspace.staging() as folder:
        (folder / "whole").write_text("done")
        os.rename(folder, workspace.root / "finished")

    assert (workspace.root / "finished" / "whole").read_text() == "done"
