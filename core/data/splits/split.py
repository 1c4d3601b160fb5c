"""Stratified, seeded splits into train, validation and test rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.data.filters.expression.moments import moment
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


class SplitRule(str, Enum):
    """What decides which part a row is in."""

    CHANCE = "chance"
    COLUMN = "column"
    """A column that says so of each row, as published benchmarks have."""
    GROUP = "group"
    """Chance, with all rows that have one value of a column in one part."""
    TIME = "time"
    """Early rows are learned from, later ones judged."""


NO_PART = ""
"""In `SplitPlan.values`: rows of the value are left out on purpose."""


@dataclass(frozen=True)
class SplitPlan:
    """Sizes of the parts, each taken from the rows that the parts before it left, and a rule.

    A float from 0 to 1 is a share of those rows, an int a number of rows. The tutorial takes
    0.05 of all rows to train and 0.005 of the remainder to validate.

    Attributes:
        train: Size of the part to learn from.
        validation: Size of the part to choose by.
        test: Size of the part to judge by; may be nothing.
        seed: Decides where chance does.
        rule: What the parts follow. SplitRule.COLUMN asks for no sizes.
        column: The name of the column that the rule goes by; empty for chance.
        values: For SplitRule.COLUMN, values and their parts (or NO_PART) where the usual words,
            such as "dev" and "holdout", do not say it.
        from_train: For SplitRule.COLUMN without validation rows: how much of its train rows
            validates instead; 0 for none.
        cuts: For SplitRule.TIME, instead of sizes: the first moments of validation and of test.

    Raises:
        BadInput: a size is negative, a share above 1, or train or validation is nothing; or what
            is asked does not go with the rule.
    """

    train: float | int = 0.8
    validation: float | int = 0.5
    test: float | int = 1.0
    seed: int = 42
    rule: SplitRule = SplitRule.CHANCE
    column: str = ""
    values: tuple[tuple[str, str], ...] = ()
    from_train: float | int = 0.1
    cuts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, size, lowest in (
            (TRAIN, self.train, False),
            (VALIDATION, self.validation, False),
            (TEST, self.test, True),
            ("from-train", self.from_train, True),
        ):
            lowest_ok = size >= 0 if lowest else size > 0
            if not lowest_ok or (isinstance(size, float) and size > 1):
                raise BadInput(
                    f"a {name} size that is a share up to 1 or a whole number of rows",
                    str(size),
                    "choose another size",
                )
        _check_rule(self)

    def describe(self) -> str:
        """What the parts follow, for people, such as `seed 42` or `by time of 'posted'`."""
        return {
            SplitRule.CHANCE: f"seed {self.seed}",
            SplitRule.COLUMN: f"parts as column {self.column!r} says",
            SplitRule.GROUP: f"whole groups of {self.column!r}, seed {self.seed}",
            SplitRule.TIME: f"by time of {self.column!r}"
            + (f", cut at {' and '.join(self.cuts)}" if self.cuts else ""),
        }[self.rule]


def _check_rule(plan: SplitPlan) -> None:
    """Make sure that a plan asks for nothing that its rule does not know."""
    by_column = plan.rule is not SplitRule.CHANCE
    if by_column != bool(plan.column):
        expected = "the column to split by" if by_column else "no column for a split by chance"
        found = repr(plan.column) if plan.column else "none"
        raise BadInput(expected, found, "name the column, or choose another rule")
    for given, what, rule in (
        (plan.values, "parts of values", SplitRule.COLUMN),
        (plan.cuts, "moments", SplitRule.TIME),
    ):
        if given and plan.rule is not rule:
            found = f"some for a split by {plan.rule.value}"
            raise BadInput(f"{what} for a split by {rule.value} only", found, "leave them out")
    named = [value for value, _ in plan.values]
    for value, part in plan.values:
        if part not in (*PARTS, NO_PART):
            found = f"{part!r} for {value!r}"
            raise BadInput(f"a part ({', '.join(PARTS)}) or none", found, "choose one of these")
        if named.count(value) > 1:
            raise BadInput("one part for each value", f"two for {value!r}", "leave one out")
    _check_cuts(plan.cuts)


def _check_cuts(cuts: tuple[str, ...]) -> None:
    expected = "two moments, where validation begins and where test does, such as 2025-01-31"
    found = [moment(cut) for cut in cuts]
    if cuts and (len(cuts) != 2 or None in found):
        raise BadInput(expected, " and ".join(map(repr, cuts)), "write dates as 2025-01-31")
    firsts = [each.first for each in found if each is not None]
    if firsts and firsts[0] >= firsts[1]:
        raise BadInput(expected, f"{cuts[0]!r} not before {cuts[1]!r}", "set test after validation")


@dataclass(frozen=True)
class Split:
    """Row numbers of the three parts, as they were numbered; they do not overlap.

    `notes` are sentences about rows that are in no part, and about what the rule did not allow.
    """

    train: Rows
    validation: Rows
    test: Rows
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def parts(self) -> dict[str, Rows]:
        """Row numbers by the name of the part: train, validation, test."""
        return {TRAIN: self.train, VALIDATION: self.validation, TEST: self.test}


def make_split(
    rows: Rows,
    class_ids: Rows,
    plan: SplitPlan,
    groups: Rows | None = None,
    *,
    groups_first: bool = False,
) -> Split:
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
        groups_first: Most rows are in groups, so that sizes are near those of the plan, and a
            part may lack a class.

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
    if 1 in by_class.sizes and not groups_first:
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
        taken = np.zeros_like(free)
        if size:
            taken = _take(part, size, free, by_class, whole, rng, groups_first)
        free = free & ~taken
        parts.append(rows[taken])
    return Split(*parts)


def _together(groups: Rows | None) -> Groups:
    """The positions of which several have one number."""
    if groups is None:
        return Groups(np.zeros(0, np.int64), np.zeros(0, np.int64))
    places = np.flatnonzero(groups >= 0)
    # Small numbers are moved to where `equal_groups` sorts by them at once.
    shift = np.uint64(max(len(places), 1).bit_length())
    found = equal_groups(groups[places].astype(np.uint64) << shift)
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
    groups_first: bool,
) -> Flags:
    """Which of the free positions the part gets."""
    counts = by_class.counts(free)
    available, n_classes = int(counts.sum()), np.count_nonzero(by_class.sizes)
    wanted = part_size(available, size)
    if isinstance(size, int) and size > available:
        raise _too_small(part, f"only {available:,} rows left for {size:,}", n_classes)
    taken = free
    if wanted < available:
        few = 1 in counts or min(wanted, available - wanted) < np.count_nonzero(counts)
        if few and not groups_first:
            raise _too_small(part, f"{wanted:,} of {available:,} rows", n_classes)
        taken = np.zeros(len(free), bool)
        taken[by_class.drawn(free, shared(wanted, counts), rng)] = True
        if groups.count:
            taken = with_whole_groups(taken, free, by_class, groups, rng, evenly=groups_first)
        counts = by_class.counts(taken)
    if np.count_nonzero(counts) < n_classes and not groups_first:
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
