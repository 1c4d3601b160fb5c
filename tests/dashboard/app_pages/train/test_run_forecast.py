import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.jobs.tasks import list_tasks
from core.runs.config import TrainConfig
from core.workspace import Workspace
from dashboard.app_pages.train.run_forecast import run_forecast
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import buttons, said, sentences


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(2_000))


def told(app: AppTest) -> str:
    (sentence,) = [each for each in sentences(app) if each.startswith("Takes about")]
    return sentence


def test_the_time_is_told_with_its_error_and_nothing_starts_by_itself(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(run_forecast, dataset, TrainConfig())

    assert re.fullmatch(r"Takes about .+ \(.+ to .+\)", told(app))
    assert buttons(app) == []
    assert list_tasks(workspace) == []


def test_more_epochs_take_longer(draw: Draw, dataset: Dataset) -> None:
    def minutes(epochs: int) -> float:
        app = draw(run_forecast, dataset, replace(TrainConfig(), epochs=epochs))
        words = told(app).split()
        number, unit = float(words[2]), words[3]
        return number * {"s": 1 / 60, "min": 1, "h": 60}[unit]

    # The page rounds, and what else the processor does may change in between: by less than this.
    assert minutes(80) > 2 * minutes(2) > 0


def test_an_encoder_that_is_not_here_is_one_sentence(draw: Draw, dataset: Dataset) -> None:
    config = replace(TrainConfig(), encoder="/nowhere/at-all")

    app = draw(run_forecast, dataset, config)

    assert ["at-all" in unescaped(each.value) for each in app.error] == [True]
    assert not said(app, "Takes about")
