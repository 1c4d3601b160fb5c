"""Data sets with further columns, and runs that have answers to their rows."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.column import ColumnKind
from core.data.dataset import Dataset
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run

Cell = Callable[[int], str]


def column_dataset(
    workspace: Workspace,
    columns: Mapping[str, tuple[ColumnKind, Cell]],
    *,
    rows: int = 600,
    classes: int = 2,
    name: str = "wide",
    sensitive: Sequence[str] = (),
) -> Dataset:
    """The toy's rows with further columns, whose cells follow from the row's number."""
    workspace.root.mkdir(parents=True, exist_ok=True)
    made = [
        (text, label, *(cell(number) for _, cell in columns.values()))
        for number, (text, label) in enumerate(toy.make_rows(rows, classes=classes))
    ]
    header = ("my text", "my label", *columns)
    path = toy.write_csv(workspace.root / f"{name}.csv", made, header)
    kinds = {each: kind for each, (kind, _) in columns.items()}
    choices = ColumnChoices(sensitive=tuple(sensitive), kinds=kinds)
    return import_file(workspace, path, Columns("my text", "my label"), choices=choices).dataset


def unfair_run(workspace: Workspace, dataset: Dataset, unfair: Callable[[int], bool]) -> Run:
    """A run that knows every label but calls all rows of a group positive; its threshold is 0.5."""
    run = answered_run(workspace, dataset, "Mine")
    path = workspace.run(run.id).predictions
    table = pq.read_table(path)
    pairs = zip(table["row"].to_pylist(), table["class_id"].to_pylist(), strict=True)
    noise = np.random.default_rng(0).uniform(-0.09, 0.09, len(table))
    known = [0.9 if class_id or unfair(row) else 0.1 for row, class_id in pairs]
    scores = (np.array(known) + noise).astype(np.float32)
    for column, values in (("p_0", 1 - scores), ("p_1", scores)):
        place = table.schema.get_field_index(column)
        table = table.set_column(place, column, pa.array(values))
    pq.write_table(table, path)
    keep_operating_point(workspace, run, OperatingPoint(0.5, Rule.HAND, (0.5,)))
    return run
