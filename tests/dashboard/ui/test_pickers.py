from dataclasses import replace

import pytest

from core.data.dataset import Dataset, delete_dataset
from core.data.filters.row_filter import RowFilter
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.maintenance.deletion import delete_run
from core.runs.run import Run, list_runs
from core.workspace import Workspace
from dashboard.reads import MOST_LISTED
from dashboard.ui.pickers import (
    dataset_picker,
    other_runs_picker,
    run_names,
    run_picker,
    split_picker,
)
from tests import toy
from tests.dashboard.conftest import Draw, unescaped
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
    assert app.selectbox[0].options == ["first · 60 rows", "*second* · 30 rows"]

    app.selectbox[0].set_value(dataset.id).run()

    assert app.session_state["drawn"] == dataset
    assert app.session_state["row_filter"] == RowFilter()


def test_two_of_one_name_are_told_apart_and_each_is_opened(
    draw: Draw, workspace: Workspace
) -> None:
    """As workspaces have them from before names were unique."""
    made = [toy.import_rows(workspace, toy.make_rows(20, seed=n), name=f"n{n}") for n in range(3)]
    for each, at in zip(made, ("10:20", "10:21", "10:21"), strict=True):
        old = replace(each, name="surge", created=f"2026-01-02T{at}:00.000000+00:00")
        workspace.dataset(each.id).description.write_text(old.to_json(), "utf-8")
    app = draw(dataset_picker, "k")
    assert app.selectbox[0].options == [
        "surge · 20 rows · 2026-01-02 10:20",
        *(f"surge · 20 rows · 2026-01-02 10:21 · {each.id}" for each in sorted(
            made[1:], key=lambda each: each.id)),
    ]  # fmt: skip

    for each in made:
        app.selectbox[0].set_value(each.id).run()
        assert app.session_state["drawn"].id == each.id


def test_what_is_imported_later_does_not_take_the_place_of_the_one_that_is_shown(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(dataset_picker, "k")

    toy.import_rows(workspace, toy.make_rows(30), name="second")
    app.run()

    assert app.session_state["drawn"] == dataset
    assert app.selectbox[0].options == ["first · 60 rows", "second · 30 rows"]


def test_where_the_chosen_data_set_is_gone_it_is_said_and_another_can_be_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    second = toy.import_rows(workspace, toy.make_rows(30), name="second")
    app = draw(dataset_picker, "k")
    assert app.session_state["drawn"] == second
    del app.session_state["drawn"]

    delete_dataset(workspace, second)
    app.run()

    (warning,) = app.warning
    assert unescaped(warning.value) == (
        f"The data set {second.id} is not here: it was deleted, or never was. Choose another data"
        " set above."
    )
    assert app.selectbox[0].value is None
    assert "drawn" not in app.session_state
    app.selectbox[0].set_value(dataset.id).run()
    assert app.session_state["drawn"] == dataset
    assert not app.warning


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


def test_a_run_that_is_deleted_elsewhere_is_said_and_another_can_be_chosen(
    draw: Draw, workspace: Workspace, runs: list[Run]
) -> None:
    app = draw(lambda: run_picker(list_runs(workspace), "k"))
    app.selectbox[0].set_value(runs[1].id).run()

    delete_run(workspace, runs[1])
    app.run()

    assert not app.exception
    assert unescaped(app.warning[0].value) == (
        "The run b is not here: it was deleted, or never was. Choose another run above."
    )
    app.selectbox[0].set_value(runs[2].id).run()
    assert (app.session_state["drawn"], len(app.warning)) == (runs[2], 0)


def test_a_run_that_begins_or_ends_meanwhile_does_not_take_the_place_of_the_one_that_is_shown(
    draw: Draw, workspace: Workspace, dataset: Dataset, runs: list[Run]
) -> None:
    app = draw(lambda: run_picker(list_runs(workspace), "k"))

    make_run(workspace, dataset, "newer", points=0)

    assert app.run().session_state["drawn"] == runs[0]


def test_a_run_chosen_elsewhere_that_ends_meanwhile_does_not_take_that_place_either(
    draw: Draw, workspace: Workspace, runs: list[Run]
) -> None:
    """Score cannot show the run that Train does: it shows another, and goes on to."""
    ended: list[Run] = [*runs[1:]]

    def page() -> object:
        import streamlit as st

        found = run_picker(ended, "k")
        if found:
            st.query_params["run"] = found.id
        return found

    app = draw(page, session={"chosen_run": runs[0].id})
    assert app.session_state["drawn"] == runs[1]

    ended.insert(0, runs[0])

    assert app.query_params == {"run": runs[1].id}
    assert app.run().session_state["drawn"] == runs[1]
    app.selectbox[0].set_value(runs[0].id).run()
    assert app.session_state["drawn"] == runs[0]


def test_a_run_that_an_address_names_and_the_page_cannot_show_is_said(
    draw: Draw, runs: list[Run]
) -> None:
    def page() -> object:
        import streamlit as st

        st.query_params["run"] = runs[0].id
        return run_picker(runs[1:], "k", not_yet="it is still at work")

    app = draw(page, session={"chosen_run": runs[0].id})

    assert unescaped(app.warning[0].value) == (
        f"The run {runs[0].id} cannot be shown here: it is still at work. Choose another run above."
    )


def test_runs_of_one_name_are_told_apart(runs: list[Run]) -> None:
    twins = [replace(run, name="twin", created="2026-01-02T10:20:00+00:00") for run in runs[1:]]

    assert run_names([runs[0], *twins]) == {
        runs[0].id: runs[0].name,
        "b": "twin · 2026-01-02 10:20 · b",
        "a": "twin · 2026-01-02 10:20 · a",
    }


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


@pytest.mark.parametrize("count", [MOST_LISTED - 1, MOST_LISTED])
def test_a_box_that_has_the_newest_runs_only_says_where_the_others_are(
    draw: Draw, runs: list[Run], count: int
) -> None:
    many = [replace(runs[0], id=f"r{n}", name=f"r{n}") for n in range(count)]

    app = draw(run_picker, many, "k")

    said = ["The newest 300; one that is ticked on Runs is here, too."]
    assert [each.value for each in app.caption] == (said if count == MOST_LISTED else [])
