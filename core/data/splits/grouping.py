"""Correct a drawn part so that groups of rows are whole, with its size and class counts kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.text.duplicates import Groups

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ByClass:
    """Positions by their class.

    Attributes:
        class_ids: The class of each, in the smallest type that holds them, shape (n,).
        order: Positions by class, ascending in each.
        sizes: How many each class has.
    """

    class_ids: NDArray[np.integer]
    order: Rows
    sizes: Rows

    @classmethod
    def of(cls, class_ids: Rows) -> ByClass:
        """Of these class ids, shape (n,)."""
        sizes = np.bincount(class_ids)
        # NumPy sorts integers of 16 bits by their digits, many times as fast as longer ones.
        small = class_ids.astype(np.min_scalar_type(len(sizes)))
        return cls(small, np.argsort(small, kind="stable"), sizes)

    def counts(self, among: Flags) -> Rows:
        """How many of these each class has."""
        return np.bincount(self.class_ids[among], minlength=len(self.sizes))

    def drawn(self, among: Flags, counts: Rows, rng: np.random.Generator) -> Rows:
        """So many random ones of these by class, or all; for a negative count none."""
        ends = np.cumsum(self.sizes)
        found = [self.order[:0]]
        for class_id in np.flatnonzero(counts > 0):
            own = self.order[ends[class_id] - self.sizes[class_id] : ends[class_id]]
            own = own[among[own]]
            found.append(own[_random(len(own), int(counts[class_id]), rng)])
        return np.concatenate(found)


def _random(available: int, wanted: int, rng: np.random.Generator) -> Flags:
    """So many random places, or all. `Generator.choice` takes five times as long over a million."""
    few = max(0, min(wanted, available - wanted))
    chosen = np.zeros(available, bool)
    while missing := few - np.count_nonzero(chosen):
        chosen[rng.integers(0, available, missing)] = True
    return chosen if few == wanted else ~chosen


def with_whole_groups(
    taken: Flags, free: Flags, by_class: ByClass, groups: Groups, rng: np.random.Generator
) -> Flags:
    """What is taken after exchanges that leave no group on both sides.

    A group goes to where its first row is, and single rows of the same classes go the other
    way. Where these do not suffice, other groups change sides, the largest first, as long as
    that brings the class counts nearer; then single rows of other classes correct the size. What
    is missing or too many after that stays so.

    Args:
        taken: Which positions are taken, shape (n,).
        free: Which of them, or of others, can be, shape (n,).
        by_class: The positions' classes.
        groups: Positions that belong together; each group is wholly free or not at all.
        rng: Decides between groups of one size and between single rows.
    """
    classes = len(by_class.sizes)
    class_ids = by_class.class_ids[groups.rows].astype(np.int64)
    content = _Content.of(groups, class_ids, free[groups.rows], classes)
    wanted = by_class.counts(taken)
    singles = by_class.counts(free) - content.by_class(np.ones(groups.count, bool))
    sides = _sides(content, taken[groups.rows[groups.firsts]], wanted, singles, rng)

    now = wanted - np.bincount(class_ids[taken[groups.rows]], minlength=classes)
    more = _singles_wanted(content, sides, wanted, singles) - now
    alone = free.copy()
    alone[groups.rows] = False
    fewer = by_class.drawn(alone & taken, -more, rng)
    taken = taken.copy()
    taken[by_class.drawn(alone & ~taken, more, rng)] = True
    taken[fewer] = False
    taken[groups.rows] = sides[groups.numbers]
    return taken


@dataclass(frozen=True)
class _Content:
    """How many rows of which class are in each group, an entry for each that are any.

    Groups that are on neither side have no entry; entries are in the order of groups.
    """

    groups: Rows
    class_ids: Rows
    counts: Rows
    classes: int

    @classmethod
    def of(cls, groups: Groups, class_ids: Rows, here: Flags, classes: int) -> _Content:
        keys = np.sort(groups.numbers[here] * classes + class_ids[here])
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(starts, append=len(keys))
        return cls(keys[starts] // classes, keys[starts] % classes, counts, classes)

    def by_class(self, sides: Flags) -> Rows:
        """Rows of each class in the groups whose side is True."""
        chosen = sides[self.groups]
        counts = np.bincount(self.class_ids[chosen], self.counts[chosen], self.classes)
        return counts.astype(np.int64)

    def by_group(self) -> dict[int, list[tuple[int, int]]]:
        """Class and rows of each entry, by group."""
        entries: dict[int, list[tuple[int, int]]] = {}
        columns = (self.groups.tolist(), self.class_ids.tolist(), self.counts.tolist())
        for group, class_id, count in zip(*columns, strict=True):
            entries.setdefault(group, []).append((class_id, count))
        return entries


def _sides(
    content: _Content, sides: Flags, wanted: Rows, singles: Rows, rng: np.random.Generator
) -> Flags:
    """The sides of groups, changed until single rows can make up the wanted counts.

    They can where the groups taken have no more rows of a class than wanted, and no fewer than
    leaves something to do for more than all single rows.
    """
    rows = content.by_class(sides)
    low, high = (wanted - singles).tolist(), wanted.tolist()
    have: list[int] = rows.tolist()
    off = sum(_distance(*limits) for limits in zip(have, low, high, strict=True))
    if not off:
        return sides
    sides = sides.copy()
    entries = content.by_group()
    groups = rng.permutation(list(entries)).tolist()
    groups.sort(key=lambda group: -sum(count for _, count in entries[group]))
    changed = True
    while off and changed:
        changed = False
        for group in groups:
            sign = -1 if sides[group] else 1
            gain = sum(
                _distance(have[class_id], low[class_id], high[class_id])
                - _distance(have[class_id] + sign * count, low[class_id], high[class_id])
                for class_id, count in entries[group]
            )
            if gain > 0:
                sides[group], changed = not sides[group], True
                for class_id, count in entries[group]:
                    have[class_id] += sign * count
                off -= gain
                if not off:
                    break
    return sides


def _distance(value: int, low: int, high: int) -> int:
    """How far a value is from a range."""
    return max(0, low - value, value - high)


def _singles_wanted(content: _Content, sides: Flags, wanted: Rows, singles: Rows) -> Rows:
    """Single rows to take of each class, for the nearest counts and then the nearest size."""
    grouped, elsewhere = content.by_class(sides), content.by_class(~sides)
    takes: Rows = np.clip(wanted - grouped, 0, singles)
    missing = int((wanted - grouped - takes).sum())
    # The last row of a class on a side stays there.
    room = singles - takes - (elsewhere == 0) if missing > 0 else takes - (grouped == 0)
    shares: Rows = int(np.sign(missing)) * shared(abs(missing), np.maximum(room, 0))
    return takes + shares


def shared(total: int, room: Rows) -> Rows:
    """A total shared out in proportion to what room there is; all the room if that is less.

    What does not divide goes to the largest remainders, and of equal ones to the least room.
    """
    if room.sum() <= total:
        return room
    shares: Rows = room * total // room.sum()
    rest = room * total % room.sum()
    shares[np.lexsort((room, -rest))[: total - shares.sum()]] += 1
    return shares
