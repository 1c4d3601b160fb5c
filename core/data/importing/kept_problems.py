"""Problems of rows that are kept, which show only when all rows are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import ID, LABEL, ROW, TEXT
from core.data.importing.import_report import ImportReport, Problem, RowProblem, excerpt
from core.data.row_groups import taken_rows
from core.data.text.profile import HealthCheck
from core.workspace import DatasetPaths


def note_repeated_ids(report: ImportReport, paths: DatasetPaths, rows: NDArray[np.int64]) -> None:
    """Add the rows whose id an earlier one has."""
    for some, cells in taken_rows(paths.texts, rows, [ID]):
        found = zip(report.numbers(some).tolist(), cells[ID].to_pylist(), strict=True)
        report.add(
            RowProblem(row, Problem.REPEATED_ID, excerpt(repeated)) for row, repeated in found
        )


def note_conflicts(report: ImportReport, paths: DatasetPaths) -> None:
    """Add the rows that the profile found to have the words of another but not its label."""
    for some, cells in taken_rows(paths.texts, _conflicting_rows(paths.findings), [LABEL, TEXT]):
        said = (
            f"{label or 'no label'}: {text}"
            for label, text in zip(cells[LABEL].to_pylist(), cells[TEXT].to_pylist(), strict=True)
        )
        found = zip(report.numbers(some).tolist(), said, strict=True)
        report.add(RowProblem(row, Problem.CONFLICT, excerpt(text)) for row, text in found)


def _conflicting_rows(findings: Path) -> NDArray[np.int64]:
    with pq.ParquetFile(findings) as file:
        found = [
            batch.column(ROW).filter(pc.equal(batch.column("check"), HealthCheck.CONFLICT.value))
            for batch in file.iter_batches()
        ]
    return np.concatenate([np.zeros(0, np.int64), *(rows.to_numpy() for rows in found)])
