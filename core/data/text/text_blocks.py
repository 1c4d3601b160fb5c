"""Read a data set's texts a block of rows at a time, and find in each what its profile needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import LABEL, N_CHARS, TEXT
from core.data.text.duplicates import distinct_rows, equal_groups, same_keys
from core.data.text.near_rows import KeysOfRows, NearKeys, near_keys
from core.data.text.terms import TermBlock, block_terms
from core.data.text.text_checks import (
    LANGUAGE_WORDS,
    LanguageSample,
    ask_languages,
    mojibake_rows,
    sampled_rows,
)
from core.data.text.words import index_words

_CHARS_PER_WORD = 6
Rows = NDArray[np.int64]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class BlockLimits:
    """What bounds the memory of reading texts.

    A block is of at most `rows` texts and `bytes` bytes, or of one text. Terms are counted on at
    most `term_rows` rows with `term_chars` characters.
    """

    rows: int = 65_536
    bytes: int = 8 << 20
    term_rows: int = 2_000_000
    term_chars: int = 1 << 28


LIMITS = BlockLimits()


@dataclass(frozen=True)
class Block:
    """What a stretch of rows gave; rows are numbered from the data set's first."""

    start: int
    same_keys: NDArray[np.uint64]
    near_keys: list[KeysOfRows]
    terms: TermBlock | None
    wordless: Rows
    mojibake: Rows
    languages: LanguageSample


class TextSource:
    """The texts of a file, and of each row's label a number."""

    def __init__(self, path: Path, limits: BlockLimits = LIMITS) -> None:
        self._path, self._limits = path, limits
        with pq.ParquetFile(path) as file:
            self._metadata = file.metadata
            self.rows, self.groups = file.metadata.num_rows, file.num_row_groups
            sizes = [file.metadata.row_group(group).num_rows for group in range(self.groups)]
            self._ends = np.cumsum([0, *sizes])
            self._read_facts(file)
        self._with_terms = self._term_groups()
        self.term_rows = sum(sizes[group] for group in self._with_terms)
        self._sample = sampled_rows(self.rows)

    def _read_facts(self, file: pq.ParquetFile) -> None:
        """Number the labels and count the characters, with little memory."""
        numbers: dict[str, int] = {}
        self.chars, size = 0, 0
        self.class_ids = np.empty(self.rows, np.int32)
        for group, start in enumerate(self._ends[:-1].tolist()):
            columns = file.read_row_group(group, columns=[LABEL, N_CHARS])
            self.chars += pc.sum(columns[N_CHARS]).as_py() or 0
            size += _text_size(file.metadata.row_group(group))
            labels = columns[LABEL].combine_chunks().dictionary_encode()
            known = [numbers.setdefault(x, len(numbers)) for x in labels.dictionary.to_pylist()]
            places = labels.indices.fill_null(len(known)).to_numpy()
            self.class_ids[start : start + len(places)] = np.array([*known, -1])[places]
        self.labels: tuple[str | None, ...] = (*numbers, None)
        """The label of each number; the last stands for none."""
        self.class_ids[self.class_ids < 0] = len(numbers)
        # A character of a script without spaces is a word, and takes three bytes.
        self.words = self.chars // _CHARS_PER_WORD + max(size - self.chars, 0) // 2
        """About how many there are, rather too many than too few."""

    def _term_groups(self) -> set[int]:
        """The row groups that terms are counted on: all of them, or some at even distances."""
        most = self._limits
        share = min(most.term_rows / max(self.rows, 1), most.term_chars / max(self.chars, 1))
        if share >= 1:
            return set(range(self.groups))
        count = max(1, int(self.groups * share))
        return {number * self.groups // count for number in range(count)}

    def read_blocks(self, near: NearKeys) -> Callable[[int], list[Block]]:
        """A function that reads one row group; any thread may call it."""

        def read(group: int) -> list[Block]:
            texts = self._texts(group)
            start, blocks = int(self._ends[group]), []
            for block in _cut(texts, self._limits):
                blocks.append(self._block(block, start, near, group in self._with_terms))
                start += len(block)
            return blocks

        return read

    def _block(self, texts: pa.StringArray, start: int, near: NearKeys, terms: bool) -> Block:
        words = index_words(texts)
        keys = same_keys(words, texts)
        repeated = equal_groups(keys)  # These need no near keys, and may be most rows.
        keys_near, places = near_keys(words, distinct_rows(repeated, len(texts)))
        here = slice(*np.searchsorted(self._sample, [start, start + len(texts)]))
        asked = self._sample[here] - start
        asked = asked[words.counts[asked] >= LANGUAGE_WORDS]
        class_ids = self.class_ids[start : start + len(texts)]
        return Block(
            start=start,
            same_keys=keys,
            near_keys=near.parted(keys_near, places + np.uint32(start)),
            terms=block_terms(words, class_ids, len(self.labels)) if terms else None,
            wordless=np.flatnonzero(words.counts == 0) + start,
            mojibake=mojibake_rows(texts) + start,
            languages=ask_languages(texts.take(pa.array(asked)), asked + start),
        )

    def first_chars(self, rows: Rows, count: int) -> list[str]:
        """The first characters of these rows' texts."""
        groups = np.searchsorted(self._ends, rows, "right") - 1
        texts: dict[int, str] = {}
        for group in sorted(set(groups.tolist())):
            column = self._texts(group)
            for row in rows[groups == group].tolist():
                texts[row] = column[row - self._ends[group]].as_py()[:count]
        return [texts[row] for row in rows.tolist()]

    def _texts(self, group: int) -> pa.ChunkedArray:
        # A file of its own for each thread, with the footer read once.
        with pq.ParquetFile(self._path, metadata=self._metadata) as file:
            return file.read_row_group(group, columns=[TEXT], use_threads=False)[TEXT]


def in_order(
    executor: Executor, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int
) -> Iterator[Result]:
    """Results in the order of items, only so many of them worked out ahead."""
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _text_size(group: pq.RowGroupMetaData) -> int:
    columns = (group.column(place) for place in range(group.num_columns))
    sizes = (one.total_uncompressed_size for one in columns if one.path_in_schema == TEXT)
    return int(next(sizes))


def _cut(texts: pa.ChunkedArray, limits: BlockLimits) -> Iterator[pa.StringArray]:
    """Stretches of texts for one block each."""
    for chunk in texts.chunks:
        offsets = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset :][: len(chunk) + 1]
        start = 0
        while start < len(chunk):
            fitting = int(np.searchsorted(offsets, offsets[start] + limits.bytes, "right")) - 1
            end = min(max(fitting, start + 1), start + limits.rows, len(chunk))
            yield chunk[start:end]
            start = end
