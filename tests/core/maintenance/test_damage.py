from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.maintenance.damage import all_damage, explained, repair
from core.workspace import Workspace
from tests import toy
from tests.made_runs import make_run
from tests.messages import assert_one_sentence


@pytest.fixture
def harmed(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(80), name="harmed")


def texts(workspace: Workspace, dataset: Dataset) -> Path:
    return workspace.dataset(dataset.id).texts


def test_only_what_was_asked_about_is_looked_through(workspace: Workspace, harmed: Dataset) -> None:
    sound = toy.import_rows(workspace, toy.make_rows(80, seed=7), name="sound")
    texts(workspace, harmed).write_bytes(b"")

    assert explained(workspace, ["sound", sound.id, 3, None, "", [4]]) is None
    for shown in (["harmed"], [3, [harmed.id]], [None, ("harmed",)]):
        said = explained(workspace, shown)
        assert said is not None
        assert "the texts of data set 'harmed'" in str(said)
        assert_one_sentence(said)


def test_the_data_set_of_a_run_is_looked_through_too(workspace: Workspace, harmed: Dataset) -> None:
    run = make_run(workspace, harmed, "the run", points=2)
    texts(workspace, harmed).unlink()

    assert "the texts of data set 'harmed'" in str(explained(workspace, ["the run"]))
    assert "the texts of data set 'harmed'" in str(explained(workspace, [run.id]))


def test_what_can_be_made_again_is(workspace: Workspace, harmed: Dataset) -> None:
    workspace.dataset(harmed.id).lengths.write_bytes(b"lengths")

    assert str(explained(workspace, ["harmed"])).endswith("it has been made again, so try again.")
    assert explained(workspace, ["harmed"]) is None


def test_nothing_is_made_again_from_damaged_texts(workspace: Workspace, harmed: Dataset) -> None:
    for path in (texts(workspace, harmed), workspace.dataset(harmed.id).lengths):
        path.write_bytes(b"")

    found = list(all_damage(workspace))

    assert [damage.path.name for damage in found] == ["texts.parquet", "lengths.parquet"]
    assert [repair(workspace, damage) for damage in found] == ["", ""]
