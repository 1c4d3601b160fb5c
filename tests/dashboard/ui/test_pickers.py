import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.maintenance.deletion import delete_run
from core.runs.run import Run, list_runs
from core.workspace import Workspace
from dashboard.ui.pickers import dataset_picker, other_runs_picker, run_picker, split_picker
from tests import toy
from tests.dashboard.conftest import Draw
from tests.made_runs import make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60), name="first")


@pytest.fixture
def runs(workspace: Workspace, dataset: Dataset) -> list[Run]:
    """Newest first: c, b, a."""
    for name in ("a", "b", "*c*"):
        make_run(workspace, dataset, name, points=0)
    return list_runs(workspace)


def test_the_newest_data_set_is_shown_and_another_forgets_the_search(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    second = toy.import_rows(workspace, toy.make_rows(30), name="*second*")
    app = draw(dataset_picker, "k", session={"row_filter": RowFilter(text="cat")})
    assert app.session_state["drawn"] == second
    assert app.selectbox[0].options == ["first", "*second*"]

    app.selectbox[0].set_value(dataset.id).run()

    assert app.session_state["drawn"] == dataset
    assert app.session_state["row_filter"] == RowFilter()


def test_a_choice_made_elsewhere_shows_in_the_box(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    toy.import_rows(workspace, toy.make_rows(30), name="second")
    app = draw(dataset_picker, "k")

    app.session_state["chosen_dataset"] = dataset.id
    app.run()

    assert app.selectbox[0].value == dataset.id
    assert app.session_state["drawn"] == dataset


def test_without_runs_there_is_no_box(draw: Draw) -> None:
    app = draw(run_picker, [], "k")

    assert (app.session_state["drawn"], len(app.selectbox)) == (None, 0)


def test_a_run_is_chosen_for_all_pages(draw: Draw, runs: list[Run]) -> None:
    app = draw(run_picker, runs, "k", "Run that answers")
    assert app.session_state["drawn"] == runs[0]
    assert app.selectbox[0].label == "Run that answers"
    assert app.selectbox[0].options == ["*c*", "b", "a"]

    app.selectbox[0].set_value(runs[2].id).run()

    assert app.session_state["drawn"] == runs[2]
    assert app.session_state["chosen_run"] == runs[2].id


def test_a_run_that_is_deleted_leaves_its_place_to_the_newest(
    draw: Draw, workspace: Workspace, runs: list[Run]
) -> None:
    app = draw(lambda: run_picker(list_runs(workspace), "k"))
    app.selectbox[0].set_value(runs[1].id).run()

    delete_run(workspace, runs[1])
    app.run()

    assert not app.exception
    assert app.session_state["drawn"] == runs[0]


@pytest.mark.parametrize("count", [0, 1])
def test_without_another_run_there_is_nothing_to_compare_with(
    draw: Draw, runs: list[Run], count: int
) -> None:
    some = runs[:count]

    app = draw(other_runs_picker, some, some[0] if some else None, "others")

    assert (app.session_state["drawn"], len(app.multiselect)) == ([], 0)


def test_other_runs_come_back_in_the_order_of_the_list(draw: Draw, runs: list[Run]) -> None:
    app = draw(other_runs_picker, runs, runs[0], "others")
    assert app.multiselect[0].options == ["b", "a"]

    app.multiselect[0].set_value([runs[2].id, runs[1].id]).run()

    assert app.session_state["drawn"] == [runs[1], runs[2]]


def test_the_run_that_is_shown_and_one_that_is_gone_are_not_compared(
    draw: Draw, runs: list[Run]
) -> None:
    kept = {"kept_others": [runs[0].id, runs[1].id, "gone"]}

    app = draw(other_runs_picker, runs, runs[0], "others", session=kept)

    assert app.session_state["drawn"] == [runs[1]]
    assert app.multiselect[0].value == [runs[1].id]


def test_saved_splits_are_offered_after_none(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    for name in ("80-10-10", "*mine*"):
        save_split(workspace, dataset, name, SplitPlan(0.6, 0.5, 1.0, seed=1))

    app = draw(split_picker, dataset, "k", first="As sized below")
    assert app.session_state["drawn"] == ""
    assert app.selectbox[0].options[0] == "As sized below"
    assert set(app.selectbox[0].options[1:]) == {"80-10-10", "*mine*"}

    app.selectbox[0].set_value("*mine*").run()
    assert app.session_state["drawn"] == "*mine*"
