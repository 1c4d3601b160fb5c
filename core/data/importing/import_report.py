"""What an import found wrong, row by row."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput

LONG_TEXT_CHARS = 20_000
_DETAIL_CHARS = 80
_HEADER = ("problem", "row", "detail")


class Problem(str, Enum):
    """What can be wrong with a row of a file."""

    QUOTING = "quoting"
    FIELDS = "fields"
    HEADER = "header"
    BYTES = "bytes"
    JSON = "json"
    EMPTY = "empty"
    LONG = "long"
    LABEL_LIST = "label_list"
    CONFLICT = "conflict"
    REPEATED_ID = "repeated_id"

    @property
    def skips(self) -> bool:
        """Whether a row with this problem is left out."""
        return self not in _KEPT

    @property
    def label(self) -> str:
        """A few plain words for people, such as stand behind "rows with"."""
        return _LABELS[self]


_KEPT = (Problem.LONG, Problem.LABEL_LIST, Problem.CONFLICT, Problem.REPEATED_ID)
_LABELS = {
    Problem.QUOTING: "broken quoting",
    Problem.FIELDS: "the wrong number of fields",
    Problem.HEADER: "the column names once more, or a line below them",
    Problem.BYTES: "bytes that do not fit the encoding",
    Problem.JSON: "something else than a JSON object",
    Problem.EMPTY: "no text",
    Problem.LONG: f"more than {LONG_TEXT_CHARS:,} characters",
    Problem.LABEL_LIST: "several labels, or none for the whole text",
    Problem.CONFLICT: "the same words as another row but another label",
    Problem.REPEATED_ID: "an id that an earlier row has",
}


class OnProblem(str, Enum):
    """What to do at a row that cannot be imported."""

    SKIP = "skip"
    STOP = "stop"


class RowProblem(NamedTuple):
    """One row's problem; `row` is its number in the file, `detail` a reason or an excerpt."""

    row: int
    problem: Problem
    detail: str


def excerpt(text: str) -> str:
    """The beginning of a text on one line, without control characters."""
    start = text[: 2 * _DETAIL_CHARS]
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\s]+", " ", start).strip()
    return plain if len(plain) <= _DETAIL_CHARS else plain[: _DETAIL_CHARS - 1] + "…"


class ImportReport:
    """Counts problems and writes them to a file as they come; used as a context.

    `rows_in_file` counts the header not; `skipped` of them are left out.
    """

    def __init__(self, path: Path, *, on_problem: OnProblem = OnProblem.SKIP) -> None:
        self.rows_in_file = 0
        self.counts: Counter[Problem] = Counter()
        self._on_problem = on_problem
        self._first_skipped: dict[Problem, int] = {}
        self._numbers = _RowNumbers()
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(_HEADER)

    @property
    def skipped(self) -> int:
        """Rows of the file that are left out."""
        return sum(count for problem, count in self.counts.items() if problem.skips)

    @property
    def problems(self) -> dict[str, int]:
        """Rows by problem, in the order of Problem; those that did not occur are left out."""
        return {p.value: self.counts[p] for p in Problem if self.counts[p]}

    def add(self, findings: Iterable[RowProblem]) -> None:
        """Note problems, in the order of their rows.

        Raises:
            BadInput: a row is to be left out, and the import is to stop at such a one.
        """
        for row, problem, detail in findings:
            if problem.skips and self._on_problem is OnProblem.STOP:
                raise BadInput(
                    "rows that can all be imported",
                    f"{problem.label} in row {row:,}" + (f" ({detail})" if detail else ""),
                    "fix that row in the file, or have such rows left out",
                )
            self.counts[problem] += 1
            self._first_skipped.setdefault(problem, row)
            self._writer.writerow((problem.value, row, detail))

    def kept(self, numbers: NDArray[np.int64]) -> None:
        """Remember where the next rows of the data set stand in the file."""
        self._numbers.append(numbers)

    def numbers(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where rows of the data set stand in the file; without a file, they count from 1."""
        return self._numbers.of(rows) if self.rows_in_file else rows + 1

    def sentences(self) -> list[str]:
        """What was left out or is odd, for people."""
        return [self._sentence(problem, count) for problem, count in self.counts.items() if count]

    def _sentence(self, problem: Problem, count: int) -> str:
        rows = rows_of(count)
        if problem is Problem.LONG:
            return f"{rows} with {problem.label} kept whole; a model reads only their beginning"
        if problem is Problem.LABEL_LIST:
            return f"{rows} with {problem.label}, kept as unlabelled"
        if not problem.skips:
            return f"{rows} with {problem.label} kept"
        first = self._first_skipped[problem]
        return f"{rows} with {problem.label} left out (the first is row {first:,})"

    def close(self) -> None:
        """Close the file of problems; no more can be noted then."""
        self._file.close()

    def __enter__(self) -> ImportReport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def rows_of(count: int) -> str:
    """A number of rows in words: "1 row", "2,000 rows"."""
    return "1 row" if count == 1 else f"{count:,} rows"


class _RowNumbers:
    """Which row of the file each row of the data set was; only gaps take memory."""

    def __init__(self) -> None:
        self._length = 0
        self._next = -1
        self._rows: list[NDArray[np.int64]] = []
        self._starts: list[NDArray[np.int64]] = []
        self._merged: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def append(self, numbers: NDArray[np.int64]) -> None:
        if not len(numbers):
            return
        before = np.concatenate(([self._next - 1], numbers[:-1]))
        gaps = np.flatnonzero(numbers != before + 1)
        self._rows.append(gaps + self._length)
        self._starts.append(numbers[gaps])
        self._length += len(numbers)
        self._next = int(numbers[-1]) + 1
        self._merged = None

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        if self._merged is None:
            self._merged = np.concatenate(self._rows), np.concatenate(self._starts)
        firsts, starts = self._merged
        at = np.searchsorted(firsts, rows, side="right") - 1
        found: NDArray[np.int64] = starts[at] + rows - firsts[at]
        return found
