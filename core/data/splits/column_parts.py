"""Parts as a column of the file names them: published benchmarks, and splits made elsewhere."""

from __future__ import annotations

import numpy as np

from core.data.column import Column
from core.data.columns import column_codes
from core.data.dataset import Dataset
from core.data.labelled import Labelled
from core.data.splits.part_names import meant_part, usual_part
from core.data.splits.part_notes import (
    be,
    class_ids_of,
    class_notes,
    column_to_split_by,
    have,
    listed,
    refuse_one_class,
    rows_said,
    sentences,
    shortened,
    unlabelled_note,
)
from core.data.splits.split import (
    NO_PART,
    PARTS,
    TEST,
    TRAIN,
    VALIDATION,
    Rows,
    Split,
    SplitPlan,
    make_split,
    part_size,
)
from core.data.text.duplicates import duplicate_groups
from core.errors import BadInput
from core.workspace import Workspace

MAX_VALUES = 1_000
"""A column with more different values names no parts."""
_SAID_VALUES = 5
_UNKNOWN, _LEFT_OUT = -1, -2


def parts_of_values(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan
) -> list[tuple[str, int, str | None]]:
    """Each value of a column with its rows and the part it means, the commonest first.

    A part is None where nobody knows it, NO_PART where the plan leaves it out.

    Raises:
        BadInput: there is no such column, or it has too many values to name parts.
    """
    column = column_to_split_by(dataset, plan.column)
    codes, values = column_codes(workspace, dataset, column)
    counts = np.bincount(codes + 1, minlength=len(values) + 1)[1:]
    different = np.count_nonzero(counts)
    if different > MAX_VALUES:
        raise BadInput(
            "a column of parts, such as train, validation and test",
            f"{different:,} different values in column {column.name!r}",
            "choose another column, or divide by its groups",
        )
    chosen = dict(plan.values)
    order = np.argsort(-counts, kind="stable")[:different]
    named = [(str(values[place].as_py()), int(counts[place])) for place in order.tolist()]
    return [(value, rows, chosen.get(value, usual_part(value))) for value, rows in named]


def split_by_column(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, labelled: Labelled
) -> Split:
    """The parts that a column names; rows of values that name none are in none, which is said.

    Raises:
        BadInput: there is no such column, or it leaves nothing to train on or to judge by.
    """
    column = column_to_split_by(dataset, plan.column)
    meanings = parts_of_values(workspace, dataset, plan)
    part_of_row = _parts_of_rows(workspace, dataset, column, meanings)
    _refuse_missing_parts(column, meanings, part_of_row)
    own = part_of_row[labelled.rows]
    train, validation, test = (labelled.rows[own == place] for place in range(len(PARTS)))
    refuse_one_class(train, labelled, column)
    notes: list[str] = []
    if not len(validation) and plan.from_train:
        train, validation = _some_to_validate(workspace, dataset, plan, train, labelled)
        notes = [_from_train_note(column, len(validation), len(train) + len(validation))]
    if not len(validation) and not len(test):
        raise BadInput(
            f"rows with a label to validate or test on in column {column.name!r}",
            "labels in train alone",
            "let a share of train validate, or label rows of the other parts",
        )
    parts = {TRAIN: train, VALIDATION: validation, TEST: test}
    unlabelled = int(np.count_nonzero(part_of_row >= 0) - np.count_nonzero(own >= 0))
    return Split(
        *parts.values(),
        notes=sentences(
            notes,
            _empty_notes(parts),
            _value_notes(column, plan, meanings),
            _missing_note(column, dataset.rows - sum(rows for _, rows, _ in meanings)),
            unlabelled_note(unlabelled),
            class_notes(parts, labelled),
        ),
    )


def _parts_of_rows(
    workspace: Workspace,
    dataset: Dataset,
    column: Column,
    meanings: list[tuple[str, int, str | None]],
) -> Rows:
    """The place in PARTS of every row of the data set; negative for none."""
    codes, values = column_codes(workspace, dataset, column)
    places = {None: _UNKNOWN, NO_PART: _LEFT_OUT} | {part: at for at, part in enumerate(PARTS)}
    known = {value: places[part] for value, _, part in meanings}
    of_values = [known.get(value, _UNKNOWN) for value in values.to_pylist()]
    # The last place is that of rows without a value.
    found: Rows = np.array([*of_values, _UNKNOWN], np.int64)[codes]
    return found


def _refuse_missing_parts(
    column: Column, meanings: list[tuple[str, int, str | None]], part_of_row: Rows
) -> None:
    """Make sure that there are rows to train on, and others to judge by."""
    counts = np.bincount(part_of_row[part_of_row >= 0], minlength=len(PARTS))
    if counts[0] and counts[1:].any():
        return
    expected = "rows to train on" if not counts[0] else "rows to validate or test on"
    values = [value for value, _, _ in meanings]
    found = "values that are not shown" if column.sensitive else listed(values) or "no value"
    raise BadInput(
        f"{expected} in column {column.name!r}, called train, validation or test",
        found,
        "say which value is which part, or choose another column",
    )


def _some_to_validate(
    workspace: Workspace, dataset: Dataset, plan: SplitPlan, rows: Rows, labelled: Labelled
) -> tuple[Rows, Rows]:
    """The train rows without some by chance, and these."""
    size = part_size(len(rows), plan.from_train)
    if not 0 < size < len(rows):
        raise BadInput(
            f"some of the {rows_said(len(rows))} of train to validate by",
            f"{size:,}",
            "choose another size",
        )
    groups = duplicate_groups(workspace, dataset, rows)
    drawn = make_split(
        rows,
        class_ids_of(rows, labelled),
        SplitPlan(size, 1.0, 0, plan.seed),
        groups,
        groups_first=True,
    )
    return drawn.validation, drawn.train


def _from_train_note(column: Column, taken: int, of: int) -> str:
    return (
        f"Column {column.name!r} names no validation rows, so {taken:,} of its {of:,} train rows"
        " validate, drawn by chance with each label in its share."
    )


def _empty_notes(parts: dict[str, Rows]) -> list[str]:
    ends = {
        VALIDATION: "a run needs some to choose its best model by",
        TEST: "the figures of a run come from validation alone",
    }
    return [
        f"No labelled row is in {part}: {end}."
        for part, end in ends.items()
        if not len(parts[part])
    ]


def _value_notes(
    column: Column, plan: SplitPlan, meanings: list[tuple[str, int, str | None]]
) -> list[str]:
    """Sentences on values that are in no part, and on values that no row has."""
    notes = []
    unknown = [(value, rows) for value, rows, part in meanings if part is None]
    for value, rows in unknown[:_SAID_VALUES]:
        meant = meant_part(value)
        shown = "another value" if column.sensitive else repr(shortened(value))
        ask = f"; did you mean {meant}?" if meant else "."
        notes.append(f"{rows_said(rows)} of {shown} {be(rows)} in no part{ask}")
    rest = unknown[_SAID_VALUES:]
    if rest:
        rows = sum(rows for _, rows in rest)
        notes.append(f"{rows_said(rows)} of {len(rest):,} more values {be(rows)} in no part.")
    left_out = sum(rows for _, rows, part in meanings if part == NO_PART)
    if left_out:
        notes.append(f"{rows_said(left_out)} {be(left_out)} left out, as asked.")
    there = {value for value, _, _ in meanings}
    absent = [value for value, _ in plan.values if value not in there]
    return notes + [f"No row has {listed(absent)} in column {column.name!r}."] * bool(absent)


def _missing_note(column: Column, rows: int) -> list[str]:
    said = f"{rows_said(rows)} {have(rows)} no value in column {column.name!r}"
    return [f"{said} and {be(rows)} in no part."] * bool(rows)
