from pathlib import Path

import pytest

from core.data.dataset import find_dataset, list_datasets
from core.data.importing.import_job import IMPORT, ImportRequest, percentage, run_import
from core.data.importing.import_report import OnProblem
from core.data.importing.preview import Columns
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from core.records import from_json, to_json
from core.workspace import Workspace
from tests.core.data.imported import rows_of

Told = list[tuple[str, int, int]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("a,b\none,0\n,1\ntwo,1\n", "utf-8")
    return path


def test_a_file_is_imported_as_the_request_says(workspace: Workspace, file: Path) -> None:
    told: Told = []
    request = ImportRequest(
        str(file), Columns("a", "b"), FileFormat(FileKind.CSV), name="Mine", source="from me"
    )

    result = run_import(workspace, request, lambda *call: told.append(call))

    dataset = find_dataset(workspace, result.dataset_id)
    assert (dataset.name, dataset.source) == ("Mine", "from me")
    assert [row[1:] for row in rows_of(workspace, dataset)] == [("one", "0"), ("two", "1")]
    assert (result.is_new, result.rows, result.skipped) == (True, 2, 1)
    assert result.problems == {"empty": 1}
    assert told[0] == ("Reading", 0, 100)
    assert told[-1] == ("Profiling", 100, 100)
    assert file.exists()


def test_an_upload_goes_once_it_is_imported(workspace: Workspace, file: Path) -> None:
    request = ImportRequest(str(file), upload=True)

    assert run_import(workspace, request, lambda *_: None).rows == 2
    assert not file.exists()


def test_an_upload_that_cannot_be_imported_stays(workspace: Workspace, file: Path) -> None:
    request = ImportRequest(str(file), on_problem=OnProblem.STOP, upload=True)

    with pytest.raises(BadInput):
        run_import(workspace, request, lambda *_: None)

    assert file.exists()
    assert list_datasets(workspace) == []


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (0, 1000, ("Reading", 0, 100)),
        (599, 1000, ("Reading", 59, 100)),
        (600, 1000, ("Profiling", 60, 100)),
        (1000, 1000, ("Profiling", 100, 100)),
        (0, 0, ("Profiling", 0, 100)),
    ],
)
def test_bytes_become_a_stage_and_a_percentage(
    done: int, total: int, said: tuple[str, int, int]
) -> None:
    told: Told = []

    percentage(lambda *call: told.append(call))(done, total)

    assert told == [said]


def test_a_request_comes_back_from_the_tasks_file() -> None:
    request = ImportRequest(
        "/a b.csv", Columns("a", None, "c"), FileFormat(FileKind.EXCEL, sheet="2"),
        on_problem=OnProblem.STOP,
    )  # fmt: skip

    assert from_json(IMPORT.request, to_json(request)) == request
