"""Stratified, seeded splits into train, validation and test rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.splits.grouping import ByClass, Flags, shared, with_whole_groups
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
    """Row numbers of the three parts, as they were numbered; they do not overlap."""

    train: Rows
    validation: Rows
    test: Rows

    def parts(self) -> dict[str, Rows]:
        """Row numbers by the name of the part: train, validation, test."""
        return {TRAIN: self.train, VALIDATION: self.validation, TEST: self.test}


def make_split(rows: Rows, class_ids: Rows, plan: SplitPlan, groups: Rows | None = None) -> Split:
    """Split labelled rows so that every part has the classes in the same shares.

    A part has as many rows of a class as is nearest to the class's share, those with the largest
    remainders one more, as scikit-learn's stratified `train_test_split` does; ours, because that
    takes ten times as long over a million rows. Then rows are exchanged until no group is divided
    (see `with_whole_groups`). Where rows outside groups can make up for that, sizes and class
    counts are those without groups; otherwise they are near them.

    Args:
        rows: Row numbers, shape (n,).
        class_ids: Class ids of these rows, shape (n,).
        plan: Sizes and seed.
        groups: A number for each row, shape (n,); rows of one number fall into one part. None, or
            a negative number, leaves a row to itself.

    Raises:
        BadInput: fewer than two classes, or a part too small to hold every class.
    """
    by_class = ByClass.of(class_ids)
    if np.count_nonzero(by_class.sizes) < 2:
        raise BadInput(
            "labels of at least two classes",
            "only one" if len(rows) else "no label",
            "choose a data set or label column with two classes or more",
        )
    if 1 in by_class.sizes:
        raise BadInput(
            "at least 2 labelled rows of every class",
            "a class with 1",
            "label more rows of that class, leave it out or merge it with another",
        )
    whole = _together(groups)
    rng = np.random.default_rng(plan.seed)
    free, parts = np.ones(len(rows), bool), []
    for part, size in ((TRAIN, plan.train), (VALIDATION, plan.validation), (TEST, plan.test)):
        # Only the size of the test part may be nothing.
        taken = _take(part, size, free, by_class, whole, rng) if size else np.zeros_like(free)
        free = free & ~taken
        parts.append(rows[taken])
    return Split(*parts)


def _together(groups: Rows | None) -> Groups:
    """The positions of which several have one number."""
    if groups is None:
        return Groups(np.zeros(0, np.int64), np.zeros(0, np.int64))
    places = np.flatnonzero(groups >= 0)
    found = equal_groups(groups[places].astype(np.uint64))
    return Groups(found.numbers, places[found.rows])


def part_size(available: int, size: float | int) -> int:
    """Rows that a size takes from the rows available, as scikit-learn rounds it."""
    return min(available, int(available * size) if isinstance(size, float) else size)


def _take(
    part: str,
    size: float | int,
    free: Flags,
    by_class: ByClass,
    groups: Groups,
    rng: np.random.Generator,
) -> Flags:
    """Which of the free positions the part gets."""
    counts = by_class.counts(free)
    available, n_classes = int(counts.sum()), np.count_nonzero(by_class.sizes)
    wanted = part_size(available, size)
    if isinstance(size, int) and size > available:
        raise _too_small(part, f"only {available:,} rows left for {size:,}", n_classes)
    taken = free
    if wanted < available:
        if 1 in counts or min(wanted, available - wanted) < np.count_nonzero(counts):
            raise _too_small(part, f"{wanted:,} of {available:,} rows", n_classes)
        taken = np.zeros(len(free), bool)
        taken[by_class.drawn(free, shared(wanted, counts), rng)] = True
        if groups.count:
            taken = with_whole_groups(taken, free, by_class, groups, rng)
        counts = by_class.counts(taken)
    if np.count_nonzero(counts) < n_classes:
        found = f"{wanted:,} of {available:,} rows, with a class missing"
        raise _too_small(part, found, n_classes)
    return taken


def _too_small(part: str, found: str, n_classes: np.signedinteger | int) -> BadInput:
    return BadInput(
        f"a {part} part with rows of all {n_classes} classes, and as many left over",
        found,
        f"change the sizes of train and {part}, or label more rows of the rare classes, or leave"
        " them out"
        if part != TRAIN
        else "change the train size, or label more rows of the rare classes, or leave them out",
    )
