import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.runs.config import PRESETS, preset
from core.runs.run import list_runs
from core.workspace import Workspace
from dashboard.app_pages.train.train_form import train_form
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import button, field, said
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(400))


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_is_a_run_as_it_is(draw: Draw, dataset: Dataset, name: str) -> None:
    app = draw(train_form, dataset)
    field(app.segmented_control, "Preset").set_value(name).run()

    assert app.session_state["drawn"] == preset(name, 400)
    assert not button(app, "Start training").disabled


@pytest.mark.parametrize(
    ("label", "value", "name"),
    [
        ("Epochs", 3, "epochs"),
        ("Learning rate", 1e-3, "learning_rate"),
        ("Batch size", 8, "batch_size"),
        ("Max tokens", 64, "max_seq_length"),
        ("Seed", 9, "seed"),
    ],
)
def test_a_changed_box_is_in_the_settings(
    draw: Draw, dataset: Dataset, label: str, value: float, name: str
) -> None:
    app = draw(train_form, dataset)
    field(app.number_input, label).set_value(value).run()

    assert getattr(app.session_state["drawn"], name) == value


def test_each_preset_keeps_what_was_changed_in_it(draw: Draw, dataset: Dataset) -> None:
    app = draw(train_form, dataset)
    field(app.number_input, "Epochs").set_value(9).run()
    field(app.segmented_control, "Preset").set_value("tutorial").run()
    assert app.session_state["drawn"].epochs == 5


@pytest.mark.parametrize(
    ("changes", "said_"),
    [
        ({}, "320 rows to train on, 40 to validate, 40 to test."),
        ({"Train %": 50.0}, "200 rows to train on, 100 to validate, 100 to test."),
        ({"Test %": 0.0}, "320 rows to train on, 40 to validate, 0 to test."),
    ],
)
def test_rows_of_each_part_are_counted(
    draw: Draw, dataset: Dataset, changes: dict[str, float], said_: str
) -> None:
    app = draw(train_form, dataset)
    for label, value in changes.items():
        field(app.number_input, label).set_value(value)
    app.run()

    assert said(app, said_)


def test_a_saved_split_takes_the_place_of_sizes(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "mine", SplitPlan(0.5, 0.2, 1.0, seed=1))
    app = draw(train_form, dataset)
    assert field(app.selectbox, "Split").options == ["As sized below", "mine"]

    field(app.selectbox, "Split").set_value("mine").run()

    assert app.session_state["drawn"].split == "mine"
    assert said(app, "200 rows to train on, 40 to validate, 160 to test.")
    assert "Train %" not in [box.label for box in app.number_input]


def test_a_setting_that_no_run_takes_is_one_sentence_and_costs_no_other(
    draw: Draw, dataset: Dataset
) -> None:
    app = draw(train_form, dataset)
    field(app.number_input, "Epochs").set_value(9)
    field(app.number_input, "Learning rate").set_value(0.0)
    app.run()

    assert [unescaped(each.value)[:8] for each in app.error] == ["Expected"]
    assert app.session_state["drawn"] is None
    assert button(app, "Start training").disabled
    assert field(app.number_input, "Epochs").value == 9


def test_the_next_name_is_proposed_and_the_box_is_empty_after_a_start(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(train_form, dataset)
    first = field(app.text_input, "Name of the run")
    first.set_value("typed").run()
    proposed = first.placeholder

    make_run(workspace, dataset, proposed, points=0)
    app.run()

    box = field(app.text_input, "Name of the run")
    assert box.value == ""
    assert box.placeholder != proposed
    assert len(list_runs(workspace)) == 1


def test_a_name_that_is_taken_starts_nothing(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "taken", points=0)
    app = draw(train_form, dataset)
    field(app.text_input, "Name of the run").set_value("taken").run()

    button(app, "Start training").click().run()

    assert not app.exception
    assert "choose another name" in unescaped(app.error[0].value)
    assert len(list_runs(workspace)) == 1
