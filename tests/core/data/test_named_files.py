import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from core.data.dataset import Dataset
from core.data.named_files import NamedFiles
from core.errors import AlreadyExists, BadInput, NotFound
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence


class Note(NamedTuple):
    name: str
    created: str


def read(path: Path) -> Note:
    name, created = path.read_text("utf-8").split("|")
    return Note(name, created)


NOTES = NamedFiles("note", lambda paths: paths.folder / "notes", ".txt", read, "those you write")


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, [("a text", "0"), ("another", "1")])


def write(workspace: Workspace, dataset: Dataset, name: str, created: str) -> None:
    with NOTES.kept_free(workspace, dataset, name) as (free, path):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{free}|{created}", "utf-8")


def test_all_come_oldest_first_and_damaged_ones_are_left_out(
    workspace: Workspace, dataset: Dataset
) -> None:
    assert NOTES.all(workspace, dataset) == []
    write(workspace, dataset, "Later", "2026-02")
    write(workspace, dataset, "Early", "2026-01")
    NOTES.path(workspace, dataset, "broken").write_text("no created", "utf-8")

    assert [note.name for note in NOTES.all(workspace, dataset)] == ["Early", "Later"]


def test_a_name_much_like_another_is_taken(workspace: Workspace, dataset: Dataset) -> None:
    write(workspace, dataset, "My note", "2026-01")

    with pytest.raises(AlreadyExists, match="a note called 'My  Note!', or much like it") as found:
        NOTES.free(workspace, dataset, "My  Note!")

    assert_one_sentence(found.value)


def test_of_many_who_take_a_name_at_once_one_gets_it(
    workspace: Workspace, dataset: Dataset
) -> None:
    start = threading.Barrier(6)

    def take(number: int) -> str:
        start.wait()
        try:
            write(workspace, dataset, "My note", f"2026-0{number}")
        except AlreadyExists:
            return "taken"
        return f"2026-0{number}"

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(take, range(1, 7)))

    assert found[1:] == ["taken"] * 5
    assert [note.created for note in NOTES.all(workspace, dataset)] == found[:1]


def test_a_name_that_cannot_be_used_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(BadInput, match="note"):
        NOTES.free(workspace, dataset, "")


def test_an_unknown_name_is_said_with_those_there_are(
    workspace: Workspace, dataset: Dataset
) -> None:
    with pytest.raises(NotFound, match="choose those you write"):
        NOTES.find(workspace, dataset, "none")
    write(workspace, dataset, "Early", "2026-01")

    with pytest.raises(NotFound, match="the name of a note, but found 'none': choose 'Early'"):
        NOTES.find(workspace, dataset, "none")


def test_only_the_one_of_the_name_is_deleted(workspace: Workspace, dataset: Dataset) -> None:
    write(workspace, dataset, "Early", "2026-01")
    write(workspace, dataset, "Later", "2026-02")

    NOTES.delete(workspace, dataset, "Early")

    assert [note.name for note in NOTES.all(workspace, dataset)] == ["Later"]
    with pytest.raises(NotFound):
        NOTES.delete(workspace, dataset, "Early")


def test_nothing_is_named_in_a_data_set_that_is_gone(
    workspace: Workspace, dataset: Dataset
) -> None:
    workspace.dataset(dataset.id).description.unlink()

    with pytest.raises(NotFound):
        NOTES.free(workspace, dataset, "Early")


def test_of_many_names_an_error_says_the_first(workspace: Workspace, dataset: Dataset) -> None:
    for number in range(12):
        write(workspace, dataset, f"n{number:02}", "2026-01")

    with pytest.raises(NotFound, match=r"choose 'n00', .* 'n07' and 4 more") as found:
        NOTES.find(workspace, dataset, "none")

    assert_one_sentence(found.value)
