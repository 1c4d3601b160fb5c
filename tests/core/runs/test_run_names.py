import subprocess
import sys
from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.data.splits.split import TRAIN
from core.errors import AlreadyExists, BadInput, NotFound
from core.runs.config import TrainConfig
from core.runs.run import (
    create_run,
    find_run,
    list_runs,
    next_name,
    read_examples,
    rename_run,
)
from core.workspace import Workspace
from tests import toy
from tests.core.runs.making import CREATE, leftovers
from tests.core.small_disk import PROJECT
from tests.messages import assert_one_sentence


def test_names_made_for_runs_are_free_and_count_up(workspace: Workspace, dataset: Dataset) -> None:
    assert next_name(workspace, dataset) == "toy-1"
    made = [create_run(workspace, dataset, TrainConfig()).name for _ in range(3)]

    assert made == ["toy-1", "toy-2", "toy-3"]


def test_a_name_made_for_a_run_on_a_long_named_data_set_is_short_enough(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(100), name="long" * 30)

    first, second = (create_run(workspace, dataset, TrainConfig()) for _ in range(2))

    assert len(second.name) <= 48
    assert first.id != second.id


@pytest.mark.parametrize("again", ["Mine", "mine", " MINE ", "mine!"])
def test_a_second_run_of_the_same_name_is_refused_and_the_first_is_untouched(
    workspace: Workspace, dataset: Dataset, again: str
) -> None:
    run = create_run(workspace, dataset, TrainConfig(), name="Mine")

    with pytest.raises(AlreadyExists, match=r"a run called .* already: choose another name\.$"):
        create_run(workspace, dataset, TrainConfig(epochs=1), name=again)

    assert list_runs(workspace) == [run]
    assert leftovers(workspace) == [workspace.run(run.id).folder]


@pytest.mark.parametrize(
    "name",
    ["", "   ", "!?", "…", "..", "../..", "\x00", "new\nline", "tab\tbed", "half \ud800", "a" * 49],
)
def test_a_name_that_cannot_be_used_is_refused(
    workspace: Workspace, dataset: Dataset, name: str
) -> None:
    with pytest.raises(BadInput, match="a run name of 1 to 48 characters") as refusal:
        create_run(workspace, dataset, TrainConfig(), name=name)

    str(refusal.value).encode()
    assert leftovers(workspace) == []


@pytest.mark.parametrize(
    "name", ["a", "7", "../../etc/passwd 1", "/root", "C:\\x", "größe 2", "第1回", "a" * 48, "😀 b"]
)
def test_an_unusual_name_stays_as_it_is_and_its_folder_is_a_plain_one(
    workspace: Workspace, dataset: Dataset, name: str
) -> None:
    run = create_run(workspace, dataset, TrainConfig(), name=name)

    assert find_run(workspace, name) == run
    assert run.name == name
    assert workspace.run(run.id).folder.parent == workspace.runs
    assert [path.name for path in workspace.runs.iterdir()] == [run.id]


def race(workspace: Workspace, *arguments: str) -> list[str]:
    """What two processes say that make a run at the same time."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", CREATE, str(workspace.root), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return sorted(racer.communicate(timeout=60)[0].split(":")[0] for racer in racers)


def test_of_two_processes_that_make_a_run_of_one_name_one_wins(
    workspace: Workspace, dataset: Dataset
) -> None:
    loser, winner = race(workspace, "Mine")

    assert winner == "made mine\n"
    assert loser.startswith("AlreadyExists Expected a run name that is free")
    (run,) = list_runs(workspace)
    assert len(read_examples(workspace, run, TRAIN).rows) == 80
    assert leftovers(workspace) == [workspace.run("mine").folder]


def test_two_processes_that_leave_the_name_open_both_make_a_run(
    workspace: Workspace, dataset: Dataset
) -> None:
    assert race(workspace) == ["made toy-1\n", "made toy-2\n"]
    assert {run.name for run in list_runs(workspace)} == {"toy-1", "toy-2"}


def test_a_renamed_run_keeps_its_id_its_folder_and_its_rows(
    workspace: Workspace, dataset: Dataset
) -> None:
    run = create_run(workspace, dataset, TrainConfig(), name="Mine")

    renamed = rename_run(workspace, run, " Größer ")

    assert renamed == replace(run, name="Größer")
    assert list_runs(workspace) == [renamed]
    assert find_run(workspace, "Größer") == find_run(workspace, "mine") == renamed
    assert len(read_examples(workspace, renamed, TRAIN).rows) == 80
    with pytest.raises(NotFound):
        find_run(workspace, "Mine")
    assert rename_run(workspace, run, "größer!").name == "größer!"
    assert rename_run(workspace, run, "Mine") == run


@pytest.mark.parametrize("name", ["Other", "other!", "moved", "Was here"])
def test_no_two_runs_come_to_have_one_name(
    workspace: Workspace, dataset: Dataset, name: str
) -> None:
    run = create_run(workspace, dataset, TrainConfig(), name="Mine")
    create_run(workspace, dataset, TrainConfig(), name="Other")
    other = create_run(workspace, dataset, TrainConfig(), name="Was here")
    rename_run(workspace, other, "Moved")

    for take in (
        lambda: rename_run(workspace, run, name),
        lambda: create_run(workspace, dataset, TrainConfig(), name=name),
    ):
        with pytest.raises(AlreadyExists) as refusal:
            take()
        assert_one_sentence(refusal.value)

    assert sorted(run.name for run in list_runs(workspace)) == ["Mine", "Moved", "Other"]


def test_a_name_made_for_a_run_is_not_one_that_a_run_was_given_later(
    workspace: Workspace, dataset: Dataset
) -> None:
    run = create_run(workspace, dataset, TrainConfig())
    rename_run(workspace, run, "toy-2")

    assert create_run(workspace, dataset, TrainConfig()).name == "toy-3"


def test_a_run_that_was_deleted_is_not_renamed(workspace: Workspace, dataset: Dataset) -> None:
    run = create_run(workspace, dataset, TrainConfig(), name="Mine")
    workspace.run(run.id).folder.rename(workspace.root / "gone")

    with pytest.raises(NotFound):
        rename_run(workspace, run, "Other")

    assert list(workspace.runs.iterdir()) == []
