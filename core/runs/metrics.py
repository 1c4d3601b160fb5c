"""A run's metrics: JSON lines, appended by the worker, read piece by piece by the pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

STEP = "step"
VALIDATION = "validation"
KIND = "kind"


class MetricsLog:
    """Appends one line a measurement; the worker is its only writer."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def append(self, kind: str, **values: float) -> None:
        """Write one line: kind STEP or VALIDATION, and named numbers."""
        self._file.write(json.dumps({KIND: kind, **values}) + "\n")

    def __enter__(self) -> MetricsLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


@dataclass(frozen=True)
class MetricsPage:
    """Measurements read so far and where to read on (bytes)."""

    rows: list[dict[str, Any]]
    offset: int


def read_metrics(path: Path, offset: int = 0) -> MetricsPage:
    """Read the whole lines after `offset`; a half-written last line is left for next time."""
    if not path.exists():
        return MetricsPage([], offset)
    with path.open("rb") as file:
        file.seek(offset)
        content = file.read()
    whole = content[: content.rfind(b"\n") + 1]
    rows = [json.loads(line) for line in whole.splitlines()]
    return MetricsPage(rows, offset + len(whole))


def metrics_table(rows: list[dict[str, Any]], kind: str) -> pd.DataFrame:
    """The measurements of one kind as a table, one column a number."""
    return pd.DataFrame([row for row in rows if row[KIND] == kind]).drop(
        columns=KIND, errors="ignore"
    )


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Exponential moving average without the pull towards 0 of its start.

    Source: TensorBoard's scalar smoothing, the debiased average of Kingma and Ba (2015), Adam.

    Args:
        values: Measurements in order.
        weight: From 0 (as they are) to just under 1 (nearly flat).
    """
    result, average = [], 0.0
    for count, value in enumerate(values, start=1):
        average = weight * average + (1.0 - weight) * value
        result.append(average / (1.0 - weight**count))
    return result
