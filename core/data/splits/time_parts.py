"""Parts in the order of time: learn from what came before, judge by what came after."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.data.column import Column, ColumnKind
from core.data.columns import column_values
from core.data.dataset import Dataset
from core.data.filters.expression.moments import moment
from core.data.labelled import Labelled
from core.data.splits.part_notes import (
    be,
    class_notes,
    column_to_split_by,
    have,
    listed,
    refuse_one_class,
    rows_said,
    sentences,
    size_notes,
    unlabelled_note,
)
from core.data.splits.split import (
    PARTS,
    TEST,
    TRAIN,
    VALIDATION,
    Rows,
    Split,
    SplitPlan,
    part_size,
)
from core.errors import BadInput
from core.workspace import Workspace

_EPOCH = datetime(1970, 1, 1)


def split_by_time(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, labelled: Labelled
) -> Split:
    """Early rows to train, later ones to validate, the latest to test; rows in order of time.

    Rows of one moment are never divided, so that sizes are as near as moments allow. Rows
    without a time are in no part.

    Raises:
        BadInput: there is no such column, it holds no times, or a part would be empty.
    """
    column = _time_column(dataset, plan.column)
    known, moments = column_values(workspace, dataset, column)
    rows = labelled.rows[known[labelled.rows]]
    order = np.argsort(moments[rows], kind="stable")
    rows = rows[order]
    ends = _ends(plan, moments[rows], column)
    begins = [0, *ends[:-1]]
    train, validation, test = (rows[a:b] for a, b in zip(begins, ends, strict=True))
    refuse_one_class(train, labelled, column)
    parts = {TRAIN: train, VALIDATION: validation, TEST: test}
    timeless = len(labelled) - len(rows)
    return Split(
        *parts.values(),
        notes=sentences(
            [] if column.sensitive else _begin_notes(parts, moments),
            []
            if plan.cuts
            else size_notes("Rows of one moment stay together", plan, parts, len(rows)),
            [f"{rows_said(timeless)} {have(timeless)} no time and {be(timeless)} in no part."]
            * bool(timeless),
            unlabelled_note(dataset.rows - len(labelled)),
            class_notes(parts, labelled),
        ),
    )


def _time_column(dataset: Dataset, name: str) -> Column:
    column = column_to_split_by(dataset, name)
    if column.kind is ColumnKind.TIME:
        return column
    times = [each.name for each in dataset.columns if each.kind is ColumnKind.TIME]
    raise BadInput(
        "a column of dates or times",
        f"{name!r}, a column of kind {column.kind.value}",
        f"choose {listed(times)}" if times else "divide by chance, groups or a column of parts",
    )


def _ends(plan: SplitPlan, ordered: NDArray[np.int64], column: Column) -> list[int]:
    """Where train, validation and test end among moments in their order."""
    if plan.cuts:
        cuts = [found.first - _EPOCH for found in map(moment, plan.cuts) if found is not None]
        places = [cut // timedelta(microseconds=1) for cut in cuts]
        ends = [*np.searchsorted(ordered, places, side="left").tolist(), len(ordered)]
    else:
        ends = _ends_by_size(plan, ordered)
    wanted = 3 if plan.cuts or plan.test else 2
    for part, rows in zip(
        (TRAIN, VALIDATION, TEST)[:wanted], np.diff(ends, prepend=0), strict=False
    ):
        if rows <= 0:
            different = len(np.unique(ordered))
            when = _between(ordered) if different else "no time"
            when = "which are not shown" if column.sensitive and different else when
            raise BadInput(
                f"rows of column {column.name!r} in {part}",
                f"none; the {rows_said(len(ordered))} with a label and a time have"
                f" {different:,} different moments, {when}",
                "choose other moments or sizes",
            )
    return ends


def _ends_by_size(plan: SplitPlan, ordered: NDArray[np.int64]) -> list[int]:
    """The nearest ends at which another moment begins, with something left for later parts."""
    changes = np.flatnonzero(np.diff(ordered)) + 1
    allowed = np.concatenate([changes, [len(ordered)]])
    sizes = [plan.train, plan.validation, plan.test]
    ends: list[int] = []
    for place, size in enumerate(sizes):
        start = ends[-1] if ends else 0
        if isinstance(size, int) and size > len(ordered) - start:
            raise BadInput(
                f"at least {rows_said(size)} with a label and a time for {PARTS[place]}",
                f"{len(ordered) - start:,} left",
                "choose other sizes",
            )
        asked = start + part_size(len(ordered) - start, size)
        later = np.count_nonzero([bool(each) for each in sizes[place + 1 :]])
        free = allowed[allowed > start]
        free = free[: len(free) - later] if later else free
        if not size or not len(free):
            ends.append(start)
        else:
            ends.append(int(free[np.argmin(np.abs(free - asked))]))
    return ends


def _between(ordered: NDArray[np.int64]) -> str:
    return f"from {_written(ordered[0])} to {_written(ordered[-1])}"


def _written(moment_us: np.int64) -> str:
    when = _EPOCH + timedelta(microseconds=int(moment_us))
    return (
        f"{when:%Y-%m-%d}"
        if when == datetime(*when.timetuple()[:3])
        else f"{when:%Y-%m-%d %H:%M:%S}"
    )


def _begin_notes(parts: dict[str, Rows], moments: NDArray[np.int64]) -> list[str]:
    """From when to when each part goes, in one sentence."""
    spans = [
        f"{part} {_between(moments[rows][[0, -1]])}" for part, rows in parts.items() if len(rows)
    ]
    return [f"In time (UTC): {'; '.join(spans)}."]
