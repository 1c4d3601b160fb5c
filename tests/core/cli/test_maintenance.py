import io
import sys
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.cli.parser import main
from core.data.dataset import find_dataset, list_datasets
from core.explore.token_counts_job import count_tokens, find_token_counts
from core.jobs.status import JobState, JobStatus, write_status
from core.labels.assign.bulk import label_all
from core.labels.store.store import open_labels
from core.runs.config import TrainConfig
from core.runs.notes import read_notes
from core.runs.run import Run, create_run, find_run, list_runs
from core.workspace import Workspace

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def dataset_id(questions: Path, capsys: Printed) -> str:
    assert main(["import", str(questions)]) == 0
    return capsys.readouterr().out.strip()


@pytest.fixture
def run(workspace: Workspace, dataset_id: str) -> Run:
    """A run that was stopped; no worker has been started for it."""
    run = create_run(workspace, find_dataset(workspace, dataset_id), TrainConfig(), name="Mine")
    write_status(workspace.run(run.id), JobStatus(JobState.STOPPED))
    return run


def test_a_renamed_data_set_keeps_its_id(
    dataset_id: str, workspace: Workspace, capsys: Printed
) -> None:

    assert main(["rename", "questions", "Better name"]) == 0

    assert capsys.readouterr().out == f"{dataset_id}\n"
    assert find_dataset(workspace, "Better name").id == dataset_id
    assert main(["rename", dataset_id, " "]) == 1
    assert "a name of 1 to 120 characters" in capsys.readouterr().err


def test_a_deletion_says_what_uses_the_data_set_and_needs_a_yes(
    dataset_id: str, workspace: Workspace, capsys: Printed
) -> None:
    create_run(workspace, find_dataset(workspace, dataset_id), TrainConfig(), name="Mine")
    assert main(["search", dataset_id, "cat", "--save", "Cats"]) == 0
    capsys.readouterr()

    assert main(["delete", dataset_id]) == 1

    said = capsys.readouterr().err
    assert "Trained on it: Mine. These runs keep their own copy of the rows they need" in said
    assert "Slices that go with it: Cats.\n" in said
    assert "Nothing is deleted; to delete 'questions', add --yes.\n" in said
    assert find_dataset(workspace, dataset_id).rows == 80


def test_a_confirmed_deletion_leaves_nothing(
    dataset_id: str, workspace: Workspace, toy_encoder: Path, capsys: Printed
) -> None:
    dataset = find_dataset(workspace, dataset_id)
    count_tokens(workspace, dataset, str(toy_encoder))

    assert main(["delete", "questions", "--yes"]) == 0

    assert capsys.readouterr().out == f"{dataset_id}\n"
    assert list_datasets(workspace) == []
    assert find_token_counts(workspace, dataset, str(toy_encoder)) is None
    assert main(["delete", dataset_id, "--yes"]) == 1
    assert "the id or name of a data set" in capsys.readouterr().err


def test_labels_by_people_are_said_and_stay_unless_they_are_asked_to_go(
    dataset_id: str, workspace: Workspace, questions: Path, run: Run, capsys: Printed
) -> None:
    dataset, store = find_dataset(workspace, dataset_id), open_labels(workspace)
    label_all(store, dataset, np.arange(4), "1", annotator="ann", reason="a test")

    assert main(["delete", dataset_id, "--yes"]) == 0
    assert "People have labelled 4 of its rows (ann)." in capsys.readouterr().err
    assert len(store.current_labels(dataset.fingerprint)) == 4

    assert main(["import", str(questions)]) == 0
    assert main(["delete", dataset_id, "--yes", "--labels"]) == 0
    assert "4 label events are deleted with it." in capsys.readouterr().err
    assert store.events(dataset.fingerprint) == []
    assert main(["delete", "mine", "--yes", "--labels"]) == 1
    assert list_runs(workspace) == [run]


def test_labels_of_what_cannot_be_read_are_not_said_to_be_deleted(
    dataset_id: str, workspace: Workspace, capsys: Printed
) -> None:
    workspace.dataset(dataset_id).description.write_text("{", "utf-8")

    assert main(["delete", dataset_id, "--yes", "--labels"]) == 1
    assert "leave out --labels" in capsys.readouterr().err
    assert main(["delete", dataset_id, "--yes"]) == 0


def test_a_name_that_two_have_is_not_guessed(
    dataset_id: str, workspace: Workspace, questions: Path, capsys: Printed
) -> None:
    """As workspaces have them from before names were unique."""
    questions.write_text(questions.read_text("utf-8") + "one more,0\n", "utf-8")
    assert main(["import", str(questions)]) == 0
    printed = capsys.readouterr()
    other = find_dataset(workspace, printed.out.strip())
    assert other.name == "questions 2"
    assert "Called 'questions 2', as there was a data set called 'questions'" in printed.err
    twin = replace(other, name="questions")
    workspace.dataset(other.id).description.write_text(twin.to_json(), "utf-8")

    for command in (["delete", "questions", "--yes"], ["rename", "questions", "new"]):
        assert main(command) == 1
        said = capsys.readouterr().err
        assert f"2 that are called 'questions': say which by its id, {other.id} or" in said

    assert main(["delete", dataset_id, "--yes"]) == 0
    assert list_datasets(workspace) == [twin]


def test_a_renamed_run_keeps_its_id_and_is_found_by_both(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    assert main(["rename", "Mine", "Größer"]) == 0

    assert capsys.readouterr().out == "mine\n"
    assert find_run(workspace, "Größer") == find_run(workspace, "mine")
    assert main(["rename", "Größer", "!?"]) == 1
    assert "a run name of 1 to 48 characters" in capsys.readouterr().err


def test_notes_are_written_printed_and_removed(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    assert main(["note", "mine", "Two\nlines \x1b[31m"]) == 0
    assert main(["note", "mine"]) == 0
    assert capsys.readouterr().out == "Two\nlines \N{REPLACEMENT CHARACTER}[31m\n"

    assert main(["note", "mine", ""]) == 0

    assert read_notes(workspace, run) == ""
    assert main(["note", "mine", "x" * 10_001]) == 1
    assert "notes of at most 10,000 characters" in capsys.readouterr().err


def test_deleting_a_run_says_what_is_lost_and_needs_a_yes(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    assert main(["delete", "mine"]) == 1

    printed = capsys.readouterr()
    assert printed.err.startswith("Deleting 'Mine' loses its settings and its copy of the rows: ")
    assert printed.err.endswith("Nothing is deleted; to delete 'Mine', add --yes.\n")
    assert list_runs(workspace) == [run]

    assert main(["delete", "mine", "--yes"]) == 0

    assert capsys.readouterr().out == "mine\n"
    assert list_runs(workspace) == []
    assert main(["delete", "mine", "--yes"]) == 1
    assert "the id or name of a data set or run" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "goes"), [("y", True), ("YES", True), ("", False), ("n", False)]
)
def test_on_a_terminal_a_deletion_asks(
    workspace: Workspace,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    goes: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))

    with redirect_stderr(Terminal()) as said:
        assert main(["delete", "mine"]) == (0 if goes else 1)

    assert "Delete 'Mine'? [y/N] " in said.getvalue()
    assert bool(list_runs(workspace)) is not goes


def test_a_name_that_both_have_must_say_its_kind(
    workspace: Workspace, run: Run, dataset_id: str, capsys: Printed
) -> None:
    assert main(["rename", "mine", "questions"]) == 0
    capsys.readouterr()

    assert main(["delete", "questions", "--yes"]) == 1

    assert "add --kind run or --kind dataset" in capsys.readouterr().err
    assert main(["delete", "questions", "--yes", "--kind", "run"]) == 0
    assert main(["rename", "questions", "data", "--kind", "dataset"]) == 0
    assert list_runs(workspace) == []
    assert find_dataset(workspace, "data").id == dataset_id


def test_resuming_an_active_run_is_refused_in_one_sentence(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    write_status(workspace.run("mine"), JobStatus(JobState.QUEUED))

    assert main(["resume", "mine"]) == 1

    assert "that 'Mine' is queued: wait for its end or stop it first" in capsys.readouterr().err
