from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.jobs.status import JobState
from core.runs.config import TrainConfig
from core.workspace import Workspace
from dashboard.app_pages.runs.run_comparison import run_comparison
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, sent, table
from tests.made_runs import held, make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(200))


def test_test_rows_can_be_compared_too(draw: Draw, workspace: Workspace, dataset: Dataset) -> None:
    runs = [make_run(workspace, dataset, name, points=3, skill=s) for name, s in
            (("a", 0.5), ("b", 0.6))]  # fmt: skip
    app = draw(run_comparison, runs)
    assert table(app, "a").loc["PR-AUC"].tolist() == ["0.5000 · -0.1000", "0.6000 · best"]
    assert said(app, "With the weights each run kept")
    assert said(app, "None: these runs have the same settings.")

    field(app.segmented_control, "Measured on").set_value("Test").run()

    assert table(app, "a").loc["PR-AUC"].tolist() == ["0.4960 · -0.1000", "0.5960 · best"]


def test_runs_that_were_not_measured_there_say_so(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    config = replace(TrainConfig(), test_size=0)
    runs = [make_run(workspace, dataset, name, points=3, config=config) for name in ("a", "b")]

    app = draw(run_comparison, runs)
    field(app.segmented_control, "Measured on").set_value("Test").run()

    assert said(app, "None of these runs has been measured there.")


@pytest.mark.parametrize(
    ("change", "row", "values"),
    [
        ({"epochs": 3}, "Epochs", ["2", "3"]),
        ({"freeze_embeddings": True}, "Freeze embeddings", ["no", "yes"]),
        ({"encoder": "*odd*"}, "Encoder", ["minilm", "*odd*"]),
    ],
)
def test_only_settings_that_differ_are_listed(
    draw: Draw, workspace: Workspace, dataset: Dataset, change: dict, row: str, values: list[str]
) -> None:
    first = make_run(workspace, dataset, "a", points=3)
    second = make_run(workspace, dataset, "b", points=3, config=replace(TrainConfig(), **change))

    settings = [each.value for each in draw(run_comparison, [first, second]).dataframe][-1]

    assert settings.index.tolist() == [row]
    assert settings.loc[row].tolist() == values


def test_curves_of_all_are_drawn_and_grow_while_one_is_at_work(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    done = make_run(workspace, dataset, "done", points=5)
    busy = make_run(workspace, dataset, "busy", points=5, state=JobState.RUNNING)
    with held(workspace.run(busy.id)):
        app = draw(run_comparison, [done, busy])

    assert {curve["entry"] for curve in sent(app)[0]["curves"]} == {"done", "busy"}
    assert table(app, "busy")["busy"].tolist()[0] == "–"
