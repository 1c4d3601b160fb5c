"""Small data sets for tests, in several row groups, with tables beside the texts as asked for."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import Dataset
from core.data.importing.writer import dataset_writer, publish
from core.data.text.profile import write_profile
from core.workspace import Workspace

Row = tuple[str, str | None]


def make_dataset(
    workspace: Workspace, rows: Sequence[Row], *, name: str = "small", group_rows: int = 100
) -> Dataset:
    """A data set of (text, label) pairs; ids are id0, id1, …"""
    with dataset_writer(workspace) as (writer, folder):
        for first in range(0, len(rows), group_rows):
            texts, labels = zip(*rows[first : first + group_rows], strict=True)
            ids = [f"id{first + place}" for place in range(len(texts))]
            writer.write(
                pa.array(ids, pa.string()),
                pa.array(texts, pa.string()),
                pa.array(labels, pa.string()),
            )
        dataset = publish(workspace, writer, folder, name=name, source="a test")[0]
    if not workspace.dataset(dataset.id).profile.is_file():
        write_profile(workspace.dataset(dataset.id).folder)
    return dataset


def write_columns(path: Path, **columns: Iterable[object]) -> Path:
    """A Parquet file of these columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({name: pa.array(list(values)) for name, values in columns.items()}), path
    )
    return path
