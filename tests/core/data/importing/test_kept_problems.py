from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import ID, LABEL, ROW, TEXT
from core.data.importing.import_report import ImportReport
from core.data.importing.kept_problems import note_conflicts, note_repeated_ids
from core.data.text.profile import CHECK, FINDINGS_SCHEMA
from core.workspace import DatasetPaths

TEXTS = ["a b", "A, b!", "c\nd", "a b", "e"]
LABELS = ["0", "1", "1", None, "0"]
IDS = ["x", "y", "x", "y\n", "x"]


@pytest.fixture(params=[1, 2, 10])
def paths(tmp_path: Path, request: pytest.FixtureRequest) -> DatasetPaths:
    """A data set's folder, its rows in groups of so many."""
    columns = {ROW: range(5), ID: IDS, TEXT: TEXTS, LABEL: pa.array(LABELS, pa.string())}
    pq.write_table(pa.table(columns), tmp_path / "texts.parquet", row_group_size=request.param)
    return DatasetPaths(tmp_path)


def lines(paths: DatasetPaths) -> list[str]:
    return paths.problems.read_text("utf-8").splitlines()[1:]


def test_rows_that_repeat_an_id_are_noted_with_it(paths: DatasetPaths) -> None:
    with ImportReport(paths.problems) as report:
        note_repeated_ids(report, paths, np.array([2, 3, 4]))

    assert lines(paths) == ["repeated_id,3,x", "repeated_id,4,y", "repeated_id,5,x"]
    assert report.problems == {"repeated_id": 3}
    assert report.skipped == 0


def test_rows_are_named_by_their_numbers_in_the_file(paths: DatasetPaths) -> None:
    with ImportReport(paths.problems) as report:
        report.rows_in_file = 9
        report.kept(np.array([2, 3, 7, 8, 10]))
        note_repeated_ids(report, paths, np.array([2, 4]))

    assert lines(paths) == ["repeated_id,7,x", "repeated_id,10,x"]


def test_rows_of_the_same_words_and_other_labels_are_noted_with_label_and_text(
    paths: DatasetPaths,
) -> None:
    found = {CHECK: ["conflict", "conflict", "near", "conflict"], ROW: [0, 1, 2, 3]}
    pq.write_table(pa.table(found, schema=FINDINGS_SCHEMA), paths.findings)

    with ImportReport(paths.problems) as report:
        note_conflicts(report, paths)

    assert lines(paths) == [
        "conflict,1,0: a b", 'conflict,2,"1: A, b!"', "conflict,4,no label: a b",
    ]  # fmt: skip


def test_nothing_found_is_nothing_noted(paths: DatasetPaths) -> None:
    pq.write_table(FINDINGS_SCHEMA.empty_table(), paths.findings)

    with ImportReport(paths.problems) as report:
        note_repeated_ids(report, paths, np.zeros(0, np.int64))
        note_conflicts(report, paths)

    assert lines(paths) == []
