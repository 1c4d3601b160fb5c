import os
from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.jobs.status import JobState
from core.runs.config import TrainConfig, preset
from core.runs.notes import read_notes, write_notes
from core.runs.run import find_run, list_runs
from core.workspace import Workspace
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.made_runs import held, make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = [
        (text, str(int(place % 16 == 0))) for place, (text, _) in enumerate(toy.make_rows(9600))
    ]
    return toy.import_rows(workspace, rows)


def texts(app) -> list[str]:
    return [unescaped(each.value) for each in [*app.markdown, *app.caption]]


def said(app, words: str) -> bool:
    return any(words in text for text in texts(app))


def table(app, column: str):
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def choose(open_page: OpenPage, *ids: str):
    """The page with these runs ticked."""
    app = open_page()
    app.session_state["chosen_runs"] = list(ids)
    app.switch_page("app_pages/runs/page.py").run()
    assert not app.exception
    return app


def test_without_runs_the_page_says_how_to_get_one(open_page: OpenPage) -> None:
    app = open_page("runs")
    assert not app.exception
    assert said(app, "No runs yet")
    assert [button.label for button in app.button] == ["Go to Train"]


def test_every_state_is_listed_and_the_newest_run_shown(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "good one")
    make_run(workspace, dataset, "bad one", points=3, state=JobState.FAILED, message="No room.")
    make_run(workspace, dataset, "gone one", points=0, state=JobState.DIED, message="Killed.")
    app = open_page("runs")
    assert not app.exception
    shown = table(app, "Majority")
    assert shown["Run"].tolist() == ["gone one", "bad one", "good one"]
    assert shown["State"].tolist() == ["died", "failed", "finished"]
    assert shown["PR-AUC"].tolist()[2] == 0.6
    assert shown["Majority"].tolist() == [0.9375] * 3
    assert said(app, "Killed.")
    assert said(app, "Curves appear with the first steps.")
    assert any(button.label == "Resume" for button in app.button)


def test_a_healthy_run_is_called_so(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "good one")
    app = choose(open_page, run.id)
    assert said(app, "Nothing to worry about.")
    assert {metric.label: metric.value for metric in app.metric}["Trained for"] == "2 min"
    assert table(app, "Validation").loc["PR-AUC", "Validation"] == 0.6


def test_a_run_without_a_test_part_has_no_column_for_it(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "all rows", config=preset("best"))
    app = choose(open_page, run.id)
    assert table(app, "Validation").columns.tolist() == ["Validation"]


def test_the_doctor_speaks_as_plain_text(open_page: OpenPage, workspace: Workspace) -> None:
    rows = [
        (f"{'*big*' if n % 16 else '$x$'} {n}", "**a**" if n % 16 else "`b`") for n in range(800)
    ]
    run = make_run(workspace, toy.import_rows(workspace, rows), "few positives")
    app = choose(open_page, run.id)
    assert said(app, "Only 5 validation rows are '`b`'")
    assert not any("**a**" in text.value for text in app.markdown)


def test_runs_side_by_side_show_the_best_and_what_differs(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    a = make_run(workspace, dataset, "a", skill=0.6)
    b = make_run(workspace, dataset, "b", skill=0.65, config=replace(TrainConfig(), epochs=3))
    c = make_run(workspace, dataset, "c", points=5, state=JobState.DIED)
    app = choose(open_page, a.id, b.id, c.id)
    metrics = table(app, "a")
    assert metrics.loc["PR-AUC"].to_dict() == {
        "c": "–",
        "b": "0.6500 · best",
        "a": "0.6000 · -0.0500",
    }
    settings = [frame.value for frame in app.dataframe][-1]
    assert settings.to_dict("index") == {"Epochs": {"c": "2", "b": "3", "a": "2"}}


def test_runs_on_other_rows_are_not_said_to_be_comparable(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    a = make_run(workspace, dataset, "a")
    b = make_run(workspace, dataset, "b", config=replace(TrainConfig(), seed=7))
    app = choose(open_page, a.id, b.id)
    assert said(app, "Measured on different rows")


def test_many_classes_show_the_mean_f1_and_no_area(
    open_page: OpenPage, workspace: Workspace
) -> None:
    rows = [(f"text {n} about {n % 77}", f"class {n % 77}") for n in range(77 * 20)]
    run = make_run(workspace, toy.import_rows(workspace, rows), "seventy-seven")
    app = choose(open_page, run.id)
    assert said(app, "On toy, 77 classes")
    pills = next(group for group in app.button_group if "Loss" in group.options)
    assert "PR-AUC" not in pills.options
    assert pills.value == ["Loss", "F1"]


def test_notes_are_kept_and_a_change_from_elsewhere_is_seen(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "noted")
    app = choose(open_page, run.id)
    app.text_area[0].set_value("Tried *more* dropout").run()
    assert read_notes(workspace, run) == "Tried *more* dropout"
    write_notes(workspace, run, "From the command line")
    app.run()
    assert app.text_area[0].value == "From the command line"
    assert table(app, "Majority")["Notes"].tolist() == ["From the command line"]


def test_a_run_is_renamed_from_the_page(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "taken")
    run = make_run(workspace, dataset, "first name")
    app = choose(open_page, run.id)
    box = next(b for b in app.text_input if b.label == "New name")
    box.set_value("second name")
    next(b for b in app.button if b.label == "Rename").click().run()
    assert find_run(workspace, run.id).name == "second name"
    next(b for b in app.text_input if b.label == "New name").set_value("taken")
    next(b for b in app.button if b.label == "Rename").click().run()
    assert not app.exception
    assert find_run(workspace, run.id).name == "second name"


def test_deleting_asks_says_what_is_lost_and_takes_only_that_run(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    other = make_run(workspace, dataset, "other")
    run = make_run(workspace, dataset, "unloved")
    app = choose(open_page, run.id)
    app.get_by_key(f"delete_{run.id}").click().run()
    assert said(
        app, "Deleting 'unloved' loses its curves and its settings and its copy of the rows"
    )
    assert said(app, "This cannot be undone.")
    assert len(list_runs(workspace)) == 2
    app.get_by_key("delete_sure").click().run()
    assert not app.exception
    assert list_runs(workspace) == [other]


def test_a_run_at_work_is_not_offered_for_deletion(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "at work", state=JobState.RUNNING)
    with held(workspace.run(run.id)):
        app = choose(open_page, run.id)
        assert any(button.label == "Stop" for button in app.button)
        app.get_by_key(f"delete_{run.id}").click().run()
        assert said(app, "stop it first")
        assert all(button.key != "delete_sure" for button in app.button)


def test_a_run_that_was_deleted_elsewhere_leaves_the_page_whole(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "short-lived")
    app = choose(open_page, run.id)
    os.rename(workspace.run(run.id).folder, workspace.root / "elsewhere")
    app.run()
    assert not app.exception
    assert said(app, "No runs yet")


def test_the_command_for_tensorboard_names_the_event_files(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    run = make_run(workspace, dataset, "with events")
    workspace.run(run.id).events.mkdir()
    app = choose(open_page, run.id)
    assert app.code[0].value == f"tensorboard --logdir {workspace.run(run.id).events}"


def test_a_run_that_cannot_be_resumed_says_why(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    config = replace(TrainConfig(), encoder="/nowhere/at-all")
    run = make_run(workspace, dataset, "homeless", state=JobState.DIED, config=config)
    app = choose(open_page, run.id)
    app.get_by_key(f"resume_{run.id}").click().run()
    assert not app.exception
    assert "at-all" in unescaped(app.toast[0].value)


def test_other_runs_are_laid_over_a_runs_curves(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset
) -> None:
    other = make_run(workspace, dataset, "other")
    run = make_run(workspace, dataset, "shown")
    app = open_page("train")
    box = next(b for b in app.multiselect if b.label == "Compare with")
    assert box.options == ["other"]
    box.set_value([other.id]).run()
    assert not app.exception
    assert said(app, "Solid lines are training, dotted ones validation.")
    # The other becomes the one that is shown: it is not compared with itself.
    app.session_state["chosen_run"] = other.id
    app.run()
    assert not app.exception
    box = next(b for b in app.multiselect if b.label == "Compare with")
    assert (box.options, box.value) == ([run.name], [])
