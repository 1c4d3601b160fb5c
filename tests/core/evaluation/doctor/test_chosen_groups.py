import pytest

from core.data.dataset import Dataset, delete_dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan, SplitRule
from core.evaluation.doctor.chosen_groups import chosen_groups
from core.runs.config import TrainConfig
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests.core.data.splits.columned_rows import make_columned_rows


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    authors = [f"a{place // 5}" for place in range(200)]
    return make_columned_rows(workspace, ["0", "1"] * 100, {"x": ["x"] * 200, "author": authors})


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return create_run(workspace, dataset, TrainConfig(), name="by-chance")


def save_whole(workspace: Workspace, dataset: Dataset) -> None:
    plan = SplitPlan(rule=SplitRule.GROUP, column="author")
    save_split(workspace, dataset, "whole", plan)


def test_a_run_by_chance_shares_the_groups_that_were_chosen(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    assert chosen_groups(workspace, run) is None
    save_split(workspace, dataset, "other", SplitPlan())
    assert chosen_groups(workspace, run) is None
    save_whole(workspace, dataset)

    found = chosen_groups(workspace, run)

    assert found is not None
    assert (found.column, found.sizes) == ("author", {"validation": 20, "test": 20})
    assert min(found.rows.values()) >= 15


def test_a_run_of_whole_groups_shares_none(workspace: Workspace, dataset: Dataset) -> None:
    save_whole(workspace, dataset)
    run = create_run(workspace, dataset, TrainConfig(split="whole"), name="whole")

    found = chosen_groups(workspace, run)

    assert found is not None
    assert found.rows == {"validation": 0, "test": 0}


def test_of_a_deleted_data_set_nothing_is_said(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    save_whole(workspace, dataset)
    delete_dataset(workspace, dataset)

    assert chosen_groups(workspace, run) is None
