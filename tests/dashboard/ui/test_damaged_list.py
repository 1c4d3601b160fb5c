from pathlib import Path

import pytest

from core.data.dataset import list_datasets
from core.maintenance.damage import unreadable
from core.runs.run import list_runs
from core.workspace import Workspace
from dashboard.ui.damaged_list import damaged_list
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import press
from tests.made_runs import make_run


@pytest.fixture
def harmed(workspace: Workspace) -> Workspace:
    """A sound data set and run, and beside them a damaged run, data set and task."""
    make_run(workspace, toy.import_rows(workspace, toy.make_rows(40)), "sound", points=2)
    for folder, name in (
        (workspace.runs / "_harmed_", "job.json"),
        (workspace.datasets / "cut", "dataset.json"),
        (workspace.tasks / "map-1", "job.json"),
    ):
        folder.mkdir(parents=True)
        (folder / name).write_text("null", "utf-8")
    return workspace


def test_where_nothing_is_damaged_nothing_is_shown(draw: Draw, workspace: Workspace) -> None:
    toy.import_rows(workspace, toy.make_rows(8))

    app = draw(damaged_list)

    assert not [*app.error, *app.button, *app.markdown]


def test_each_damaged_record_is_a_line_that_says_what_it_was(draw: Draw, harmed: Workspace) -> None:
    app = draw(damaged_list)

    lines = [unescaped(each.value) for each in app.error]
    for said, name in zip(lines, ("cut", "_harmed_", "map-1"), strict=True):
        assert said.startswith("Expected")
        assert name in said
    assert [button.label for button in app.button] == ["Delete for good"] * 3


def test_what_is_deleted_goes_with_its_folder_and_all_else_stays(
    draw: Draw, harmed: Workspace
) -> None:
    app = draw(damaged_list)

    app.button(key="damaged_runs__harmed_").click().run()

    assert not app.exception
    assert not (harmed.runs / "_harmed_").exists()
    assert [len(list_datasets(harmed)), len(list_runs(harmed))] == [1, 1]
    assert len(app.error) == 2
    assert app.session_state["notice"] == "Deleted _harmed_."


def test_one_that_somebody_else_has_deleted_meanwhile_is_gone_too(
    draw: Draw, harmed: Workspace
) -> None:
    app = draw(damaged_list)
    folder = harmed.datasets / "cut"
    folder.rename(harmed.root / "elsewhere")

    app.button(key="damaged_datasets_cut").click().run()

    assert not app.exception
    assert len(app.error) == 2


def damage(root: Path, count: int) -> None:
    for number in range(count):
        (root / f"r{number}").mkdir(parents=True)


@pytest.mark.parametrize(("count", "said"), [(10, None), (13, "3 more records are missing or")])
def test_of_many_damaged_records_the_first_are_said_one_by_one(
    draw: Draw, workspace: Workspace, count: int, said: str | None
) -> None:
    damage(workspace.runs, count)

    app = draw(damaged_list)

    sentences = [unescaped(each.value) for each in app.error]
    assert len(sentences) == (10 if said is None else 11)
    assert "the record of run r0" in sentences[0]
    assert said is None or sentences[-1].startswith(said)
    press(app, "Delete for good")
    assert len(unreadable(workspace)) == count - 1
