import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import TEST, SplitPlan
from core.errors import NotFound
from core.evaluation.baselines.comparison import compared_models, runs_left_out
from core.evaluation.baselines.shared_rows import (
    MOST_RUNS,
    rows_key,
    runs_on_content,
    runs_on_rows,
)
from core.maintenance.deletion import delete_run
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run
from tests.made_runs import copy_run, make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    found = toy.import_rows(workspace, toy.make_rows(120))
    save_split(workspace, found, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return found


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return answered_run(workspace, dataset, "Mine", split="fixed")


def test_runs_on_the_same_rows_are_found_oldest_first(
    workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    same = answered_run(workspace, dataset, "Same", split="fixed", seed=2)
    answered_run(workspace, dataset, "Other rows", seed=2)
    make_run(workspace, dataset, "Unmeasured", points=0)

    for each in (run, same):
        found = runs_on_rows(workspace, each, rows_key(workspace, each))
        assert [other.name for other in found] == ["Mine", "Same"]
    assert len(runs_on_content(workspace, run)) == 4
    assert runs_left_out(workspace, run, TEST) == []


def test_of_many_runs_the_newest_are_compared_with_the_run_itself_which_is_said(
    workspace: Workspace, run: Run
) -> None:
    copies = copy_run(workspace, run, MOST_RUNS + 3)

    found = runs_on_rows(workspace, run, rows_key(workspace, run))

    assert [each.id for each in found] == [run.id, *(each.id for each in copies[3:])]
    models = compared_models(workspace, run, TEST)
    assert [model.name for model in models] == [each.name for each in found]
    assert runs_left_out(workspace, run, TEST) == [
        "Of the 24 runs on this data set only the newest are looked at, and at most 20 on these"
        " very rows are compared."
    ]


def test_the_rows_of_a_run_that_is_gone_have_no_name(workspace: Workspace, run: Run) -> None:
    before = rows_key(workspace, run)
    assert before == rows_key(workspace, run)

    delete_run(workspace, run)

    with pytest.raises(NotFound, match="'Mine', which is gone"):
        rows_key(workspace, run)
