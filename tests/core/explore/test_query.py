from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from core.data.dataset import Dataset
from core.errors import NotFound
from core.explore.query import query, query_table
from core.workspace import Workspace
from tests.core.explore.small import make_dataset, write_columns
from tests.messages import assert_one_sentence


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return make_dataset(workspace, [("a", "x"), ("it's", None), ("b", "y")])


def test_parameters_are_values_and_never_sql(workspace: Workspace, dataset: Dataset) -> None:
    for typed, rows in (("it's", [1]), ("' OR true --", []), ("a", [0])):
        found = query(workspace, dataset, "SELECT row FROM texts WHERE text = $t", {"t": typed})
        assert found["row"].tolist() == rows


def test_tables_and_files_are_named_beside_the_texts(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    found = query_table(
        workspace,
        dataset,
        "SELECT row, n, m FROM texts JOIN numbers USING (row) JOIN more USING (row) ORDER BY row",
        numbers=pa.table({"row": [0, 2], "n": [5, 6]}),
        more=write_columns(tmp_path / "a*b?[c] it's.parquet", row=[2, 0], m=[7, 8]),
    )

    assert found.to_pydict() == {"row": [0, 2], "n": [5, 6], "m": [8, 7]}


def test_a_file_that_is_gone_is_said(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(NotFound, match=r"gone\.parquet") as caught:
        query(workspace, dataset, "SELECT 1", gone=workspace.root / "gone.parquet")
    assert_one_sentence(caught.value)


def test_what_is_too_large_for_memory_fails_instead_of_filling_the_disk(
    workspace: Workspace, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(duckdb.OutOfMemoryException):
        query(
            workspace,
            dataset,
            "SELECT count(DISTINCT md5(n::VARCHAR) || md5(n::VARCHAR)) FROM range(9000000) t(n)",
        )

    assert not list(tmp_path.glob("**/*.tmp"))
