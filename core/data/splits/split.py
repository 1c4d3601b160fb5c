"""Stratified, seeded splits into train, validation and test rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.splits.grouping import with_whole_groups
from core.data.text.duplicates import Groups, equal_groups
from core.errors import BadInput

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"
PARTS = (TRAIN, VALIDATION, TEST)
PART = "part"
"""Names the column that says which part a row is in."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class SplitPlan:
    """Sizes of the parts, each taken from the rows that the parts before it left.

    A float from 0 to 1 is a share of those rows, an int a number of rows. The tutorial takes
    0.05 of all rows to train and 0.005 of the remainder to validate.

    Raises:
        BadInput: a size is negative, a share above 1, or train or validation is nothing.
    """

    train: float | int = 0.8
    validation: float | int = 0.5
    test: float | int = 1.0
    seed: int = 42

    def __post_init__(self) -> None:
        for name, size in ((TRAIN, self.train), (VALIDATION, self.validation), (TEST, self.test)):
            lowest_ok = size >= 0 if name == TEST else size > 0
            if not lowest_ok or (isinstance(size, float) and size > 1):
                raise BadInput(
                    f"a {name} size that is a share up to 1 or a whole number of rows",
                    str(size),
                    "choose another size",
                )


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts; they do not overlap."""

    train: Rows
    validation: Rows
    test: Rows

    def parts(self) -> dict[str, Rows]:
        """Row numbers by the name of the part: train, validation, test."""
        return {TRAIN: self.train, VALIDATION: self.validation, TEST: self.test}


def make_split(rows: Rows, class_ids: Rows, plan: SplitPlan, groups: Rows | None = None) -> Split:
    """Split labelled rows so that every part has the classes in the same shares.

    Uses scikit-learn's `train_test_split`, stratified, once a part; then exchanges rows until
    no group is divided (see `with_whole_groups`). Where rows outside groups can make up for that,
    sizes and class counts are those without groups; otherwise they are near them.

    Args:
        rows: Row numbers, shape (n,).
        class_ids: Class ids of these rows, shape (n,).
        plan: Sizes and seed.
        groups: Any number for each row, shape (n,); rows of one number fall into one part. None
            leaves every row to itself.

    Raises:
        BadInput: fewer than two classes, or a part too small to hold every class.
    """
    names, counts = np.unique(class_ids, return_counts=True)
    if len(names) < 2:
        raise BadInput(
            "labels of at least two classes",
            "only one" if len(names) else "no label",
            "choose a data set or label column with two classes or more",
        )
    if counts.min() < 2:
        raise BadInput(
            "at least 2 labelled rows of every class",
            "a class with 1",
            "label more rows of that class, leave it out or merge it with another",
        )
    positions = np.arange(len(rows))
    whole = equal_groups((positions if groups is None else groups).astype(np.uint64))
    train, rest = _take(positions, class_ids, whole, plan.train, TRAIN, plan.seed)
    validation, rest = _take(rest, class_ids, whole, plan.validation, VALIDATION, plan.seed)
    test = rest[:0]
    if plan.test:
        test, _ = _take(rest, class_ids, whole, plan.test, TEST, plan.seed)
    return Split(rows[train], rows[validation], rows[test])


def part_size(available: int, size: float | int) -> int:
    """Rows that a size takes from the rows available, as scikit-learn rounds it."""
    return min(available, int(available * size) if isinstance(size, float) else size)


def _take(
    rest: Rows, class_ids: Rows, groups: Groups, size: float | int, part: str, seed: int
) -> tuple[Rows, Rows]:
    """The part's positions and those left over."""
    wanted = part_size(len(rest), size)
    n_classes = len(np.unique(class_ids))
    if isinstance(size, int) and size > len(rest):
        raise _too_small(part, f"only {len(rest):,} rows left for {size:,}", n_classes)
    if wanted == len(rest):
        taken, left = rest, rest[:0]
    else:
        # Imported here: it takes a second, which most subcommands need not wait for.
        from sklearn.model_selection import train_test_split

        try:
            taken, left = train_test_split(
                rest, train_size=wanted, random_state=seed, stratify=class_ids[rest]
            )
        except ValueError as error:
            raise _too_small(part, f"{wanted:,} of {len(rest):,} rows", n_classes) from error
        if groups.count:
            taken, left = with_whole_groups(taken, left, class_ids, groups, seed)
    if len(np.unique(class_ids[taken])) < n_classes:
        raise _too_small(part, f"{wanted:,} of {len(rest):,} rows, with a class missing", n_classes)
    return taken, left


def _too_small(part: str, found: str, n_classes: int) -> BadInput:
    return BadInput(
        f"a {part} part with rows of all {n_classes} classes, and as many left over",
        found,
        f"change the sizes of train and {part}, or label more rows of the rare classes, or leave"
        " them out"
        if part != TRAIN
        else "change the train size, or label more rows of the rare classes, or leave them out",
    )
