import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.reading.batches import Positions
from core.data.reading.parquet_table import ParquetTable
from core.errors import SincerelyError
from core.workspace import Workspace
from tests.core.data.imported import nothing_half_written, report_is_truthful, rows_of
from tests.messages import assert_one_sentence

FRAME = pd.DataFrame(
    {
        "text": ["Why?", "Who\nis it?", None, "Naïve 😀", " "],
        "label": [0.0, 1.0, 1.0, float("nan"), 0.0],
        "sure": [True, False, None, None, True],
        "kind": pd.Categorical(["a", "b", "a", None, "b"]),
        "uid": [10, 11, 12, 13, 14],
    }
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    FRAME.to_parquet(tmp_path / "table.parquet", index=False)
    return tmp_path / "table.parquet"


def test_what_pandas_writes_comes_back(workspace: Workspace, file: Path) -> None:
    result = import_file(workspace, file)

    assert report_is_truthful(workspace, result)
    assert result.dataset.file_format == "Parquet"
    assert result.problems == {"empty": 2}
    assert rows_of(workspace, result.dataset) == [
        ("10", "Why?", "0"),
        ("11", "Who\nis it?", "1"),
        ("13", "Naïve 😀", None),
    ]


@pytest.mark.parametrize(
    ("column", "labels"), [("sure", ["true", "false", None]), ("kind", ["a", "b", None])]
)
def test_labels_may_be_truth_values_or_categories(
    workspace: Workspace, file: Path, column: str, labels: list[str | None]
) -> None:
    dataset = import_file(workspace, file, Columns("text", column)).dataset

    assert [label for _, _, label in rows_of(workspace, dataset)] == labels


def test_the_head_shows_all_columns(file: Path) -> None:
    table = ParquetTable(file)

    assert table.header == ("text", "label", "sure", "kind", "uid")
    assert table.head(2) == [
        ("Why?", "0", "true", "a", "10"),
        ("Who\nis it?", "1", "false", "b", "11"),
    ]
    assert table.head(9)[3] == ("Naïve 😀", "", "", "", "13")


def test_rows_are_read_a_few_at_a_time(file: Path) -> None:
    batches = list(ParquetTable(file, batch_rows=2).batches(Positions((0,), 1)))

    assert [batch.numbers.tolist() for batch in batches] == [[1, 2], [3, 4], [5]]
    size = file.stat().st_size
    assert [batch.done for batch in batches] == [size * 2 // 5, size * 4 // 5, size]


def test_columns_may_share_a_name_or_have_parts(workspace: Workspace, tmp_path: Path) -> None:
    columns = [pa.array(["a", "b"]), pa.array([{"x": 1}, None]), pa.array(["c", "d"])]
    table = pa.Table.from_arrays([*columns, columns[0]], names=["twice", "part", "a.b", "twice"])
    pq.write_table(table, tmp_path / "table.parquet")
    found = ParquetTable(tmp_path / "table.parquet")
    (batch,) = found.batches(Positions((2,), 1, 3))

    assert found.header == ("twice", "part", "a.b", "twice")
    texts = {position: column.texts.to_pylist() for position, column in batch.columns.items()}
    assert texts == {1: ['{"x": 1}', None], 2: ["c", "d"], 3: ["a", "b"]}


def test_a_packed_file_is_unpacked_aside(workspace: Workspace, file: Path, tmp_path: Path) -> None:
    plain = import_file(workspace, file)
    (tmp_path / "table.parquet.gz").write_bytes(gzip.compress(file.read_bytes()))
    calls: list[tuple[int, int]] = []
    compressed = import_file(
        workspace, tmp_path / "table.parquet.gz", progress=lambda *call: calls.append(call)
    )

    assert (compressed.dataset, compressed.is_new) == (plain.dataset, False)
    assert calls == sorted(calls)
    assert calls[-1][0] == calls[-1][1]
    assert nothing_half_written(workspace)


def test_a_large_table_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    texts = [f"question {number}" for number in range(70_000)]
    labels = np.arange(70_000) % 3
    pd.DataFrame({"text": texts, "label": labels}).to_parquet(tmp_path / "table.parquet")
    dataset = import_file(workspace, tmp_path / "table.parquet").dataset

    rows = rows_of(workspace, dataset)
    assert rows == [(str(n), text, str(n % 3)) for n, text in enumerate(texts)]


@given(at=st.integers(4, 3_000), by=st.binary(min_size=1, max_size=8), cut=st.integers(0, 40))
def test_damage_is_said_or_does_not_matter(
    at: int, by: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    FRAME.to_parquet(folder / "table.parquet", index=False)
    content = (folder / "table.parquet").read_bytes()
    at %= len(content)
    damaged = content[:at] + by + content[at + len(by) :]
    (folder / "table.parquet").write_bytes(damaged[: len(damaged) - max(cut - 30, 0)])
    workspace = Workspace(folder / "workspace")
    try:
        result = import_file(workspace, folder / "table.parquet")
    except SincerelyError as error:
        assert_one_sentence(error)
    else:
        assert report_is_truthful(workspace, result)
    assert nothing_half_written(workspace)


def test_short_floats_stay_short_and_whole_ones_are_whole(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "floats.parquet"
    texts = [f"text {n}" for n in range(4)]
    table = {"text": texts, "label": pa.array([0.1, 0.2, 0.1, None], pa.float32())}
    pq.write_table(pa.table(table), path)
    short = import_file(workspace, path).dataset
    table["label"] = pa.array([0.0, 1.0, 1.0, None], pa.float32())
    pq.write_table(pa.table(table), path)

    assert short.class_counts == {"0.1": 2, "0.2": 1}
    assert import_file(workspace, path).dataset.class_counts == {"0": 1, "1": 2}


@pytest.mark.parametrize("name", ["kind", "a.b", "text"])
def test_columns_come_along_as_the_file_has_them(tmp_path: Path, name: str) -> None:
    kinds = pa.array(["x", None, "x"]).dictionary_encode()
    table = pa.table(
        [pa.array(["a", "b\0", None]), pa.array([1, 2, 3]), kinds], ["text", "n", name]
    )
    pq.write_table(table, tmp_path / "table.parquet")
    opened = ParquetTable(tmp_path / "table.parquet")

    (batch,) = opened.batches(Positions((0,), others=(2,)))
    assert pa.table(batch.typed.columns, ["a", "b"]).equals(
        pa.table([table.column(0), table.column(2)], ["a", "b"])
    )
    assert batch.columns[0].texts.to_pylist() == ["a", "b ", None]


def test_a_file_without_rows_gives_its_types(tmp_path: Path) -> None:
    schema = pa.schema([("text", pa.string()), ("n", pa.list_(pa.int8()))])
    pq.write_table(schema.empty_table(), tmp_path / "table.parquet")
    opened = ParquetTable(tmp_path / "table.parquet")

    (batch,) = opened.batches(Positions((0,), others=(1,)))
    assert (len(batch.numbers), batch.typed.schema.types) == (0, schema.types)
    assert opened.head(5) == []


def test_a_row_is_not_left_out_for_an_id_that_is_no_text(
    workspace: Workspace, tmp_path: Path
) -> None:
    ids = pa.array([b"\xff\x01", b"plain", b"\xfe"], pa.binary())
    pq.write_table(pa.table({"id": ids, "text": ["a", "b", "c"]}), tmp_path / "a.parquet")
    result = import_file(workspace, tmp_path / "a.parquet")

    assert report_is_truthful(workspace, result)
    assert [text for _, text, _ in rows_of(workspace, result.dataset)] == ["a", "b", "c"]
    assert rows_of(workspace, result.dataset)[1][0] == "plain"


def test_a_sample_of_many_rows_comes_from_views_of_strings_too(tmp_path: Path) -> None:
    texts = pa.array([f"text {n}" for n in range(10_001)], pa.string_view())
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    sample = ParquetTable(tmp_path / "a.parquet").sample()

    assert sample.rows[:2] == (("text 0",), ("text 2",))
