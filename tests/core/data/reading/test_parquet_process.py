from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.importing.importer import import_file
from core.data.importing.preview import preview_file
from core.data.reading.parquet_process import ParquetHead
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


def test_a_long_cell_that_is_repeated_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bomb.parquet"
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["a" * (12 << 20)])
    pq.write_table(pa.table({"text": cells, "label": ["x"] * 20_000}), file, compression="zstd")

    with pytest.raises(BadInput, match="Parquet") as caught:
        preview_file(file)
    assert_one_sentence(caught.value)


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
