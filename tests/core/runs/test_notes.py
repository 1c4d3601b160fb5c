from pathlib import Path

import pytest

from core.errors import BadInput, NotFound
from core.runs.config import TrainConfig
from core.runs.notes import MAX_NOTE_CHARS, read_notes, write_notes
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return create_run(workspace, toy.import_rows(workspace, toy.make_rows(60)), TrainConfig())


def test_notes_are_read_as_they_were_written(workspace: Workspace, run: Run) -> None:
    assert read_notes(workspace, run) == ""

    write_notes(workspace, run, "  Größer\n\n<b>batch</b> 😀 \n")
    assert read_notes(workspace, run) == "Größer\n\n<b>batch</b> 😀"
    write_notes(workspace, run, "x" * MAX_NOTE_CHARS)
    assert len(read_notes(workspace, run)) == MAX_NOTE_CHARS


def test_empty_notes_are_none(workspace: Workspace, run: Run) -> None:
    write_notes(workspace, run, "some")
    write_notes(workspace, run, " \n")
    write_notes(workspace, run, "")

    assert not workspace.run(run.id).notes.exists()


@pytest.mark.parametrize("text", ["x" * (MAX_NOTE_CHARS + 1), "half \ud800"])
def test_notes_that_cannot_be_are_refused_and_the_old_stay(
    workspace: Workspace, run: Run, text: str
) -> None:
    write_notes(workspace, run, "old")

    with pytest.raises(BadInput) as refusal:
        write_notes(workspace, run, text)

    assert_one_sentence(refusal.value)
    assert read_notes(workspace, run) == "old"


def test_notes_do_not_bring_a_deleted_run_back(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    workspace.run(run.id).folder.rename(tmp_path / "gone")

    with pytest.raises(NotFound) as refusal:
        write_notes(workspace, run, "late")

    assert_one_sentence(refusal.value)
    assert not workspace.run(run.id).folder.exists()
