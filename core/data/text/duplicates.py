"""Rows that repeat one another's words, and groups of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import ROW, Dataset
from core.data.text.spelling import spell
from core.data.text.words import WordBlock, hash_strings
from core.workspace import Workspace

KIND = "kind"
GROUP = "group"
SAME = "same"
NEAR = "near"
DUPLICATES_SCHEMA = pa.schema([(KIND, pa.string()), (GROUP, pa.int64()), (ROW, pa.int64())])

Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]

_NO_WORDS = np.uint64(0x9E3779B97F4A7C15)  # Keeps texts without words apart from all others.


@dataclass(frozen=True)
class Groups:
    """Rows in groups of two or more, group after group, and in each by row number.

    `numbers[i]` is the group of `rows[i]`; groups are numbered from 0 by their first rows.
    """

    numbers: NDArray[np.int64]
    rows: Rows

    @property
    def count(self) -> int:
        """How many groups there are."""
        return int(self.numbers[-1]) + 1 if len(self.numbers) else 0

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Rows a group, by its number."""
        return np.bincount(self.numbers, minlength=self.count)

    def columns(self) -> tuple[NDArray[np.int64], Rows]:
        """Numbers and rows."""
        return self.numbers, self.rows

    @property
    def firsts(self) -> NDArray[np.bool_]:
        """Which of `rows` are the first of their groups."""
        return starts(self.numbers)


def equal_groups(keys: Keys) -> Groups:
    """Groups of positions that have the same key."""
    # Sorting one array of integers is many times faster than sorting their positions. So the
    # position takes the place of a key's lowest bits; where the rest is equal, the keys decide.
    low = (1 << max(1, (len(keys) - 1).bit_length())) - 1
    packed = keys & ~np.uint64(low)
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    repeated = np.zeros(len(keys), bool)
    repeated[1:] = packed[1:] ^ packed[:-1] <= low
    repeated[:-1] |= repeated[1:]
    packed = packed[repeated]
    packed &= np.uint64(low)
    places = packed.view(np.int64)
    found = keys[places]
    if (found[1:] < found[:-1]).any():
        order = np.argsort(found, kind="stable")
        places, found = places[order], found[order]
    begins = starts(found)
    del packed, found  # These may be as many as all keys.
    kept = ~(begins & np.append(begins[1:], True)[: len(begins)])
    return numbered(begins[kept], places[kept])


def same_keys(block: WordBlock, texts: pa.Array) -> Keys:
    """A 64-bit key of each text's words in their order; equal words, equal keys.

    A text without words is keyed by its characters between the white space at its ends.

    Args:
        block: The words of n texts.
        texts: The texts.

    Returns:
        Shape (n,).
    """
    places = np.arange(len(block.ids), dtype=np.int32)
    places -= np.repeat(block.offsets[:-1], block.counts)
    weights = _weights(1 << int(block.counts.max(initial=0)).bit_length())
    weighted = weights[places]
    weighted *= block.word_hashes
    keys = block.sums(weighted)
    wordless = np.flatnonzero(block.counts == 0)
    if len(wordless):
        trimmed = pc.utf8_trim_whitespace(texts.take(pa.array(wordless)))
        keys[wordless] = hash_strings(spell(trimmed)) ^ _NO_WORDS
    return keys


def distinct_rows(same: Groups, rows: int) -> NDArray[np.bool_]:
    """Which of so many rows do not repeat an earlier one."""
    distinct = np.ones(rows, bool)
    distinct[same.rows[~same.firsts]] = False
    return distinct


def numbered(firsts: NDArray[np.bool_], rows: Rows) -> Groups:
    """Groups in order of their first rows.

    Args:
        firsts: Where a group begins.
        rows: Ascending in each group.
    """
    begins = np.flatnonzero(firsts)
    order = np.argsort(rows[begins])
    sizes = np.diff(begins, append=len(rows))[order]
    members = np.repeat(begins[order] - (np.cumsum(sizes) - sizes), sizes)
    members += np.arange(len(rows))
    rows = rows[members]
    del members
    return Groups(np.repeat(np.arange(len(begins)), sizes), rows)


def duplicate_groups(
    workspace: Workspace, dataset: Dataset, rows: Rows, *, near: bool = False
) -> NDArray[np.int64]:
    """A number for each row that it shares with the rows that have the same words.

    Args:
        workspace: Where the data set is.
        dataset: The data set. One imported before profiles were made has no such rows.
        rows: Row numbers, ascending, shape (n,).
        near: Whether it shares it with rows that are near it, too.

    Returns:
        Group numbers, shape (n,); a row like no other has a negative one of its own.
    """
    path = workspace.dataset(dataset.id).duplicates
    groups = ~rows
    if path.exists():
        # Near groups last: they hold the repetitions of their rows.
        for position, kind in enumerate((SAME, NEAR) if near else (SAME,)):
            table = pq.read_table(path, columns=[GROUP, ROW], filters=[(KIND, "=", kind)])
            repeated = table[ROW].to_numpy()
            places = np.searchsorted(rows, repeated)
            known = np.isin(repeated, rows, assume_unique=True)
            groups[places[known]] = table[GROUP].to_numpy()[known] + position * dataset.rows
    return groups


@cache
def _weights(count: int) -> Keys:
    """Fixed odd weights of the first places in a text."""
    return np.random.default_rng(0).integers(0, 2**64, count, np.uint64) | np.uint64(1)


def starts(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values differ from the one before."""
    found = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found
