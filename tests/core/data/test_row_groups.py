from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.row_groups import row_groups, taken_rows


@pytest.fixture(params=[1, 3, 10])
def texts(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Seven rows, in groups of so many."""
    table = pa.table({"row": range(7), "text": [f"text {row}" for row in range(7)]})
    pq.write_table(table, tmp_path / "texts.parquet", row_group_size=request.param)
    return tmp_path / "texts.parquet"


def test_every_group_comes_with_the_number_of_its_first_row(texts: Path) -> None:
    groups = list(row_groups(texts, ["row"]))

    assert [start for start, _ in groups] == [table["row"][0].as_py() for _, table in groups]
    assert pa.concat_tables([table for _, table in groups]).to_pydict() == {"row": list(range(7))}


@pytest.mark.parametrize("rows", [[], [0], [6], [1, 2, 5], list(range(7))])
def test_rows_are_taken_from_the_groups_that_hold_them(texts: Path, rows: list[int]) -> None:
    taken = list(taken_rows(texts, np.array(rows, np.int64), ["text"]))

    assert [row for some, _ in taken for row in some.tolist()] == rows
    found = [text for _, table in taken for text in table["text"].to_pylist()]
    assert found == [f"text {row}" for row in rows]


def test_without_named_columns_all_are_read(texts: Path) -> None:
    ((_, table),) = taken_rows(texts, np.array([4]))

    assert table.to_pydict() == {"row": [4], "text": ["text 4"]}


def test_a_file_without_rows_has_none_to_take(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "none.parquet")

    assert list(taken_rows(tmp_path / "none.parquet", np.array([], np.int64))) == []
    assert [t.num_rows for _, t in row_groups(tmp_path / "none.parquet", ["text"])] in ([], [0])
