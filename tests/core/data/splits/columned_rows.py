"""Data sets whose labels and further columns are known cell by cell."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from core.data.column import Column, ColumnKind
from core.data.dataset import Dataset
from core.workspace import Workspace
from tests.core.explore.small import make_dataset, write_columns

Cells = Sequence[object]


def make_columned_rows(
    workspace: Workspace,
    labels: Sequence[str | None],
    columns: dict[str, Cells],
    *,
    kinds: dict[str, ColumnKind] | None = None,
    sensitive: Sequence[str] = (),
) -> Dataset:
    """A row for each label, with its cells; a column is of categories unless said otherwise."""
    rows = [(f"text number{place} here", label) for place, label in enumerate(labels)]
    dataset = make_dataset(workspace, rows)
    described, written = [], {}
    for place, (name, cells) in enumerate(columns.items()):
        kind = (kinds or {}).get(name, ColumnKind.CATEGORY)
        known = [cell for cell in cells if cell is not None]
        column = Column(
            name, kind, place, len(cells) - len(known), len(set(known)), name in sensitive
        )
        described.append(column)
        written[column.cells] = pa.array(
            [None if cell is None else str(cell) for cell in cells], pa.string()
        )
        if kind is ColumnKind.TIME:
            written[column.values] = pa.array(list(cells), pa.timestamp("us"))
    dataset = replace(dataset, columns=tuple(described))
    paths = workspace.dataset(dataset.id)
    write_columns(paths.columns, **written)
    paths.description.write_text(dataset.to_json(), "utf-8")
    return dataset
