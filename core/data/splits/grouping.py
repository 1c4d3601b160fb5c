"""Correct a drawn part so that groups of rows are whole, with its size and class counts kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.text.duplicates import Groups

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AT_ONCE = 1_000
"""Groups that change sides, or not, before all are weighed again."""


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
    taken: Flags,
    free: Flags,
    by_class: ByClass,
    groups: Groups,
    rng: np.random.Generator,
    *,
    evenly: bool = False,
) -> Flags:
    """What is taken after exchanges that leave no group on both sides.

    A group goes to where its first row is, and single rows of the same classes go the other
    way. Where these do not suffice, other groups change sides, the largest first, as long as
    that brings the class counts nearer; then single rows of other classes correct the size. What
    is missing or too many after that stays so.

    Ours: scikit-learn's StratifiedGroupKFold, whose idea this is, weighs every group in turn in
    Python, which takes minutes for 300,000, and knows equal folds only.

    Args:
        taken: Which positions are taken, shape (n,).
        free: Which of them, or of others, can be, shape (n,).
        by_class: The positions' classes.
        groups: Positions that belong together; each group is wholly free or not at all.
        rng: Decides between groups of one size and between single rows.
        evenly: Begin with groups drawn evenly by size and classes instead, where most rows are in
            groups: that leaves little to exchange.
    """
    classes = len(by_class.sizes)
    class_ids = by_class.class_ids[groups.rows].astype(np.int64)
    content = _Content.of(groups, class_ids, free[groups.rows], classes)
    wanted = by_class.counts(taken)
    singles = by_class.counts(free) - content.by_class(np.ones(groups.count, bool))
    begin = taken[groups.rows[groups.firsts]]
    if evenly:
        share = float(np.count_nonzero(taken) / np.count_nonzero(free))
        begin = content.drawn(share, by_class.sizes, rng)
    sides = _sides(content, begin, wanted, singles, rng)

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

    count: int
    groups: Rows
    class_ids: Rows
    counts: Rows
    classes: int

    @classmethod
    def of(cls, groups: Groups, class_ids: Rows, here: Flags, classes: int) -> _Content:
        keys = np.sort(groups.numbers[here] * classes + class_ids[here])
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(starts, append=len(keys))
        keys = keys[starts]
        return cls(groups.count, keys // classes, keys % classes, counts, classes)

    def summed(self, weights: NDArray[np.float64] | Rows) -> NDArray[np.float64]:
        """The sum of weights of entries by group, shape (groups,)."""
        return np.bincount(self.groups, weights, self.count).astype(np.float64)

    def by_class(self, sides: Flags) -> Rows:
        """Rows of each class in the groups whose side is True."""
        chosen = sides[self.groups]
        counts = np.bincount(self.class_ids[chosen], self.counts[chosen], self.classes)
        return counts.astype(np.int64)

    def entries(self, group: int) -> list[tuple[int, int]]:
        """Class and rows of each entry of a group."""
        place = slice(*np.searchsorted(self.groups, (group, group + 1)))
        return list(zip(self.class_ids[place].tolist(), self.counts[place].tolist(), strict=True))

    def drawn(self, share: float, class_sizes: Rows, rng: np.random.Generator) -> Flags:
        """A share of the groups, in which sizes and classes are as in all.

        Systematic: of groups in the order of size and of how rare their classes are, each as
        likely as the others, every n-th is taken.
        """
        rare = self.summed(self.counts / class_sizes[self.class_ids])
        sizes = self.summed(self.counts)
        order = rng.permutation(np.flatnonzero(sizes))
        order = order[np.lexsort((rare[order], sizes[order]))]
        reached = np.floor(np.arange(len(order) + 1) * share + rng.random())
        sides = np.zeros(self.count, bool)
        sides[order[reached[1:] > reached[:-1]]] = True
        return sides


def _sides(
    content: _Content, sides: Flags, wanted: Rows, singles: Rows, rng: np.random.Generator
) -> Flags:
    """The sides of groups, changed until single rows can make up the wanted counts.

    They can where the groups taken have no more rows of a class than wanted, and no fewer than
    leaves something to do for more than all single rows.
    """
    low, high = wanted - singles, wanted
    have = content.by_class(sides)
    if not _distances(have, low, high).any():
        return sides
    sides = sides.copy()
    sizes = content.summed(content.counts)
    order = rng.permutation(content.count)
    order = order[np.argsort(-sizes[order], kind="stable")]
    while _distances(have, low, high).any():
        gains = content.summed(_gains(content, sides, have, low, high))
        worthwhile = order[gains[order] > 0][:_AT_ONCE].tolist()
        if not worthwhile:
            break
        for group in worthwhile:
            _change(content, sides, group, have, low, high)
    return sides


def _gains(content: _Content, sides: Flags, have: Rows, low: Rows, high: Rows) -> Rows:
    """How much nearer each entry alone would come if its group changed sides."""
    moved = np.where(sides[content.groups], -content.counts, content.counts)
    low, high, now = low[content.class_ids], high[content.class_ids], have[content.class_ids]
    return _distances(now, low, high) - _distances(now + moved, low, high)


def _change(content: _Content, sides: Flags, group: int, have: Rows, low: Rows, high: Rows) -> None:
    """Let a group change sides if that still brings the counts nearer."""
    sign = -1 if sides[group] else 1
    entries = content.entries(group)
    gain = sum(
        _distance(int(have[at]), int(low[at]), int(high[at]))
        - _distance(int(have[at]) + sign * count, int(low[at]), int(high[at]))
        for at, count in entries
    )
    if gain > 0:
        sides[group] = not sides[group]
        for at, count in entries:
            have[at] += sign * count


def _distances(values: Rows, low: Rows, high: Rows) -> Rows:
    """How far each value is from its range."""
    found: Rows = np.maximum(0, np.maximum(low - values, values - high))
    return found


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
