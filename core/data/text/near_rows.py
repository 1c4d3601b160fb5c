"""Rows that are alike up to one word."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.data.text.duplicates import Groups, Keys, Rows, equal_groups, numbered, starts
from core.data.text.words import WordBlock

NEAR_WORDS = 9
"""The fewest words a text may have to be near another: one word of eight says too much.

In a script without spaces two characters are a word, and the odd one is."""
MAX_NEAR_GROUP = 1_000

KeysOfRows = tuple[Keys, NDArray[np.uint32]]
"""Keys, and of each the number of its row."""
Edges = tuple[NDArray[np.uint32], NDArray[np.uint32]]
"""Row numbers: each row of the first is connected with that of the second."""

KEYS_PER_PART = 4_000_000
EDGES_AT_ONCE = 4_000_000
"""Keys that are compared, and pairs of near rows that are joined, at once."""
_MAX_PARTS = 128  # Each is an open file.


def near_keys(block: WordBlock, wanted: NDArray[np.bool_]) -> KeysOfRows:
    """Keys that two texts share if their words are the same up to one, in any order.

    Of the sum of a text's word hashes, taking away each word in turn: the deletion neighbourhood
    of Mor and Fraenkel (1982), A hash code method for detecting and correcting spelling errors,
    on bags of words. Texts of fewer than NEAR_WORDS words have none.

    Args:
        block: The words of n texts.
        wanted: Which texts to do this for, shape (n,).

    Returns:
        A key for each word and one for each text, with positions of texts.
    """
    wanted = wanted & (block.sizes >= NEAR_WORDS)
    of_wanted = np.repeat(wanted, block.counts)
    sums = block.sums(block.word_hashes)
    keys = np.repeat(sums, block.counts)
    keys -= block.word_hashes
    texts = np.flatnonzero(wanted).astype(np.uint32)
    rows = np.concatenate([np.repeat(texts, block.counts[wanted]), texts])
    return np.concatenate([keys[of_wanted], sums[wanted]]), rows


class NearKeys:
    """Keys of all rows, parted by value in files without a name, which go when this is closed.

    Args:
        folder: Where the files go; 12 bytes a key.
        expected: About how many keys will come.
        keys_per_part: About how many of them a part shall hold.
    """

    def __init__(self, folder: Path, expected: int, *, keys_per_part: int = KEYS_PER_PART) -> None:
        self._bits = min(expected // keys_per_part, _MAX_PARTS - 1).bit_length()
        self.parts = 1 << self._bits
        self._lengths: list[list[int]] = [[] for _ in range(self.parts)]
        self._files: list[IO[bytes]] = [
            tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
            for _ in range(self.parts)
        ]

    def __enter__(self) -> NearKeys:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files:
            file.close()

    def parted(self, keys: Keys, rows: NDArray[np.uint32]) -> list[KeysOfRows]:
        """Keys and rows of each part, as `add` takes them."""
        if not self._bits:
            return [(keys, rows)]
        parts = (keys >> np.uint64(64 - self._bits)).astype(np.uint8)
        order = np.argsort(parts, kind="stable")  # A radix sort, as these are bytes.
        ends = np.cumsum(np.bincount(parts, minlength=self.parts))[:-1]
        return list(zip(np.split(keys[order], ends), np.split(rows[order], ends), strict=True))

    def add(self, parted: list[KeysOfRows]) -> None:
        """Write what `parted` gave; not from two threads at once."""
        for file, lengths, (keys, rows) in zip(self._files, self._lengths, parted, strict=True):
            file.write(keys.data)
            file.write(rows.data)
            lengths.append(len(keys))

    def edges(self, part: int, wanted: NDArray[np.bool_]) -> Edges:
        """Pairs of rows that share a key of a part; they connect all the rows that share one.

        Args:
            part: From 0 to `parts` - 1; any thread may ask, but not two for one part.
            wanted: Which rows of the data set count.
        """
        keys, rows = self._read(part)
        kept = wanted[rows]
        if not kept.all():
            keys, rows = keys[kept], rows[kept]
        alike = equal_groups(keys)
        neighbours = rows[alike.rows]
        # The rows of a key are all near one another, so a chain will do. A text with a word twice
        # has a key twice.
        joined = ~alike.firsts[1:] & (neighbours[1:] != neighbours[:-1])
        return neighbours[:-1][joined], neighbours[1:][joined]

    def _read(self, part: int) -> KeysOfRows:
        file, lengths = self._files[part], self._lengths[part]
        keys, rows = np.empty(sum(lengths), np.uint64), np.empty(sum(lengths), np.uint32)
        file.seek(0)
        end = 0
        for length in lengths:
            start, end = end, end + length
            file.readinto(keys[start:end].data)  # type: ignore[attr-defined]
            file.readinto(rows[start:end].data)  # type: ignore[attr-defined]
        return keys, rows


def near_groups(
    edges: Iterable[Edges], same: Groups, rows: int, *, edges_at_once: int = EDGES_AT_ONCE
) -> Groups:
    """Groups of rows that are near one another, directly or through others.

    Two rows are near if they have NEAR_WORDS words or more and the same words in any order but
    for one added, removed or replaced, and are not the same. A group that would have more
    than MAX_NEAR_GROUP rows keeps that many: first one row of each different text, then their
    repetitions, both by row number.

    Args:
        edges: Pairs of near rows, none of which repeats an earlier row's words.
        same: The groups of same rows.
        rows: Number of rows of the data set.
        edges_at_once: So many pairs are collected before they are joined.
    """
    union = _Union(rows, edges_at_once)
    for left, right in edges:
        union.join(left, right)
    return _with_repeats(union.labels(), same)


class _Union:
    """Which of n nodes are connected, told edge by edge."""

    def __init__(self, nodes: int, edges_at_once: int) -> None:
        self._edges_at_once = edges_at_once
        # The lowest known node of each one's component.
        self._labels: NDArray[np.int32] = np.arange(nodes, dtype=np.int32)
        self._edges: list[Edges] = []
        self._waiting = 0

    def join(self, left: NDArray[np.uint32], right: NDArray[np.uint32]) -> None:
        self._edges.append((left, right))
        self._waiting += len(left)
        if self._waiting > self._edges_at_once:
            self._merge()

    def labels(self) -> NDArray[np.int32]:
        """The lowest node of each one's component."""
        self._merge()
        return self._labels

    def _merge(self) -> None:
        if not self._waiting:
            return
        # Half a second, which a process that joins nothing need not wait.
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        left, right = (
            self._labels[np.concatenate(side)] for side in zip(*self._edges, strict=True)
        )
        self._edges, self._waiting = [], 0
        # numpy.unique hashes, which takes many times as long.
        nodes = np.sort(np.concatenate([left, right]))
        nodes = nodes[starts(nodes)]
        ends = np.searchsorted(nodes, left), np.searchsorted(nodes, right)
        graph = coo_array((np.ones(len(left), np.int8), ends), shape=(len(nodes), len(nodes)))
        count, component = connected_components(graph, directed=False)
        lowest = np.full(count, len(self._labels), self._labels.dtype)
        np.minimum.at(lowest, component, nodes)
        renamed = np.arange(len(self._labels), dtype=self._labels.dtype)
        renamed[nodes] = lowest[component]
        self._labels = renamed[self._labels]


def _with_repeats(labels: NDArray[np.int32], same: Groups) -> Groups:
    """Components of different texts with the rows that repeat them, cut at MAX_NEAR_GROUP."""
    alone = np.bincount(labels, minlength=len(labels)) < 2
    repeats = same.rows[~same.firsts]
    originals = same.rows[same.firsts][same.numbers[~same.firsts]]
    labels = labels.copy()
    labels[repeats] = labels[originals]
    rows: Rows = np.flatnonzero(~alone[labels])
    is_repeat = np.zeros(len(labels), bool)
    is_repeat[repeats] = True
    order = np.lexsort((is_repeat[rows], labels[rows]))  # Stable, so by row number at last.
    rows = rows[order]
    firsts = starts(labels[rows])
    numbers = np.cumsum(firsts) - 1
    rank = np.arange(len(rows)) - np.flatnonzero(firsts)[numbers]
    numbers, rows = numbers[rank < MAX_NEAR_GROUP], rows[rank < MAX_NEAR_GROUP]
    return numbered(starts(numbers), rows[np.lexsort((rows, numbers))])
