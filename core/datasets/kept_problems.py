"""Problems of rows that are kept, which show only when all rows are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.datasets.dataset import ID, LABEL, ROW, TEXT
from core.datasets.profile import HealthCheck
from core.datasets.report import Finding, ImportReport, Problem, excerpt
from core.workspace import DatasetPaths


def note_repeated_ids(report: ImportReport, paths: DatasetPaths, rows: NDArray[np.int64]) -> None:
    """Add the rows whose id an earlier one has."""
    for row, cells in _cells(paths.texts, rows, [ID]):
        report.add([Finding(report.number(row), Problem.REPEATED_ID, excerpt(cells[ID]))])


def note_conflicts(report: ImportReport, paths: DatasetPaths) -> None:
    """Add the rows that the profile found to have the words of another but not its label."""
    for row, cells in _cells(paths.texts, _conflicting_rows(paths.findings), [LABEL, TEXT]):
        said = f"{cells[LABEL] or 'no label'}: {cells[TEXT]}"
        report.add([Finding(report.number(row), Problem.CONFLICT, excerpt(said))])


def _conflicting_rows(findings: Path) -> NDArray[np.int64]:
    with pq.ParquetFile(findings) as file:
        found = [
            batch.column(ROW).filter(pc.equal(batch.column("check"), HealthCheck.CONFLICT.value))
            for batch in file.iter_batches()
        ]
    return np.concatenate([np.zeros(0, np.int64), *(rows.to_numpy() for rows in found)])


def _cells(
    texts: Path, rows: NDArray[np.int64], columns: list[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Cells of rows in ascending order, one row group in memory at a time."""
    if not len(rows):
        return
    first = 0
    with pq.ParquetFile(texts) as file:
        for group in range(file.num_row_groups):
            behind = first + file.metadata.row_group(group).num_rows
            start, end = np.searchsorted(rows, [first, behind])
            if start < end:
                table = file.read_row_group(group, columns=columns).take(rows[start:end] - first)
                yield from zip(rows[start:end].tolist(), table.to_pylist(), strict=True)
            first = behind
