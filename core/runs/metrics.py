"""A run's metrics: JSON lines, appended by the worker, read piece by piece by the pages."""

from __future__ import annotations

import json
import math
import threading
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.files import write_atomically
from core.records import parse_json

STEP = "step"
VALIDATION = "validation"
RESOURCES = "resources"
KIND = "kind"

Values = NDArray[np.float64]
_MARK_BYTES = 256


class MetricsLog:
    """Appends one line a measurement; the worker is its only writer."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def append(self, kind: str, **values: float) -> None:
        """Write one line: kind STEP, VALIDATION or RESOURCES, and named numbers."""
        # Not by `records`, which writes null for a loss that is NaN or infinite.
        line = json.dumps({KIND: kind, **values}) + "\n"
        with self._lock:  # Use of the machine is measured in another thread.
            self._file.write(line)

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
    rows = [row for line in whole.splitlines() if (row := _row(line))]
    return MetricsPage(rows, offset + len(whole))


def truncate_metrics(path: Path, step: int, seconds: float) -> None:
    """Drop what was measured after a step, in one move: a resumed run measures it again.

    Args:
        path: Of the log; a missing one is no error.
        step: The last step that stays.
        seconds: Training time at that step; of what has no step, what is later goes.
    """
    page = read_metrics(path)
    kept = [
        row
        for row in page.rows
        if (row["step"] <= step if "step" in row else row.get("seconds", 0.0) <= seconds)
    ]
    # Half a line at the end, as a full disk leaves it, would spoil the next one.
    torn = path.exists() and path.stat().st_size > page.offset
    if torn or len(kept) < len(page.rows):
        write_atomically(path, "".join(json.dumps(row) + "\n" for row in kept))


def _row(line: bytes) -> dict[str, Any] | None:
    """A line's kind and numbers; None if it is none.

    Torn by a full disk or a power cut: the rest is as good as it was.
    """
    try:
        row = parse_json(line)
        numbers = {name: value for name, value in row.items() if isinstance(value, int | float)}
        np.array(list(numbers.values()), np.float64)
    except (ValueError, AttributeError, OverflowError):
        return None
    kind = row.get(KIND)
    return {KIND: kind, **numbers} if isinstance(kind, str) else None


@dataclass(frozen=True, eq=False)
class Measurements:
    """All that a run has measured up to a moment, by kind and name.

    Each column has an entry a line of its kind; where a line lacks the name, it is NaN.
    `worked_out` is for what readers derive from these very columns and want again at their next
    look; it goes when something new comes.
    """

    columns: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    worked_out: dict[Any, Any] = field(default_factory=dict, repr=False)

    def column(self, kind: str, name: str) -> Values:
        """The values of one name, shape (lines of the kind,); empty before the first line."""
        columns = self.columns.get(kind, {})
        lines = len(next(iter(columns.values()))) if columns else 0
        return columns[name] if name in columns else np.full(lines, np.nan)

    def count(self, kind: str) -> int:
        """How many lines of a kind there are."""
        return len(self.column(kind, "step"))

    def last(self, kind: str, name: str) -> float:
        """The newest value of one name; NaN before the first."""
        values = self.column(kind, name)
        return float(values[-1]) if len(values) else math.nan


class MetricsReader:
    """Reads a log on from where its last look ended; may be shared by threads.

    A log that was cut back, as when a run resumes from a checkpoint, is read anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._offset = 0
        self._mark = b""  # What stands before the offset, to tell whether it is the same log.
        self._tables: dict[str, _Table] = {}
        self._measured = Measurements()

    def read(self) -> Measurements:
        """All measurements so far: the same object as long as there are no new ones."""
        with self._lock:
            try:
                found = self._path.stat()
            except FileNotFoundError:
                if self._offset:
                    self._forget()
                return self._measured
            seen = (found.st_ino, found.st_size, found.st_mtime_ns)
            if seen != self._seen:
                self._read_on()
                self._seen = seen
            return self._measured

    def _forget(self) -> None:
        self._seen, self._offset, self._mark = None, 0, b""
        self._tables, self._measured = {}, Measurements()

    def _read_on(self) -> None:
        with self._path.open("rb") as file:
            file.seek(self._offset - len(self._mark))
            if file.read(len(self._mark)) != self._mark:
                self._forget()
                file.seek(0)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        if not whole:
            return
        self._offset += len(whole)
        self._mark = (self._mark + whole)[-_MARK_BYTES:]
        for line in whole.splitlines():
            self._add(line)
        columns = {kind: table.columns() for kind, table in self._tables.items()}
        self._measured = Measurements(columns)

    def _add(self, line: bytes) -> None:
        if row := _row(line):
            self._tables.setdefault(row.pop(KIND), _Table()).add(row)


class _Table:
    """Columns of numbers that grow line by line, eight bytes a number."""

    def __init__(self) -> None:
        self._lines = 0
        self._columns: dict[str, array[float]] = {}

    def add(self, row: Mapping[str, float]) -> None:
        for name, value in row.items():
            column = self._columns.setdefault(name, array("d"))
            self._fill(column)
            column.append(value)
        self._lines += 1

    def columns(self) -> dict[str, Values]:
        for column in self._columns.values():
            self._fill(column)
        return {name: np.array(column) for name, column in self._columns.items()}

    def _fill(self, column: array[float]) -> None:
        column.extend([math.nan] * (self._lines - len(column)))


def smoothed(values: Sequence[float] | Values, weight: float) -> list[float]:
    """Exponential moving average without the pull towards 0 of its start.

    Source: TensorBoard's scalar smoothing, the debiased average of Kingma and Ba (2015), Adam.
    As there, what is no finite number stays as it is and does not count.

    Args:
        values: Measurements in order.
        weight: From 0 (as they are) to just under 1 (nearly flat).
    """
    numbers = np.asarray(values, np.float64)
    finite = np.isfinite(numbers)
    counted = pd.Series(np.where(finite, numbers, np.nan))
    # pandas' "adjusted" weights are the debiased ones.
    averages = counted.ewm(alpha=1.0 - weight, adjust=True, ignore_na=True).mean().to_numpy()
    result: list[float] = np.where(finite, averages, numbers).tolist()
    return result
