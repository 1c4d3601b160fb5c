"""What a test asks of a workspace after an import."""

import csv
import io
from collections.abc import Iterable, Sequence

import pyarrow.parquet as pq

from core.datasets.dataset import ID, LABEL, TEXT, Dataset
from core.workspace import Workspace


def rows_of(workspace: Workspace, dataset: Dataset) -> list[tuple[str, str, str | None]]:
    """The (id, text, label) rows of a data set."""
    table = pq.read_table(workspace.dataset(dataset.id).texts)
    return list(zip(*(table[name].to_pylist() for name in (ID, TEXT, LABEL)), strict=True))


def nothing_half_written(workspace: Workspace) -> bool:
    """Staging is empty and every data set is whole."""
    staged = list((workspace.root / "staging").glob("*"))
    folders = list(workspace.datasets.glob("*"))
    whole = [
        f for f in folders if {p.name for p in f.iterdir()} == {"texts.parquet", "dataset.json"}
    ]
    return not staged and whole == folders


def csv_bytes(rows: Iterable[Sequence[object]], **dialect: object) -> bytes:
    """Rows as Python's csv module writes them, in UTF-8."""
    file = io.StringIO(newline="")
    csv.writer(file, **dialect).writerows(rows)
    return file.getvalue().encode()
