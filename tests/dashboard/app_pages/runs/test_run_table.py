import pytest

from core.data.dataset import Dataset
from core.jobs.status import JobState
from core.runs.run import list_runs
from core.workspace import Workspace
from dashboard.app_pages.runs.run_table import PAGE, run_table
from tests import toy
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import press, said, table
from tests.made_runs import copy_run, make_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(100))


def opened(draw: Draw, workspace: Workspace, **session: object):
    app = draw(lambda: [run.name for run in run_table(list_runs(workspace))], session=session)
    return app, next(each.key for each in app.dataframe)


def choose(app, key: str, *places: int):
    app.session_state[key] = {"selection": {"rows": list(places), "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app.session_state["drawn"]


def test_the_newest_run_is_ticked_at_first_and_others_can_be(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    for name in ("a", "b", "c"):
        make_run(workspace, dataset, name, points=3)
    app, key = opened(draw, workspace)
    assert table(app, "State")["Run"].tolist() == ["c", "b", "a"]
    assert app.session_state["drawn"] == ["c"]

    assert choose(app, key, 2, 0) == ["c", "a"]
    assert choose(app, key, 1) == ["b"]
    assert app.session_state["chosen_run"] == "b"
    assert choose(app, key) == []


def test_a_choice_is_of_runs_not_of_places(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    for name in ("a", "b"):
        make_run(workspace, dataset, name, points=3)
    app, key = opened(draw, workspace)
    choose(app, key, 1)

    make_run(workspace, dataset, "newer", points=3)
    app.run()

    assert table(app, "State")["Run"].tolist() == ["newer", "b", "a"]
    assert app.session_state["drawn"] == ["a"]


def test_runs_chosen_elsewhere_go_before_those_that_were_ticked(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    """As by Back, which leaves the table on the page."""
    for name in ("a", "b"):
        make_run(workspace, dataset, name, points=3)
    app, key = opened(draw, workspace)
    assert choose(app, key, 1) == ["a"]

    app.session_state["chosen_runs"] = ["b"]
    app.run()

    assert app.session_state["drawn"] == ["b"]
    assert app.session_state["chosen_runs"] == ["b"]


def test_a_run_that_is_gone_is_no_longer_chosen(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "a", points=3)

    app, _ = opened(draw, workspace, chosen_runs=["a", "gone"])

    assert app.session_state["drawn"] == ["a"]


def test_what_a_run_has_not_measured_is_empty(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    make_run(workspace, dataset, "failed", points=3, state=JobState.FAILED)
    make_run(workspace, dataset, "done", points=3, skill=0.7)

    app, _ = opened(draw, workspace)

    shown = table(app, "State").set_index("Run")
    assert shown.loc["done", "PR-AUC"] == 0.7
    assert shown.loc["failed", ["PR-AUC", "F1", "Seconds"]].isna().all()
    assert shown.loc["failed", "Majority"] == 0.75


@pytest.fixture
def many(workspace: Workspace, dataset: Dataset) -> list[str]:
    """The names of a page's runs and twenty more, the newest first."""
    first = make_run(workspace, dataset, "run", points=3)
    return [run.name for run in [first, *copy_run(workspace, first, PAGE + 19)]][::-1]


def shown(app) -> list[str]:
    return table(app, "State")["Run"].tolist()


def newest_table(app) -> str:
    return next(each.key for each in app.dataframe)


def test_many_runs_stand_on_pages(draw: Draw, workspace: Workspace, many: list[str]) -> None:
    app, _ = opened(draw, workspace)
    assert shown(app) == many[:PAGE]
    assert said(app, f"1 to {PAGE} of {PAGE + 20} runs.")

    app.get_by_key("runs_page_00000000").set_value(2).run()

    assert shown(app) == many[PAGE:]
    assert said(app, f"{PAGE + 1} to {PAGE + 20} of {PAGE + 20} runs.")


def test_runs_are_found_by_words_in_any_order(
    draw: Draw, workspace: Workspace, many: list[str]
) -> None:
    app, _ = opened(draw, workspace)

    app.text_input[0].set_value("TOY 11").run()

    assert not app.exception
    assert shown(app) == [name for name in many if "11" in name]
    assert said(app, f"1 to 11 of 11 found among {PAGE + 20} runs.")
    app.text_input[0].set_value("no such run").run()
    assert not app.exception
    assert said(app, f"None of {PAGE + 20} runs.")


def test_a_run_that_an_address_names_is_on_the_page_that_opens(
    draw: Draw, workspace: Workspace, many: list[str]
) -> None:
    app, _ = opened(draw, workspace, chosen_runs=["run"])

    assert app.session_state["drawn"] == ["run"]
    assert shown(app) == many[PAGE:]
    assert not said(app, "Ticked on another page")


def test_runs_on_several_pages_are_chosen_together_and_those_out_of_sight_unticked(
    draw: Draw, workspace: Workspace, many: list[str]
) -> None:
    app, key = opened(draw, workspace, chosen_runs=[])
    choose(app, key, 1)
    app.get_by_key("runs_page_00000000").set_value(2).run()

    assert choose(app, newest_table(app), 19) == [many[1], "run"]
    assert said(app, f"Ticked on another page: {many[1]}.")

    press(app, "Untick")
    assert app.session_state["drawn"] == ["run"]
    assert not said(app, "Ticked on another page")
