from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.runs.config import TrainConfig
from core.runs.notes import MAX_NOTE_CHARS, read_notes
from core.runs.run import Run, find_run
from core.workspace import Workspace
from dashboard.app_pages.runs.run_details import labels_line, run_details
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, press, said
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(100))


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return make_run(workspace, dataset, "my run", points=3)


@pytest.mark.parametrize(
    ("source", "people", "line"),
    [
        (LabelSource.ORIGINAL, 0, "The file's; version v1"),
        (
            LabelSource.CORRECTED,
            1_234,
            "The file's, corrections on top, 1,234 by people; version v1",
        ),
        (LabelSource.HUMAN, 60, "Only those given on Label, 60 by people; version v1"),
    ],
)
def test_which_labels_it_learned_from_is_one_line(
    run: Run, source: LabelSource, people: int, line: str
) -> None:
    config = replace(TrainConfig(), labels=source.value)
    known = replace(run, config=config, labels_version="v1", labels_by_people=people)

    assert labels_line(known) == line


def test_labels_are_told_only_where_they_are_known(draw: Draw, run: Run) -> None:
    assert said(draw(run_details, replace(run, labels_version="v*2*")), "version v*2*")
    assert not said(draw(run_details, replace(run, labels_version="")), "version")


def test_notes_that_are_emptied_are_gone(draw: Draw, workspace: Workspace, run: Run) -> None:
    app = draw(run_details, run)
    app.text_area[0].set_value("more *dropout*").run()
    assert read_notes(workspace, run) == "more *dropout*"
    assert app.text_area[0].proto.max_chars == MAX_NOTE_CHARS

    app.text_area[0].set_value("").run()

    assert not app.exception
    assert read_notes(workspace, run) == ""


def test_event_files_are_named_in_a_command_that_a_shell_takes(
    draw: Draw, workspace: Workspace, run: Run
) -> None:
    app = draw(run_details, run)
    assert said(app, "No event files yet: they come with the first steps.")

    workspace.run(run.id).events.mkdir()
    assert draw(run_details, run).code[0].value.startswith("tensorboard --logdir /")


def test_a_name_that_is_taken_is_refused_in_a_sentence(
    draw: Draw, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    make_run(workspace, dataset, "taken", points=3)
    app = draw(run_details, run)

    field(app.text_input, "New name").set_value("taken")
    press(app, "Rename")

    assert "choose another name" in app.session_state["notice"]
    assert find_run(workspace, run.id).name == "my run"


def test_keep_leaves_the_run_where_it_is(draw: Draw, workspace: Workspace, run: Run) -> None:
    app = draw(run_details, run)
    press(app, "Delete")
    assert said(app, "Deleting 'my run' loses its curves")

    press(app, "Keep")

    assert find_run(workspace, run.id) == run
