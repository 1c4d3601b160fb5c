"""Parts by chance in which the rows of an author, thread or template stay together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from core.data.column import Column
from core.data.columns import column_codes
from core.data.dataset import Dataset
from core.data.labelled import Labelled
from core.data.splits.part_notes import (
    class_notes,
    column_to_split_by,
    refuse_one_class,
    rows_said,
    sentences,
    shortened,
    size_notes,
    unlabelled_note,
)
from core.data.splits.split import Rows, Split, SplitPlan, make_split
from core.errors import BadInput
from core.workspace import Workspace

LARGE_SHARE = 0.5
"""A group with so many of the rows decides what the parts are."""


def split_by_groups(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, labelled: Labelled
) -> Split:
    """Draw parts of whole groups, with the labels in their shares as well as groups allow.

    Rows without a value in the column are each a group of their own.

    Raises:
        BadInput: there is no such column, or its groups cannot be divided so.
    """
    column = column_to_split_by(dataset, plan.column)
    codes, values = column_codes(workspace, dataset, column)
    own = codes[labelled.rows]
    sizes = np.bincount(own[own >= 0], minlength=len(values))
    alone = int(np.count_nonzero(own < 0))
    _refuse_few_groups(column, plan, int(np.count_nonzero(sizes)) + alone)
    split = make_split(labelled.rows, labelled.class_ids, plan, own, groups_first=True)
    parts = split.parts()
    _refuse_empty(column, plan, parts, values, sizes, len(labelled))
    refuse_one_class(split.train, labelled, column)
    return Split(
        *parts.values(),
        notes=sentences(
            _missing_note(column, alone),
            _large_note(column, values, sizes, len(labelled)),
            size_notes("Groups stay whole", plan, parts, len(labelled)),
            unlabelled_note(dataset.rows - len(labelled)),
            class_notes(parts, labelled),
        ),
    )


def _refuse_few_groups(column: Column, plan: SplitPlan, groups: int) -> None:
    wanted = 3 if plan.test else 2
    if groups < wanted:
        raise BadInput(
            f"at least {wanted} groups of rows, one for each part",
            f"{groups:,} in column {column.name!r}",
            "choose another column",
        )


def _refuse_empty(
    column: Column,
    plan: SplitPlan,
    parts: dict[str, Rows],
    values: pa.Array,
    sizes: Rows,
    rows: int,
) -> None:
    """Make sure that groups leave something for each part that is wanted."""
    for part, found in parts.items():
        if not len(found) and getattr(plan, part):
            largest = int(sizes.max(initial=0))
            raise BadInput(
                f"groups that can be divided into parts of these sizes, with rows in {part}",
                f"{_group_said(column, values, sizes)} with {largest / rows:.1%} of the rows",
                "choose other sizes or another column",
            )


def _group_said(column: Column, values: pa.Array, sizes: Rows) -> str:
    if column.sensitive or not len(values):
        return f"a group of column {column.name!r}"
    name = shortened(str(values[int(np.argmax(sizes))].as_py()))
    return f"group {name!r} of column {column.name!r}"


def _missing_note(column: Column, rows: int) -> list[str]:
    said = f"{rows_said(rows)} without {column.name!r}"
    many = f"{said} are each a group of their own."
    return [f"{said} is a group of its own." if rows == 1 else many] * bool(rows)


def _large_note(column: Column, values: pa.Array, sizes: Rows, rows: int) -> list[str]:
    share = int(sizes.max(initial=0)) / max(rows, 1)
    said = _group_said(column, values, sizes)
    said = f"{said[0].upper()}{said[1:]} has {share:.1%} of the rows, all of them in one part."
    return [said] * (share >= LARGE_SHARE)
