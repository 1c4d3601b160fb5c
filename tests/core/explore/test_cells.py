import numpy as np
import pyarrow as pa
import pytest

from core.data.column import ColumnKind
from core.data.columns import column_values
from core.data.dataset import ROW, Dataset
from core.errors import DamagedFile
from core.explore.cells import (
    column_batches,
    column_categories,
    with_cells,
)
from core.workspace import Workspace
from tests.core.data.imported import imported

CSV = "text,tag,row,c0\none word,a,7,x\ntwo words,,8,y\nthree words,c,9,z\n"


@pytest.fixture
def dataset(workspace: Workspace, tmp_path) -> Dataset:
    return imported(workspace, tmp_path / "some.csv", CSV, group_rows=2)


def cells_of(workspace: Workspace, dataset: Dataset, rows: list[int]) -> list[list[str | None]]:
    numbers = np.array(rows, np.int64)
    found = with_cells(workspace, dataset, pa.table({ROW: numbers}), numbers, dataset.columns)
    return [found[column.cells].to_pylist() for column in dataset.columns]


def test_cells_stand_beside_their_rows_in_any_order(workspace: Workspace, dataset: Dataset) -> None:
    assert [column.name for column in dataset.columns] == ["tag", "row", "c0"]
    assert cells_of(workspace, dataset, [2, 0, 1]) == [
        ["c", "a", None], ["9", "7", "8"], ["z", "x", "y"],
    ]  # fmt: skip
    assert cells_of(workspace, dataset, []) == [[], [], []]


def test_a_missing_file_of_columns_is_said(workspace: Workspace, dataset: Dataset) -> None:
    workspace.dataset(dataset.id).columns.unlink()

    with pytest.raises(DamagedFile, match="the columns of data set 'some'"):
        cells_of(workspace, dataset, [0])


def test_a_column_is_read_whole_as_values_categories_or_cells(
    workspace: Workspace, dataset: Dataset
) -> None:
    tag, row, _ = dataset.columns
    assert row.kind is ColumnKind.NUMBER

    present, values = column_values(workspace, dataset, row)
    assert (present.tolist(), values.tolist()) == ([True] * 3, [7.0, 8.0, 9.0])
    different, places = column_categories(workspace, dataset, tag)
    assert [different[place] if place >= 0 else None for place in places] == ["a", None, "c"]
    batches = column_batches(workspace, dataset, tag)
    assert [cell for batch in batches for cell in batch.to_pylist()] == ["a", None, "c"]
