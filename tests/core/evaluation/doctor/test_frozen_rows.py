from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import DamagedFile
from core.evaluation.doctor.frozen_rows import frozen_rows

ROWS = [
    ("train", "0", "Why  is the sky blue?"),
    ("train", "0", "Exactly the same"),
    ("train", "1", "Ärger mit Äpfeln"),
    ("validation", "0", "why is the\tsky blue? "),
    ("validation", "0", "Exactly the same"),
    ("validation", "1", "nothing like it"),
    ("test", "1", "ärger\u00a0mit äpfeln"),
    ("test", "0", "nothing like it"),
]


def write(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    columns = zip(*rows, strict=True)
    pq.write_table(
        pa.table(dict(zip(("part", "label", "text"), map(list, columns), strict=True))), path
    )
    return path


def test_texts_that_are_the_same_but_for_case_and_spaces_are_in_two_parts(tmp_path: Path) -> None:
    found = frozen_rows(write(tmp_path / "examples [1].parquet", ROWS))

    assert found.leaked == {"validation": 2, "test": 1}
    assert found.leaked_exactly == {"validation": 1}


def test_rows_are_counted_by_part_and_class(tmp_path: Path) -> None:
    found = frozen_rows(write(tmp_path / "examples.parquet", ROWS))

    assert (found.size("train"), found.size("validation"), found.size("nothing")) == (3, 3, 0)
    assert found.majority("validation") == ("0", pytest.approx(2 / 3))
    assert found.share("test", "1") == 0.5


def test_a_run_without_rows_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        frozen_rows(tmp_path / "gone" / "examples.parquet")


def test_a_run_that_has_lost_its_rows_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match="delete the run and train it again"):
        frozen_rows(tmp_path / "examples.parquet")
