from datetime import datetime

import numpy as np
import pytest

from core.data.column import Column, ColumnKind, column_called
from core.data.dataset import Dataset
from core.errors import DamagedFile
from core.explore.columns.groups import (
    ELSEWHERE,
    MOST_REPEATED,
    NO_VALUE,
    Grouped,
    GroupKind,
    groups_of,
    levels_of,
)
from core.workspace import Workspace
from tests.core.explore.wide import wide_dataset

ROWS = 300


def column_of(dataset: Dataset, name: str) -> Column:
    column = column_called(dataset.columns, name)
    assert column is not None
    return column


def grouped(
    workspace: Workspace, cells: list[object], kind: ColumnKind, *, levels: bool = False
) -> Grouped:
    """Groups of a column of this kind with these cells."""
    dataset = wide_dataset(workspace, {"it": cells}, ["0"] * len(cells), it=kind)
    column = column_of(dataset, "it")
    assert column.kind is kind
    found = groups_of(workspace, dataset, column)
    if levels:
        found = levels_of(workspace, dataset, column, dataset.labelled)
    assert len(found.places) == len(cells)
    return found


def names(found: Grouped) -> list[str | None]:
    """The name of each row's group; None where it has none."""
    return [found.groups[place].name if place >= 0 else None for place in found.places]


def test_each_value_of_a_category_is_a_group(workspace: Workspace) -> None:
    cells = ["US", "CA", "", "ÜS", "US "] * 60

    found = grouped(workspace, cells, ColumnKind.CATEGORY)

    assert names(found) == [cell or None for cell in cells]
    assert {group.kind for group in found.groups} == {GroupKind.VALUE}
    assert set(found.places[2::5].tolist()) == {NO_VALUE}


def test_yes_and_no_are_groups_however_they_are_written(workspace: Workspace) -> None:
    found = grouped(workspace, ["true", "false", "", "TRUE"] * 5, ColumnKind.YES_NO)

    assert names(found) == ["yes", "no", None, "yes"] * 5


def test_few_numbers_are_groups_of_their_own_in_their_order(workspace: Workspace) -> None:
    found = grouped(workspace, [10, 2, "", 2.5, -1] * 5, ColumnKind.NUMBER)

    assert [group.name for group in found.groups] == ["-1", "2", "2.5", "10"]
    assert names(found) == ["10", "2", None, "2.5", "-1"] * 5
    assert found.figures == {"least": -1, "median": 2.25, "mean": 3.375, "greatest": 10}


def test_many_numbers_are_binned(workspace: Workspace) -> None:
    cells = ["", *range(1, ROWS)]

    found = grouped(workspace, cells, ColumnKind.NUMBER)

    assert [(group.start, group.end) for group in found.groups][:2] == [(0, 10), (10, 20)]
    assert names(found)[:2] == [None, "0 to 9"] and names(found)[-1] == "290 to 299"
    assert {group.kind for group in found.groups} == {GroupKind.STRETCH}
    assert found.figures["median"] == 150


def test_dates_are_binned_by_the_calendar(workspace: Workspace) -> None:
    cells = [f"2026-0{1 + n % 9}-1{n % 10}" for n in range(ROWS)]

    found = grouped(workspace, [*cells, ""], ColumnKind.TIME)

    assert found.unit == "week"
    assert names(found)[0] == "week of 2026-01-05"
    assert found.groups[0].start == datetime(2026, 1, 5)
    assert found.figures == {"first": "2026-01-10", "last": "2026-09-19"}
    assert names(found)[-1] is None


def test_texts_are_binned_by_their_characters(workspace: Workspace) -> None:
    cells = ["é" * (1 + n % 50) for n in range(ROWS)]

    found = grouped(workspace, [*cells, ""], ColumnKind.TEXT)

    assert found.unit == "characters"
    assert names(found)[:4] == ["0 to 1", "2 to 3", "2 to 3", "4 to 5"]
    assert found.figures == {"mean_length": 25.5, "longest": 50}
    assert names(found)[-1] is None


def test_ids_that_repeat_are_groups_and_others_are_elsewhere(workspace: Workspace) -> None:
    cells = [f"user-{n:04}-{'x' * 40}" for n in range(ROWS)]
    cells[1], cells[200], cells[5], cells[7] = cells[0], cells[0], cells[4], ""

    found = grouped(workspace, cells, ColumnKind.ID)

    assert [group.name for group in found.groups] == [cells[0], cells[4]]
    assert [row for row, place in enumerate(found.places) if place == 0] == [0, 1, 200]
    assert [row for row, place in enumerate(found.places) if place == 1] == [4, 5]
    assert found.places[7] == NO_VALUE
    assert np.count_nonzero(found.places == ELSEWHERE) == ROWS - 6


def test_of_many_ids_that_repeat_the_commonest_are_shown(workspace: Workspace) -> None:
    cells = [f"user{n:03}" for n in range(50) for _ in range(2 + (n == 49))]

    found = grouped(workspace, cells, ColumnKind.ID)

    assert len(found.groups) == MOST_REPEATED
    assert found.groups[0].name == "user049"


def test_ids_without_repeats_are_all_elsewhere(workspace: Workspace) -> None:
    found = grouped(workspace, [f"user{n}" for n in range(50)], ColumnKind.ID)

    assert found.groups == ()
    assert set(found.places.tolist()) == {ELSEWHERE}


@pytest.mark.parametrize("kind", list(ColumnKind))
def test_a_column_without_any_value_has_no_rows_in_groups(
    workspace: Workspace, kind: ColumnKind
) -> None:
    dataset = wide_dataset(workspace, {"it": [""] * 5, "other": list("abcde")}, ["0"] * 5)
    column = Column("it", ColumnKind.TEXT, 0, missing=5)
    if not kind.has_values:
        column = Column("it", kind, 0, missing=5)

    for found in (
        groups_of(workspace, dataset, column),
        levels_of(workspace, dataset, column, 5),
    ):
        assert set(found.places.tolist()) == {NO_VALUE}


def test_numbers_and_times_are_compared_by_even_cuts(workspace: Workspace) -> None:
    numbers = grouped(workspace, list(range(ROWS)), ColumnKind.NUMBER, levels=True)
    rows = np.bincount(numbers.places)
    assert (len(rows), rows.max()) == (14, 30)


def test_few_numbers_are_compared_each(workspace: Workspace) -> None:
    found = grouped(workspace, [1, 2, 3] * 10, ColumnKind.NUMBER, levels=True)

    assert [group.name for group in found.groups] == ["1", "2", "3"]


def test_a_missing_file_of_columns_is_said(workspace: Workspace) -> None:
    dataset = wide_dataset(workspace, {"it": ["a", "b"] * 5}, ["0"] * 10)
    workspace.dataset(dataset.id).columns.unlink()

    for kind in (ColumnKind.CATEGORY, ColumnKind.TEXT, ColumnKind.ID):
        with pytest.raises(DamagedFile, match="the columns of data set 'wide'"):
            groups_of(workspace, dataset, Column("it", kind, 0))
