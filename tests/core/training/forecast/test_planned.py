import pytest

from core.data.dataset import Dataset
from core.encoders.encoders import find_encoder
from core.errors import NotFound
from core.runs.config import TrainConfig
from core.training.forecast.forecast import forecast
from core.training.forecast.past_runs import past_runs
from core.training.forecast.planned import planned_forecast, planned_texts, planned_work
from core.training.forecast.rates import find_device
from core.workspace import Workspace
from tests.conftest import ToyTraining


def test_texts_are_as_long_as_the_data_sets_and_parts_as_large_as_the_plans(
    toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    config = TrainConfig(train_size=200, validation_size=100, test_size=50)

    lengths, sizes = planned_texts(toy_workspace, toy_dataset, config)

    # Texts of 4 to 15 words, 1.25 tokens each, and two at the ends.
    assert lengths == sorted(lengths)
    assert lengths[0] >= 6
    assert lengths[-1] <= 21
    assert (sizes.train, sizes.validation, sizes.test) == (200, 100, 50)


def test_rows_that_are_drawn_again_count_again(
    toy_workspace: Workspace, toy_dataset: Dataset
) -> None:
    config = TrainConfig(train_size=200, imbalance="oversampling")

    _, sizes = planned_texts(toy_workspace, toy_dataset, config)

    assert sizes.train == 300  # 3 of 4 rows are of one class.


def test_a_split_that_is_gone_is_said_to_be(toy_workspace: Workspace, toy_dataset: Dataset) -> None:
    with pytest.raises(NotFound):
        planned_texts(toy_workspace, toy_dataset, TrainConfig(split="no such split"))


def test_what_was_planned_is_what_the_run_had_to_do(
    toy_training: ToyTraining, toy_dataset: Dataset
) -> None:
    workspace, run = toy_training.workspace, toy_training.run
    shape = find_encoder(run.config.encoder, workspace).shape

    planned = planned_work(workspace, toy_dataset, run.config, shape)

    (past,) = past_runs(workspace, find_device("auto"))
    assert (planned.steps, planned.measured) == (past.work.steps, past.work.measured)
    assert planned.multiply_adds == pytest.approx(past.work.multiply_adds, rel=0.3)


def test_the_same_run_again_is_foretold_by_the_first(
    toy_training: ToyTraining, toy_dataset
) -> None:
    workspace, run = toy_training.workspace, toy_training.run
    shape = find_encoder(run.config.encoder, workspace).shape

    found = planned_forecast(workspace, toy_dataset, run.config, shape)

    device = find_device("auto")
    (past,) = past_runs(workspace, device)
    assert found.past == 1
    # Beside as many other programs it would take as long again.
    again = forecast(past.work, device, [past], crowding=past.crowding)
    assert again.seconds - again.start_s == pytest.approx(past.seconds, rel=1e-6)
    assert found.ratio == pytest.approx(again.ratio)
