"""In how many rows of each label a word, or a pair of adjacent words, occurs."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.dataset import LABEL
from core.data.text.words import WordBlock, are_units

TERM = "term"
SIZE = "size"
ROWS = "rows"
TERMS_SCHEMA = pa.schema(
    [(TERM, pa.string()), (SIZE, pa.int8()), (LABEL, pa.string()), (ROWS, pa.int32())]
)
SIZES = (1, 2)

Number = TypeVar("Number", bound=np.generic)
Keys = NDArray[np.int64]
Labels = tuple[str | None, ...]


@dataclass(frozen=True)
class TermLimits:
    """How terms are packed into numbers, and how many of those a thread sorts at once.

    A number has `key_bits` bits for a term and what is counted of it, of which a count of rows
    takes at most `count_bits`. Each thread sorts about `keys_per_pass` at once.
    """

    key_bits: int = 63
    count_bits: int = 17
    keys_per_pass: int = 4_000_000


LIMITS = TermLimits()


@dataclass(frozen=True)
class TermBlock:
    """The terms of a block of rows, and in how many rows each is, by label.

    For each size, `keys` are the positions of a term's words in `vocabulary`, then the number of
    a label, each in its own bits; `rows` are of the same length.
    """

    vocabulary: pa.StringArray
    keys: dict[int, Keys]
    rows: dict[int, NDArray[np.int32]]


@dataclass(frozen=True)
class TermCounts:
    """Terms by label, and figures of all terms, with the rare ones that `table` leaves out.

    `totals` maps a size ("1" or "2") to label ("" for rows without) to the sum of rows over all
    terms; `different` maps a size to the number of different terms. `table` follows
    TERMS_SCHEMA: words, then pairs, the commonest first.
    """

    table: pa.Table
    totals: dict[str, dict[str, int]]
    different: dict[str, int]


def block_terms(
    block: WordBlock,
    class_ids: NDArray[np.integer[Any]],
    labels: int,
    *,
    limits: TermLimits = LIMITS,
) -> TermBlock:
    """Count the rows of each word and pair.

    Args:
        block: The words of n texts.
        class_ids: The number of each text's label, shape (n,), from 0.
        labels: How many labels there are.
        limits: How terms are packed.

    Raises:
        OverflowError: a term does not fit into a number.
    """
    word_bits, label_bits = _bits(len(block.vocabulary)), _bits(labels)
    row_bits = min(_bits(len(class_ids)), limits.key_bits - 2 * word_bits - label_bits)
    _check_bits(2 * word_bits, label_bits, max(row_bits, 0), most=limits.key_bits)
    found: dict[int, list[tuple[Keys, NDArray[np.int32]]]] = {size: [] for size in SIZES}
    for start in range(0, max(len(class_ids), 1), 1 << row_bits):
        end = min(start + (1 << row_bits), len(class_ids))
        offsets = block.offsets[start : end + 1]
        words = block.ids[offsets[0] : offsets[-1]].astype(np.int64)
        row_labels = class_ids[start:end].astype(np.int64) << row_bits | np.arange(end - start)
        places = np.repeat(row_labels, np.diff(offsets))
        pairs = words[:-1] << word_bits
        pairs |= words[1:]
        for terms in (words, pairs):
            np.left_shift(terms, label_bits + row_bits, out=terms)
        words |= places
        pairs |= places[1:]
        found[1].append(_rows_of_terms(words, row_bits))
        found[2].append(_rows_of_terms(pairs[_inside(offsets - offsets[0])], row_bits))
    return TermBlock(
        vocabulary=block.vocabulary,
        keys={size: _joined([keys for keys, _ in found[size]]) for size in SIZES},
        rows={size: _joined([rows for _, rows in found[size]]) for size in SIZES},
    )


def count_terms(
    blocks: list[TermBlock],
    labels: Labels,
    *,
    min_rows: int,
    executor: Executor,
    limits: TermLimits = LIMITS,
) -> TermCounts:
    """Add up the terms of all blocks.

    Args:
        blocks: The blocks; their keys are taken away to save memory.
        labels: The label of each number; None for rows without.
        min_rows: In how many rows a term must be to stand in the table.
        executor: What to count with.
        limits: How terms are packed, and how many are sorted at once.

    Raises:
        OverflowError: a term does not fit into a number.
    """
    words = pa.chunked_array([block.vocabulary for block in blocks], pa.string())
    encoded = words.combine_chunks().dictionary_encode()
    ends = np.cumsum([len(block.vocabulary) for block in blocks])
    numbers = np.split(encoded.indices.to_numpy().astype(np.int64), ends[:-1])
    counted = []
    for size in SIZES:
        bits = _Bits(_bits(len(encoded.dictionary)), size, _bits(len(labels)), limits)
        keys = executor.map(lambda b, n, bits=bits: bits.renumbered(b, n), blocks, numbers)
        counted.append(_count(list(keys), bits, len(labels), min_rows, executor))
    return TermCounts(
        table=pa.concat_tables([_table(c, encoded.dictionary, labels) for c in counted]),
        totals={str(c.bits.size): _by_label(c.totals, labels) for c in counted},
        different={str(c.bits.size): c.different for c in counted},
    )


@dataclass(frozen=True)
class _Bits:
    """How a number holds a term's words, then a label, then a count of rows."""

    word: int
    size: int
    label: int
    limits: TermLimits

    @property
    def count(self) -> int:
        room = self.limits.key_bits - self.size * self.word - self.label
        return min(self.limits.count_bits, room)

    def renumbered(self, block: TermBlock, numbers: Keys) -> Keys:
        """A block's keys with the words' numbers among all words, and the rows at their ends."""
        _check_bits(self.size * self.word, self.label, 1, most=self.limits.key_bits)
        word_bits = _bits(len(block.vocabulary))
        keys, rows = block.keys.pop(self.size), block.rows.pop(self.size)
        terms = keys >> self.label
        packed: Keys = numbers[terms & _mask(word_bits)]
        if self.size > 1:
            packed |= numbers[terms >> word_bits] << self.word
        packed <<= self.label
        packed |= keys & _mask(self.label)
        # A count that does not fit stands several times.
        most = _mask(self.count)
        if rows.max(initial=0) > most:
            times = (rows - 1) // most + 1
            packed, ends = np.repeat(packed, times), np.cumsum(times)
            rest = rows - (times - 1) * most
            rows = np.full(len(packed), most, np.int32)
            rows[ends - 1] = rest
        packed <<= self.count
        packed |= rows
        return packed


@dataclass(frozen=True)
class _Counted:
    """Rows by term and label number, those of a term side by side, without the rare ones."""

    bits: _Bits
    terms: Keys
    class_ids: Keys
    rows: Keys
    totals: Keys
    different: int


def _count(
    keys: list[Keys], bits: _Bits, labels: int, min_rows: int, executor: Executor
) -> _Counted:
    passes = 1 << (sum(map(len, keys)) // bits.limits.keys_per_pass).bit_length()

    def counted(number: int) -> _Counted:
        """Of the terms whose last bits are this number."""
        of_term = bits.label + bits.count
        chosen = [k if passes == 1 else k[k >> of_term & (passes - 1) == number] for k in keys]
        return _counted(np.concatenate([np.empty(0, np.int64), *chosen]), bits, labels, min_rows)

    parts = list(executor.map(counted, range(passes)))
    return _Counted(
        bits,
        terms=np.concatenate([part.terms for part in parts]),
        class_ids=np.concatenate([part.class_ids for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        totals=np.sum([part.totals for part in parts], axis=0),
        different=sum(part.different for part in parts),
    )


def _counted(packed: Keys, bits: _Bits, labels: int, min_rows: int) -> _Counted:
    packed.sort()
    labelled = packed >> bits.count
    starts = _starts(labelled)
    packed &= _mask(bits.count)
    rows = np.add.reduceat(packed, starts) if len(starts) else packed
    labelled = labelled[starts]
    terms, class_ids = labelled >> bits.label, labelled & _mask(bits.label)
    totals = np.bincount(class_ids, rows, labels).astype(np.int64)
    firsts = _starts(terms)
    common = np.add.reduceat(rows, firsts) >= min_rows if len(firsts) else firsts > 0
    kept = np.repeat(common, np.diff(firsts, append=len(terms)))
    return _Counted(bits, terms[kept], class_ids[kept], rows[kept], totals, len(firsts))


def _table(counted: _Counted, words: pa.StringArray, labels: Labels) -> pa.Table:
    firsts = _starts(counted.terms)
    sizes = np.diff(firsts, append=len(counted.terms))
    rows = np.add.reduceat(counted.rows, firsts) if len(firsts) else counted.rows
    terms = counted.terms[firsts]
    strings = words.take(pa.array(terms & _mask(counted.bits.word)))
    if counted.bits.size > 1:
        strings = _pairs(words, terms >> counted.bits.word, terms & _mask(counted.bits.word))
    # Where terms are as common, the one seen first: it has the lower number.
    order = np.lexsort((np.repeat(terms, sizes), -np.repeat(rows, sizes)))
    texts = strings.take(pa.array(np.repeat(np.arange(len(terms)), sizes)[order]))
    return pa.table(
        [
            texts,
            pa.array(np.full(len(order), counted.bits.size, np.int8)),
            pa.array(labels, pa.string()).take(pa.array(counted.class_ids[order])),
            pa.array(counted.rows[order], pa.int32()),
        ],
        schema=TERMS_SCHEMA,
    )


def _pairs(words: pa.StringArray, first: Keys, second: Keys) -> pa.StringArray:
    """Words side by side, as they are written: with a space, unless their script has none."""
    units = are_units(words)
    gaps = pa.array(["", " "]).take(pa.array(~(units[first] & units[second])).cast(pa.int8()))
    before, after = words.take(pa.array(first)), words.take(pa.array(second))
    return pc.binary_join_element_wise(before, gaps, after, "")


def _by_label(totals: Keys, labels: Labels) -> dict[str, int]:
    return {
        label or "": int(total) for label, total in zip(labels, totals, strict=True) if total > 0
    }


def _inside(offsets: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which pairs of adjacent words are in one text, of all that follow one another."""
    inside = np.ones(max(int(offsets[-1]) - 1, 0), bool)
    last = offsets[1:-1] - 1
    inside[last[(last >= 0) & (last < len(inside))]] = False
    return inside


def _rows_of_terms(keys: Keys, row_bits: int) -> tuple[Keys, NDArray[np.int32]]:
    """Different terms, and of each the number of different rows, which are the last bits."""
    keys.sort()
    terms = keys[_is_start(keys)]
    terms >>= row_bits
    starts = _starts(terms)
    return terms[starts], np.diff(starts, append=len(terms)).astype(np.int32)


def _joined(arrays: list[NDArray[Number]]) -> NDArray[Number]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _bits(count: int) -> int:
    """Bits that hold the numbers from 0 to count - 1."""
    return max(1, (count - 1).bit_length())


def _mask(bits: int) -> int:
    return (1 << bits) - 1


def _check_bits(*bits: int, most: int) -> None:
    if sum(bits) > most:
        raise OverflowError(f"more than {most} bits for a term")


def _is_start(ordered: Keys) -> NDArray[np.bool_]:
    """Which values differ from the one before."""
    starts = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=starts[1:])
    return starts


def _starts(ordered: Keys) -> Keys:
    return np.flatnonzero(_is_start(ordered))
