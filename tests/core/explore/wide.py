"""Data sets with further columns, imported from a file as people have them."""

from collections.abc import Mapping, Sequence

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.workspace import Workspace
from tests.core.data.imported import csv_bytes


def wide_dataset(
    workspace: Workspace,
    columns: Mapping[str, Sequence[object]],
    labels: Sequence[str],
    *,
    name: str = "wide",
    sensitive: Sequence[str] = (),
    **kinds: ColumnKind,
) -> Dataset:
    """Rows of these labels, "" for none, with these cells, "" for missing ones, in row groups of
    100."""
    rows = zip(labels, *columns.values(), strict=True)
    texts = [[f"text number {number}", *row] for number, row in enumerate(rows)]
    workspace.root.mkdir(parents=True, exist_ok=True)
    path = workspace.root / f"{name}.csv"
    path.write_bytes(csv_bytes([["the text", "the label", *columns], *texts]))
    chosen = ColumnChoices(sensitive=tuple(sensitive), kinds=kinds)
    return import_file(
        workspace, path, Columns("the text", "the label"), choices=chosen, group_rows=100
    ).dataset
