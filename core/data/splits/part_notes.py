"""What is said of a split that follows a column, and which columns there are to follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np

from core.data.column import Column, column_called
from core.data.dataset import Dataset
from core.data.labelled import Labelled
from core.data.splits.split import TRAIN, Rows, SplitPlan, part_size
from core.errors import BadInput

_SHOWN, _SHOWN_CHARS = 5, 40


def column_to_split_by(dataset: Dataset, name: str) -> Column:
    """The further column of this name.

    Raises:
        BadInput: there is none.
    """
    column = column_called(dataset.columns, name)
    if column is not None:
        return column
    names = [each.name for each in dataset.columns if not each.sensitive]
    if name in (dataset.text_column, dataset.label_column, dataset.id_column):
        found, action = f"{name!r}, the text, label or id", "choose another column"
    else:
        close = get_close_matches(name, names, n=1)
        found = repr(name[:_SHOWN_CHARS])
        action = f"choose {close[0]!r}" if close else "choose one of these"
    if not names:
        action = "import the file again with all its columns"
    known = f" ({listed(names)})" if names else ", which has none beside text, label and id"
    raise BadInput(f"a further column of the data set{known}", found, action)


def listed(names: Iterable[str]) -> str:
    """The first names in quotes, and how many more there are."""
    every = list(names)
    shown = [repr(shortened(name)) for name in every[:_SHOWN]]
    more = len(every) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def shortened(name: str) -> str:
    """A name that may be of any length, as it is shown."""
    return name if len(name) <= _SHOWN_CHARS else f"{name[:_SHOWN_CHARS]}…"


def rows_said(count: int) -> str:
    """So many rows, in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def be(count: int) -> str:
    """Is or are."""
    return "is" if count == 1 else "are"


def have(count: int) -> str:
    """Has or have."""
    return "has" if count == 1 else "have"


def refuse_one_class(train: Rows, labelled: Labelled, column: Column) -> None:
    """Make sure that there are two classes to learn.

    Raises:
        BadInput: the train part has one.
    """
    found = np.flatnonzero(np.bincount(class_ids_of(train, labelled)))
    if len(found) < 2:
        only = repr(shortened(labelled.classes[found[0]])) if len(found) else "none"
        raise BadInput(
            "train rows of at least two classes",
            f"only {only} where column {column.name!r} puts train" if len(found) else "none",
            "divide by another column or label more rows",
        )


def class_notes(parts: dict[str, Rows], labelled: Labelled) -> list[str]:
    """A sentence for each part with rows that lacks a class."""
    classes = np.flatnonzero(np.bincount(labelled.class_ids))
    notes = []
    for part, rows in parts.items():
        counts = np.bincount(class_ids_of(rows, labelled), minlength=len(labelled.classes))
        lacking = classes[counts[classes] == 0]
        if len(rows) and len(lacking):
            names = listed(labelled.classes[class_id] for class_id in lacking)
            which = f"The {part} part has no row of {names}"
            notes.append(which + (", which cannot be learned." if part == TRAIN else "."))
    return notes


def unlabelled_note(count: int) -> list[str]:
    """A sentence about rows that would have a part but for their label."""
    return [f"{rows_said(count)} {have(count)} no label and {be(count)} in no part."] * bool(count)


def size_notes(reason: str, plan: SplitPlan, parts: dict[str, Rows], rows: int) -> list[str]:
    """A sentence about sizes that are not as asked, and why; none where all are."""
    found, left = [], rows
    for part, taken in parts.items():
        asked = part_size(left, getattr(plan, part))
        found += [f"{len(taken):,} instead of {asked:,} in {part}"] * (asked != len(taken))
        left -= len(taken)
    several = " and ".join([", ".join(found[:-1])] * (len(found) > 1) + found[-1:])
    return [f"{reason}, so there are {several}."] * bool(found)


def class_ids_of(rows: Rows, labelled: Labelled) -> Rows:
    """The class ids of labelled rows, in their order."""
    # Looked up by row: rows in the order of time are all over the data set.
    by_row = np.zeros(int(labelled.rows.max(initial=-1)) + 1, np.int64)
    by_row[labelled.rows] = labelled.class_ids
    return by_row[rows]


def sentences(*found: Sequence[str]) -> tuple[str, ...]:
    """All of them, one after the other."""
    return tuple(sentence for several in found for sentence in several)
