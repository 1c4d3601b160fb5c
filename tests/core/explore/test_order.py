from pathlib import Path

import pytest

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.errors import BadInput
from core.explore.order import LONGEST, column_order, order_column
from core.explore.search import find_matches
from core.workspace import Workspace
from tests.core.data.imported import imported

CSV = """text,votes,at,edited,tag
one word,10,2024-03-01,yes,é
two words,,2023-01-01,no,a
three words,-2.5,,,B
four words,9,2024-03-01,yes,
five words,10,2022-12-31,no,a
"""
KINDS = {"votes": ColumnKind.NUMBER, "at": ColumnKind.TIME, "edited": ColumnKind.YES_NO}


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path) -> Dataset:
    found = imported(workspace, tmp_path / "t.csv", CSV)
    assert {column.name: column.kind for column in found.columns} | KINDS == {
        column.name: column.kind for column in found.columns
    }
    return found


def column(dataset: Dataset, name: str) -> Column:
    return next(each for each in dataset.columns if each.name == name)


@pytest.mark.parametrize(
    ("name", "rising", "falling"),
    [
        ("votes", [2, 3, 0, 4, 1], [0, 4, 3, 2, 1]),
        ("at", [4, 1, 0, 3, 2], [0, 3, 1, 4, 2]),
        ("edited", [1, 4, 0, 3, 2], [0, 3, 1, 4, 2]),
        ("tag", [2, 1, 4, 0, 3], [0, 1, 4, 2, 3]),
    ],
)
def test_rows_come_by_a_columns_values_those_without_one_last(
    workspace: Workspace, dataset: Dataset, name: str, rising: list[int], falling: list[int]
) -> None:
    for descending, expected in ((False, rising), (True, falling)):
        order = column_order(column(dataset, name), descending=descending)
        found = find_matches(workspace, dataset, RowFilter(), order=order)
        assert found.rows.tolist() == expected


def test_an_order_by_a_column_holds_for_the_rows_that_a_filter_finds(
    workspace: Workspace, dataset: Dataset
) -> None:
    row_filter = RowFilter(where="votes >= 9 and tag = 'a' or votes < 0")

    order = column_order(column(dataset, "votes"))

    assert find_matches(workspace, dataset, row_filter, order=order).rows.tolist() == [2, 4]


def test_an_order_by_a_column_that_is_not_there_is_refused(dataset: Dataset) -> None:
    assert order_column(dataset, LONGEST) is None
    for order in ("c9", "c9 descending", "", "label"):
        with pytest.raises(BadInput, match="or by a column"):
            order_column(dataset, order)
