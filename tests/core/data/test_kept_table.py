from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.kept_table import read_through, sound_table


def kept(path: Path, rows: int = 1_000) -> Path:
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(rows)]}), path)
    return path


def test_a_sound_file_is_given_and_stays(tmp_path: Path) -> None:
    path = kept(tmp_path / "map.parquet")

    assert sound_table(path) == path
    assert path.exists()


def test_no_file_is_none_and_so_is_a_folder(tmp_path: Path) -> None:
    assert sound_table(tmp_path / "gone.parquet") is None
    assert sound_table(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table at all" * 100])
def test_what_is_no_table_is_removed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.parquet"
    path.write_bytes(content)

    assert sound_table(path) is None
    assert not path.exists()


def test_a_file_that_was_sound_before_is_looked_through_again_once_it_has_changed(
    tmp_path: Path,
) -> None:
    path = kept(tmp_path / "map.parquet")
    assert sound_table(path) == path
    path.write_bytes(path.read_bytes()[:-1])

    assert sound_table(path) is None
    assert not path.exists()


def test_texts_that_are_no_utf_8_are_damage_too(tmp_path: Path) -> None:
    path = tmp_path / "map.parquet"
    misfit = pa.array([b"sound", b"caf\xe9"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": misfit}), path)

    assert sound_table(path) is None


def test_all_rows_are_read(tmp_path: Path) -> None:
    path = kept(tmp_path / "map.parquet", rows=70_000)  # More than a batch.
    found = path.stat()

    assert read_through(path, found.st_mtime_ns, found.st_size) == 70_000
