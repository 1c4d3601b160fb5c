"""Correct a drawn part so that groups of rows are whole, with its size and class counts kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.text.duplicates import Groups

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def with_whole_groups(
    taken: Rows, left: Rows, class_ids: Rows, groups: Groups, seed: int
) -> tuple[Rows, Rows]:
    """The part taken and the rows left, after exchanges that leave no group on both sides.

    A group goes to where its first row is, and single rows of the same classes go the other
    way. Where these do not suffice, other groups change sides, the largest first, as long as
    that brings the class counts nearer; then single rows of other classes correct the size. What
    is missing or too many after that stays so.

    Args:
        taken: Positions in `class_ids`, in random order.
        left: More of them, of which single rows can be had.
        class_ids: Class ids, shape (n,).
        groups: Positions that belong together, from 0 to n - 1; each group wholly among the two
            sides or in neither.
        seed: Decides between groups of one size.
    """
    in_taken = np.zeros(len(class_ids), bool)
    in_taken[taken] = True
    grouped = np.zeros(len(class_ids), bool)
    grouped[groups.rows] = True
    here = in_taken.copy()
    here[left] = True
    classes = int(class_ids.max()) + 1
    content = _Content.of(groups, class_ids, here[groups.rows], classes)
    wanted = np.bincount(class_ids[taken], minlength=classes)
    singles = np.bincount(class_ids[here & ~grouped], minlength=classes)

    sides = _sides(content, in_taken[groups.rows[groups.firsts]], wanted, singles, seed)
    single_taken, single_left = taken[~grouped[taken]], left[~grouped[left]]
    now = np.bincount(class_ids[single_taken], minlength=classes)
    more = _singles_wanted(content, sides, wanted, singles) - now
    in_taken[groups.rows] = sides[groups.numbers]
    in_taken[_first_of_classes(single_left, class_ids, more)] = True
    in_taken[_first_of_classes(single_taken, class_ids, -more)] = False
    return (
        np.concatenate([taken[in_taken[taken]], left[in_taken[left]]]),
        np.concatenate([left[~in_taken[left]], taken[~in_taken[taken]]]),
    )


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
        keys = np.sort(groups.numbers[here] * classes + class_ids[groups.rows[here]])
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


def _sides(content: _Content, sides: Flags, wanted: Rows, singles: Rows, seed: int) -> Flags:
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
    groups = np.random.default_rng(seed).permutation(list(entries)).tolist()
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
    shares: Rows = int(np.sign(missing)) * _shared(abs(missing), np.maximum(room, 0))
    return takes + shares


def _shared(total: int, room: Rows) -> Rows:
    """A total shared out in proportion to what room there is; all the room if that is less."""
    if room.sum() <= total:
        return room
    shares: Rows = room * total // room.sum()
    rest = room * total % room.sum()
    shares[np.argsort(-rest, kind="stable")[: total - shares.sum()]] += 1
    return shares


def _first_of_classes(rows: Rows, class_ids: Rows, counts: Rows) -> Rows:
    """The first so many rows of each class; none where the count is negative."""
    ordered = rows[np.argsort(class_ids[rows], kind="stable")]
    found = class_ids[ordered]
    starts = np.searchsorted(found, np.arange(len(counts)))
    return ordered[np.arange(len(found)) - starts[found] < counts[found]]
