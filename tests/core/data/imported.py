"""What a test asks of a workspace after an import."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from core.data.dataset import ID, LABEL, TEXT, Dataset
from core.data.importing.import_report import Problem
from core.data.importing.importer import ImportResult, import_file
from core.workspace import DatasetPaths, Workspace

FILES = {
    *("texts.parquet", "dataset.json", "problems.csv"),
    *("terms.parquet", "duplicates.parquet", "findings.parquet", "profile.json"),
}

NAMES = {getattr(DatasetPaths(Path()), name).name for name in vars(DatasetPaths) if name[0] != "_"}


def imported(workspace: Workspace, file: Path, content: str | bytes, **options: object) -> Dataset:
    """The data set that a file of this content becomes."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(workspace, file, **options).dataset


def rows_of(workspace: Workspace, dataset: Dataset) -> list[tuple[str, str, str | None]]:
    """The (id, text, label) rows of a data set."""
    table = pq.read_table(workspace.dataset(dataset.id).texts)
    return list(zip(*(table[name].to_pylist() for name in (ID, TEXT, LABEL)), strict=True))


def problems_of(workspace: Workspace, dataset: Dataset) -> list[tuple[str, int, str]]:
    """The lines of a data set's problems.csv."""
    with workspace.dataset(dataset.id).problems.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["problem", "row", "detail"]
    return [(problem, int(row), detail) for problem, row, detail in lines]


def report_is_truthful(workspace: Workspace, result: ImportResult) -> bool:
    """Whether rows, counts and the lines of problems.csv of a new data set agree."""
    dataset = result.dataset
    lines = problems_of(workspace, dataset)
    assert result.is_new
    assert (result.skipped, result.problems) == (dataset.skipped, dataset.problems)
    assert dataset.rows == len(rows_of(workspace, dataset)) >= 1
    assert dataset.rows + result.skipped == result.rows_in_file
    assert Counter(problem for problem, _, _ in lines) == Counter(result.problems)
    left_out = [row for problem, row, _ in lines if Problem(problem).skips]
    assert len(left_out) == len(set(left_out)) == result.skipped
    assert left_out == sorted(left_out)
    assert all(len(d) <= 80 and not re.search(r"[\x00-\x1f\x7f-\x9f]", d) for _, _, d in lines)
    return True


def nothing_half_written(workspace: Workspace) -> bool:
    """Staging is empty and every data set is whole."""
    staged = list((workspace.root / "staging").glob("*"))
    folders = list(workspace.datasets.glob("*"))
    whole = [f for f in folders if FILES <= {p.name for p in f.iterdir()} <= NAMES]
    return not staged and whole == folders


def csv_bytes(rows: Iterable[Sequence[object]], **dialect: object) -> bytes:
    """Rows as Python's csv module writes them, in UTF-8."""
    file = io.StringIO(newline="")
    csv.writer(file, **dialect).writerows(rows)
    return file.getvalue().encode()
