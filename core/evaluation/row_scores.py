"""A run's score and predicted label of every row that it was measured on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import ROW
from core.errors import NotFound
from core.evaluation.operating_point import operating_point
from core.files import damage_said
from core.runs.predicted_labels import predicted_labels, scores_of
from core.runs.result import TRAIN_AGAIN
from core.runs.run import Run
from core.workspace import Workspace


@dataclass(frozen=True, eq=False)
class RowScores:
    """Rows, ascending, with what a run says of each; all of shape (n,).

    `class_ids` are positions in the run's classes, by its operating point.
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    class_ids: NDArray[np.int64]


def row_scores(workspace: Workspace, run: Run) -> RowScores:
    """What the run's kept model answered on its validation and test rows.

    Raises:
        NotFound: the run has not been measured yet.
        DamagedFile: its file of predictions is damaged.
    """
    path = workspace.run(run.id).predictions
    if not path.exists():
        raise NotFound(
            "a run that has been measured", f"{run.name!r}, which has not", "wait for its end"
        )
    threshold = operating_point(workspace, run).threshold
    names = [f"p_{class_id}" for class_id in range(len(run.classes))]
    with (
        damage_said(f"the predictions of {run.name!r}", path, TRAIN_AGAIN),
        pq.ParquetFile(path) as file,
    ):
        found = [_of(batch, threshold) for batch in file.iter_batches(columns=[ROW, *names])]
    empty = RowScores(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))
    return _in_order([empty, *found])


def _of(batch: pa.RecordBatch, threshold: float) -> RowScores:
    probabilities = np.column_stack([column.to_numpy() for column in batch.columns[1:]])
    rows = batch.column(0).to_numpy().astype(np.int64)
    return RowScores(rows, scores_of(probabilities), predicted_labels(probabilities, threshold))


def _in_order(pieces: list[RowScores]) -> RowScores:
    rows = np.concatenate([piece.rows for piece in pieces])
    order = np.argsort(rows, kind="stable")
    scores = np.concatenate([piece.scores for piece in pieces])[order]
    class_ids = np.concatenate([piece.class_ids for piece in pieces])[order]
    return RowScores(rows[order], scores, class_ids)
