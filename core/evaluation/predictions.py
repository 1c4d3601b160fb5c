"""What a run answered on the rows of one part that it had frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import ROW, TEXT
from core.data.splits.split import PART, TEST, VALIDATION
from core.errors import NotFound
from core.files import damage_said
from core.kept_reads import kept_read
from core.runs.predicted_labels import ClassIds, Probabilities
from core.runs.result import TRAIN_AGAIN
from core.runs.run import Run
from core.workspace import Workspace

SCORED_PARTS = (VALIDATION, TEST)
CLASS_ID = "class_id"


@dataclass(frozen=True)
class Predictions:
    """Row numbers, true class ids and probabilities of one part.

    `rows` and `class_ids` have shape (n,), `probabilities` shape (n, classes).
    """

    part: str
    classes: tuple[str, ...]
    rows: ClassIds = field(repr=False)
    class_ids: ClassIds = field(repr=False)
    probabilities: Probabilities = field(repr=False)

    @property
    def binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2

    @property
    def scores(self) -> Probabilities:
        """Probability of the second of two classes, shape (n,)."""
        return self.probabilities[:, 1]

    @property
    def one_class(self) -> bool:
        """Whether all rows are of one class, so that most figures mean nothing."""
        return len(np.unique(self.class_ids)) < 2

    def __len__(self) -> int:
        return len(self.class_ids)

    def take(self, places: ClassIds) -> Predictions:
        """These places of it, in this order."""
        return Predictions(
            self.part,
            self.classes,
            self.rows[places],
            self.class_ids[places],
            self.probabilities[places],
        )


def read_predictions(workspace: Workspace, run: Run, part: str) -> Predictions:
    """What the run's kept model answered on a part, in the order of the data set's rows.

    Raises:
        NotFound: the run has not been measured yet, or has no rows in that part.
        DamagedFile: its file of predictions is damaged.
    """
    path = workspace.run(run.id).predictions
    if not path.exists():
        raise NotFound(
            "a run that has been measured", f"{run.name!r}, which has not", "wait for its end"
        )
    return read_prediction_file(path, run.classes, part, run.name)


def read_prediction_file(path: Path, classes: tuple[str, ...], part: str, name: str) -> Predictions:
    """A part's answers from a file of tables by `prediction_table`; `name` is for its errors.

    Raises:
        NotFound: there are no rows of that part.
        DamagedFile: the file is missing or damaged.
    """
    with damage_said(f"the predictions of {name!r}", path, TRAIN_AGAIN):
        table = pq.read_table(path, filters=[(PART, "=", part)]).sort_by(ROW)
        columns = [table[f"p_{class_id}"].to_numpy() for class_id in range(len(classes))]
        rows, class_ids = table[ROW].to_numpy(), table[CLASS_ID].to_numpy()
        if len(class_ids) and not 0 <= class_ids.min() <= class_ids.max() < len(classes):
            raise ValueError("a class that the run does not know")
    if not len(rows):
        raise NotFound(
            f"a run with a {part} part",
            f"{name!r} without one",
            "choose the validation part, or train with a share for testing",
        )
    return Predictions(part, classes, rows, class_ids, np.column_stack(columns))


def prediction_table(
    part: str, rows: ClassIds, class_ids: ClassIds, probabilities: Probabilities
) -> pa.Table:
    """Answers as a table: columns row, part, class_id, and p_0, p_1 … for the classes."""
    columns: dict[str, object] = {ROW: rows, PART: np.repeat(part, len(rows)), CLASS_ID: class_ids}
    for position in range(probabilities.shape[1]):
        columns[f"p_{position}"] = probabilities[:, position]
    return pa.table(columns)


def scored_parts(workspace: Workspace, run: Run) -> tuple[str, ...]:
    """The parts that the run has answers for; none before it has been measured.

    Raises:
        DamagedFile: its file of predictions is damaged.
    """
    path = workspace.run(run.id).predictions
    if not path.exists():
        return ()
    with damage_said(f"the predictions of {run.name!r}", path, TRAIN_AGAIN):
        return kept_read(path, _parts_in)


def _parts_in(path: Path) -> tuple[str, ...]:
    found = set(pq.read_table(path, columns=[PART])[PART].unique().to_pylist())
    return tuple(part for part in SCORED_PARTS if part in found)


def texts_of(workspace: Workspace, run: Run, rows: Sequence[int]) -> pd.DataFrame:
    """The run's own copy of these rows, in their order: it outlives the data set.

    Returns:
        Columns row and text.
    """
    path = workspace.run(run.id).examples
    with damage_said(f"the rows of run {run.name!r}", path, TRAIN_AGAIN):
        table = pq.read_table(path, columns=[ROW, TEXT], filters=[(ROW, "in", list(rows))])
        found: pd.DataFrame = table.to_pandas().set_index(ROW).loc[list(rows)].reset_index()
        return found
