import pytest

from core.data.column import ColumnKind
from core.data.dataset import Dataset, delete_dataset
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from dashboard.app_pages.evaluate import slice_reads
from dashboard.app_pages.evaluate.slices_view import slices_view
from tests.column_runs import column_dataset, unfair_run
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import field, press, said, table
from tests.made_answers import answered_run

HOSTILE = "*land* <b>:red[x]</b>"
CATEGORY = ColumnKind.CATEGORY


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    columns = {
        HOSTILE: (CATEGORY, lambda row: ["US", "CA", "UK", ""][row % 4]),
        "posted": (ColumnKind.TIME, lambda row: f"20{20 + row % 3}-0{row % 9 + 1}-01"),
        "race": (CATEGORY, lambda row: ["p", "q"][row % 2]),
    }
    return column_dataset(workspace, columns, rows=1_200, sensitive=["race"])


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    """Calls every text from the US positive."""
    return unfair_run(workspace, dataset, lambda row: row % 4 == 0)


def shown(app, key: str):
    return next((each.value for each in app.dataframe if each.key == key), None)


def chosen(draw: Draw, run: Run, dataset: Dataset, place: int):
    session = {f"{state.KEPT}slices_by_{dataset.id}": dataset.columns[place].cells}
    return draw(slices_view, run, "test", session=session)


def test_slices_by_all_open_columns_stand_among_the_others(
    draw: Draw, run: Run, dataset: Dataset
) -> None:
    app = draw(slices_view, run, "test")

    found = shown(app, f"{run.id}-columns_shown")
    assert found["Slice"].tolist()[:2] == ["All rows", f"{HOSTILE}: US"]
    assert found["Than the rest"].tolist()[1] == "worse"
    assert {f"{HOSTILE}: missing", "posted: 2021 Q1"} <= set(found["Slice"])
    assert not any(name.startswith("race") for name in found["Slice"])
    assert shown(app, f"{run.id}-slices_shown") is not None
    box = field(app.selectbox, "By")
    assert [unescaped(each) for each in box.options] == [
        "(texts and all columns)",
        HOSTILE,
        "posted",
        "race (sensitive)",
    ]


def test_a_chosen_column_shows_its_verdict_groups_and_slices(
    draw: Draw, run: Run, dataset: Dataset
) -> None:
    app = chosen(draw, run, dataset, 0)

    (verdict,) = app.warning
    assert "The surest is US: 100.0% of its rows of 0 are false alarms" in unescaped(verdict.value)
    groups = table(app, "Positive rows").set_index("Group")
    assert groups.index[0] == "US"
    assert set(groups.index) == {"US", "CA", "UK", "missing"}
    assert groups.loc["US", "Than the rest"] == "worse"
    gaps = groups["False-alarm gap, points"]
    assert gaps["US"].startswith("+100.0 (")
    assert gaps["US"].endswith("), worse")
    assert gaps["CA"].startswith("-")
    assert groups.loc["CA", "AUC within"].startswith("1.000 (0.")
    slices = shown(app, f"{run.id}-column-0_shown")
    assert len(slices) == 5
    assert shown(app, f"{run.id}-slices_shown") is None


def test_times_have_no_groups(draw: Draw, run: Run, dataset: Dataset) -> None:
    app = chosen(draw, run, dataset, 1)

    assert not app.warning
    assert not any("Positive rows" in each.value.columns for each in app.dataframe)
    assert len(shown(app, f"{run.id}-column-1_shown")) == 10


def test_a_slice_by_column_leads_to_its_mistakes(
    draw: Draw, workspace: Workspace, run: Run, dataset: Dataset
) -> None:
    app = chosen(draw, run, dataset, 0)
    selection = {"rows": [1], "columns": [], "cells": []}
    app.session_state[f"{run.id}-column-0_shown"] = {"selection": selection}
    app.run()

    press(app, f"See the mistakes: {HOSTILE}: US")

    name = app.session_state["mistakes_slice"]
    assert name in slice_reads.slice_names(workspace, run, "test")
    mask = slice_reads.slice_mask(workspace, run, "test", name)
    rows = slice_reads.predictions(workspace, run, "test").rows
    assert (rows[mask] % 4 == 0).all()
    assert mask.sum() == (rows % 4 == 0).sum()


def test_a_sensitive_column_is_shown_only_where_it_is_chosen(
    draw: Draw, workspace: Workspace, run: Run, dataset: Dataset
) -> None:
    app = chosen(draw, run, dataset, 2)

    assert set(table(app, "Positive rows")["Group"]) == {"p", "q"}
    assert not app.button
    names = slice_reads.slice_names(workspace, run, "test")
    assert not any(name.startswith("race") for name in names)


def test_where_the_data_set_is_gone_it_is_said_and_the_other_slices_stay(
    draw: Draw, workspace: Workspace, run: Run, dataset: Dataset
) -> None:
    delete_dataset(workspace, dataset)

    app = draw(slices_view, run, "test")

    assert said(app, "The data set wide was deleted or changed; import its file again")
    assert shown(app, f"{run.id}-columns_shown") is None
    assert shown(app, f"{run.id}-slices_shown") is not None
    assert not app.selectbox


def test_damaged_columns_hide_no_other_slice(
    draw: Draw, workspace: Workspace, run: Run, dataset: Dataset
) -> None:
    workspace.dataset(dataset.id).columns.write_bytes(b"no parquet")

    app = draw(slices_view, run, "test")

    assert len(app.error) == 1
    assert shown(app, f"{run.id}-slices_shown") is not None
    assert shown(app, f"{run.id}-words_shown") is not None
    assert slice_reads.slice_names(workspace, run, "test")


def test_groups_of_three_classes_are_said_to_be_none(draw: Draw, workspace: Workspace) -> None:
    columns = {"c": (CATEGORY, lambda row: "ab"[row % 2])}
    dataset = column_dataset(workspace, columns, classes=3, name="three")
    run = answered_run(workspace, dataset, "Three")

    app = chosen(draw, run, dataset, 0)

    assert said(app, "How groups fare is worked out for runs of two classes.")
    assert len(shown(app, f"{run.id}-column-0_shown")) == 3
