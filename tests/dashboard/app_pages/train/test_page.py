import re
from pathlib import Path

from core.data.dataset import Dataset, list_datasets
from core.data.importing.importer import import_file
from core.jobs.launcher import wait_for_end
from core.jobs.process import kill, recorded_process
from core.jobs.status import JobState
from core.runs.run import list_runs
from core.workspace import Workspace
from tests.dashboard.conftest import OpenPage, unescaped


def number(app, label: str):
    return next(box for box in app.number_input if box.label == label)


def test_the_tutorial_preset_has_the_tutorials_settings(open_page: OpenPage) -> None:
    app = open_page("train")
    assert [box.value for box in app.metric if box.label == "Parameters"] == ["22,713,601"]

    app.get_by_key("kept_train_preset").set_value("tutorial").run()
    assert not app.exception
    # Of another model, which is being looked into.
    assert not any(box.label == "Parameters" for box in app.metric)
    assert {box.label: box.value for box in app.number_input} == {
        "Epochs": 5,
        "Learning rate": 2e-5,
        "Batch size": 32,
        "Max tokens": 128,
        "Train %": 5.0,
        "Validate %": 0.5,
        "Test %": 0.0,
        "Dropout before the last layer": 0.5,
        "Weight decay": 0.0,
        "Warm-up (share of steps)": 0.0,
        "Learning rate, layer by layer": 1.0,
        "Averaging of weights": 0.0,
        "Batches an update": 1,
        "Label smoothing": 0.0,
        "Frozen layers": 0,
        "Validations an epoch": 1,
        "Stop early after": 0,
        "Seed": 42,
        "Checkpoint every (s)": 60,
    }
    assert any("1,000 rows to train on, 95 to validate" in c.value for c in app.caption)


def test_help_for_rare_classes_is_off_and_explained(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    app = open_page("train", over=toy_workspace)
    box = next(b for b in app.selectbox if b.label == "Help for rare classes")
    assert box.value == "none"
    assert all(word in box.help for word in ("Class weights", "Focal loss", "Oversampling"))

    box.set_value("focal").run()
    assert number(app, "Focus (gamma)").value == 2.0


def test_how_long_a_run_takes_is_said_before_it_starts(
    open_page: OpenPage, toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    app = open_page("train", over=toy_workspace)

    def said() -> str:
        return next(unescaped(c.value) for c in app.caption if c.value.startswith("Takes about"))

    assert re.fullmatch(r"Takes about [\w ]+ \([\w ]+ to [\w ]+\)", said())
    assert any(text.value.startswith("From a table of") for text in app.markdown)
    before = said()
    number(app, "Epochs").set_value(20).run()
    assert said() != before


def test_a_training_starts_from_the_page_and_stops_from_it(
    open_page: OpenPage, workspace: Workspace
) -> None:
    app = open_page("train")
    app.get_by_key("train_start").click().run()
    assert not app.exception
    run = list_runs(workspace)[0]
    paths = workspace.run(run.id)
    try:
        stop = app.get_by_key(f"stop_{run.id}")
        stop.click().run()
        assert not app.exception
        assert wait_for_end(paths, timeout_s=90).state is JobState.STOPPED
        app.run()
        assert any("Stopped" in text.value for text in app.markdown)
    finally:
        kill(recorded_process(paths))


def test_a_second_training_with_the_same_name_is_refused_in_one_sentence(
    open_page: OpenPage, toy_workspace, toy_run
) -> None:
    app = open_page("train", over=toy_workspace)
    name = next(box for box in app.text_input if box.label == "Name of the run")
    name.set_value(toy_run.name).run()
    app.get_by_key("train_start").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert "choose another name" in app.error[0].value
    assert len(list_runs(toy_workspace)) == 1


def test_a_finished_run_shows_what_it_reached(open_page: OpenPage, toy_workspace, toy_run) -> None:
    app = open_page("train", over=toy_workspace)
    assert not app.exception
    table = next(f.value for f in app.dataframe if "Validation" in f.value.columns)
    assert {"F1", "PR-AUC", "Accuracy", "Accuracy, always the majority"} <= set(table.index)
    assert any("Finished" in text.value for text in app.markdown)


def test_one_class_only_says_that_there_is_nothing_to_learn(
    open_page: OpenPage, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "same.csv"
    path.write_text("text,label\na b,1\nc d,1\ne f,1\n", "utf-8")
    import_file(workspace, path)
    app = open_page("train")
    assert not app.exception
    assert any("Nothing to learn from" in text.value for text in app.markdown)
    assert len(list_datasets(workspace)) == 1
