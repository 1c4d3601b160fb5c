from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.importing.importer import import_file
from core.data.importing.preview import preview_file
from core.data.reading.batches import Positions
from core.data.reading.parquet_process import BoundedParquet, ParquetHead, open_parquet
from core.data.reading.parquet_table import ParquetTable
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.imported import nothing_half_written
from tests.messages import assert_one_sentence

HUGE = 40 << 20


def refused(file: Path, workspace: Workspace, said: str) -> None:
    for read in (preview_file, lambda path: import_file(workspace, path)):
        with pytest.raises(BadInput, match=said) as caught:
            read(file)
        assert_one_sentence(caught.value)
    assert nothing_half_written(workspace)


def test_a_cell_of_many_megabytes_in_a_tiny_file_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"text": ["a" * HUGE], "label": ["x"]}), file, compression="zstd")

    assert file.stat().st_size < 100_000
    refused(file, workspace, "rows of at most 16 MB, but found one with 42 MB a row")


def test_a_huge_cell_among_short_ones_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "bomb.parquet"
    texts = ["short"] * 20_000 + ["a" * HUGE]
    pq.write_table(pa.table({"text": texts, "label": ["x"] * 20_001}), file, compression="zstd")

    with pytest.raises(BadInput, match="16 MB, but found 42 MB in row 20,001") as caught:
        import_file(workspace, file)
    assert_one_sentence(caught.value)
    assert nothing_half_written(workspace)


def test_a_long_cell_that_is_repeated_without_end_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.parquet"
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["a" * (12 << 20)])
    pq.write_table(pa.table({"text": cells, "label": ["x"] * 20_000}), file, compression="zstd")

    refused(file, workspace, "Parquet")


def test_the_head_and_rows_from_all_over_the_file_are_shown(tmp_path: Path) -> None:
    labels = ["a"] * 30_000 + ["b"] * 30_000
    table = pa.table({"text": [f"text {n}" for n in range(60_000)], "kind": labels})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10_000)
    head = ParquetHead(tmp_path / "a.parquet")

    assert head.header == ("text", "kind")
    assert head.head(2) == [("text 0", "a"), ("text 1", "a")]
    sample = head.sample()
    assert not sample.whole
    assert {label for _, label in sample.rows} == {"a", "b"}
    assert preview_file(tmp_path / "a.parquet").guess.label == "kind"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + b"\xff" * 100 + b"PAR1")
    with pytest.raises(BadInput, match="an undamaged Parquet file") as caught:
        ParquetHead(tmp_path / "a.parquet")
    assert_one_sentence(caught.value)


def test_rows_that_another_process_reads_are_the_same(tmp_path: Path) -> None:
    file, rows = tmp_path / "a.parquet", 20_000
    table = pa.table(
        {
            "text": [f"text {n}" if n % 7 else None for n in range(rows)],
            "kind": pa.array(["a", "b"] * (rows // 2)).dictionary_encode(),
            "number": pa.array(range(rows), pa.float32()),
            "list": [[n, None] for n in range(rows)],
        }
    )
    pq.write_table(table, file, row_group_size=rows // 3)
    places = Positions((0,), 1, others=(2, 3))
    here = list(ParquetTable(file).batches(places))
    there = list(open_parquet(file).batches(places))

    assert isinstance(open_parquet(file), BoundedParquet)
    assert [batch.numbers.tolist() for batch in there] == [batch.numbers.tolist() for batch in here]
    for ours, theirs in zip(here, there, strict=True):
        assert ours.columns == theirs.columns
        assert ours.typed == theirs.typed


def test_long_cells_that_are_repeated_come_a_few_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), ["a" * 200_000])
    pq.write_table(pa.table({"text": cells}), file, compression="zstd")
    batches = list(open_parquet(file).batches(Positions((0,))))

    assert file.stat().st_size < 10_000
    assert max(batch.columns[0].texts.nbytes for batch in batches) < 100 << 20
    assert sum(len(batch.numbers) for batch in batches) == 1_000
    assert batches[-1].numbers[-1] == 1_000


def test_reading_may_be_left_early(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(100_000)]}), file)
    rows = open_parquet(file).batches(Positions((0,)))

    assert next(rows).numbers[0] == 1
    rows.close()


def test_a_small_file_is_read_here(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", "b"]}), file)

    assert type(open_parquet(file)) is ParquetTable


def test_a_small_file_of_lists_is_not_read_here(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"], "labels": [[1] * 100_000]}), file)

    assert isinstance(open_parquet(file), BoundedParquet)
