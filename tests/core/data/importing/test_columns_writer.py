from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import Column, ColumnKind
from core.data.importing.column_choice import WantedColumn
from core.data.importing.columns_writer import ColumnsWriter
from core.data.reading.bytestream import ignore_progress
from core.workspace import DatasetPaths

CELLS = st.none() | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8
).filter(str.strip)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12)


def written(
    folder: Path, columns: dict[str, Sequence[str | None]], *, cuts: Sequence[int] = ()
) -> tuple[tuple[Column, ...], bytes]:
    """The columns, written in batches that end at the cuts, and their digest."""
    wanted = [WantedColumn(place, name) for place, name in enumerate(columns)]
    count = len(next(iter(columns.values())))
    edges = [0, *sorted(cut % (count + 1) for cut in cuts), count]
    writer = ColumnsWriter(folder, wanted, rows=4, most_bytes=1 << 20)
    for start, end in pairwise(edges):
        cells = [pa.array(column[start:end], pa.string()) for column in columns.values()]
        writer.write(cells, np.arange(start, end))
    return writer.finish(ignore_progress), writer.digest()


def test_cells_stay_as_written_and_values_stand_beside_them(tmp_path: Path) -> None:
    columns = {
        "votes": ["1", "2.50", None, "-3e2"],
        "at": ["2024-01-02", None, "2024-01-03", "2024-12-31"],
        "edited": ["yes", "no", None, "yes"],
        "tag": ["a", "b", "a", None],
    }

    found, _ = written(tmp_path, columns, cuts=[1, 3])

    table = pq.read_table(DatasetPaths(tmp_path).columns)
    assert [column.kind for column in found[:3]] == [
        ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO,
    ]  # fmt: skip
    assert [column.missing for column in found] == [1, 1, 1, 1]
    assert [table[column.cells].to_pylist() for column in found] == list(columns.values())
    assert table["v0"].to_pylist() == [1, 2.5, None, -300]
    assert table["v1"].to_pylist() == [
        datetime(2024, 1, 2), None, datetime(2024, 1, 3), datetime(2024, 12, 31),
    ]  # fmt: skip
    assert table["v2"].to_pylist() == [True, False, None, True]
    assert "v3" not in table.column_names


@given(rows=ROWS, cuts=st.lists(st.integers(0, 20), max_size=3))
def test_any_cells_come_back_however_they_are_cut_into_batches(
    rows: list[tuple[str | None, str | None]], cuts: list[int]
) -> None:
    first, second = ([row[place] for row in rows] for place in (0, 1))
    columns = {"text": first, 'a"b': second}
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        whole = written(Path(one), columns)
        assert written(Path(other), columns, cuts=cuts) == whole
        table = pq.read_table(DatasetPaths(Path(other)).columns)

    assert [table["c0"].to_pylist(), table["c1"].to_pylist()] == [first, second]


def test_another_name_or_cell_gives_another_digest(tmp_path: Path) -> None:
    contents = [{"a": ["x", None]}, {"b": ["x", None]}, {"a": [None, "x"]}, {"a": ["x", "None"]}]

    digests = {written(tmp_path, columns)[1] for columns in contents}

    assert len(digests) == 4


def test_nothing_but_the_columns_stays(tmp_path: Path) -> None:
    written(tmp_path, {"a": ["x"]})

    assert [path.name for path in tmp_path.iterdir()] == ["columns.parquet"]
