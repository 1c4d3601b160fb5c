"""Cut texts into words.

A word is a run of letters and digits, with single apostrophes only inside it, or one character of
a script without spaces; see `core.data.text.characters`. Texts are put into one spelling first,
see `core.data.text.spelling`, and U+2019 counts as an apostrophe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.text.characters import (
    APOSTROPHE,
    JOINERS,
    LETTER,
    MARK,
    SEPARATOR,
    UNIT,
    kinds,
    python_class,
)
from core.data.text.spelling import fold_all, spell, spell_and_decode
from core.data.text.utf8 import WideCharacters, first_points, text_bytes

LETTERS = python_class(LETTER, MARK)
"""The letters of words, to stand between the brackets of a class of Python's `re`."""
PYTHON_UNIT = f"[{python_class(UNIT)}][{python_class(MARK)}]*"
"""A character that is a word by itself, as Python's `re` finds it."""
PYTHON_WORD = f"{PYTHON_UNIT}|[{LETTERS}]+(?:[{JOINERS}][{LETTERS}]+)*"
"""A word as Python's `re` finds it, in any case and with either apostrophe."""
Span = tuple[int, int]
"""First character of a word and the one after its last, as positions in a Python string."""

_SPACE = np.uint8(ord(" "))
_FEW_CUTS = 1_000
"""So few pieces are put together several times as fast as numpy.insert works."""
_WIDE_JOINERS = [ord(joiner) for joiner in JOINERS[2:]]


@dataclass(frozen=True)
class WordBlock:
    """The words of n texts, as numbers.

    Text i has the words `ids[offsets[i]:offsets[i + 1]]`, which are positions in `vocabulary`.
    `hashes` are 64-bit SipHashes of the folded vocabulary, the same in every block. `units` are
    those of the vocabulary that are single characters of a script without spaces.
    """

    vocabulary: pa.StringArray
    hashes: NDArray[np.uint64]
    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]
    units: NDArray[np.bool_]

    @cached_property
    def counts(self) -> NDArray[np.int32]:
        """Words a text, shape (n,)."""
        return np.diff(self.offsets)

    @cached_property
    def sizes(self) -> NDArray[np.int32]:
        """Words a text, of scripts without spaces one for two characters, shape (n,)."""
        if not self.units.any():
            return self.counts
        return self.counts - (self.sums(self.units[self.ids].astype(np.uint64)) // 2).astype(
            np.int32
        )

    @cached_property
    def word_hashes(self) -> NDArray[np.uint64]:
        """The hash of each word of the texts; as long as `ids`."""
        return self.hashes[self.ids]

    def sums(self, values: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The sum, modulo 2**64, of each text's values, of which there is one for each word."""
        some = self.counts > 0
        sums = np.zeros(len(some), np.uint64)
        if some.any():
            sums[some] = np.add.reduceat(values, self.offsets[:-1][some])
        return sums


def split_words(texts: pa.Array) -> pa.ListArray:
    """The words of each text, in order and lower case; null and blank texts have none.

    Args:
        texts: A string array of length n.

    Returns:
        Lists of strings, length n.
    """
    lower, wide = spell_and_decode(pc.fill_null(texts, "") if texts.null_count else texts)
    data, offsets = text_bytes(lower)
    if not len(data):
        return pa.ListArray.from_arrays(
            np.zeros(len(lower) + 1, np.int32), pa.array([], pa.string())
        )
    inside, cuts = _word_bytes(data, offsets, wide)
    # As numpy.where(inside, data, " ") gives, at a fraction of its time.
    of_words = inside.view(np.uint8)
    spaced = data * of_words
    spaced |= (of_words ^ 1) * _SPACE
    if len(cuts):
        spaced = _with_spaces(spaced, cuts)
        offsets = (offsets + np.searchsorted(cuts, offsets)).astype(np.int32)
    texts = pa.StringArray.from_buffers(len(lower), pa.py_buffer(offsets), pa.py_buffer(spaced))
    trimmed = pc.ascii_trim_whitespace(texts)
    return _without_empty(pc.ascii_split_whitespace(trimmed), trimmed)


def placed_words(texts: list[str]) -> list[list[tuple[Span, str]]]:
    """The words of each text as `split_words` gives them, with where they stand in the text."""
    places = [[found.span() for found in re.finditer(PYTHON_WORD, text)] for text in texts]
    forms = [text[a:b] for text, spans in zip(texts, places, strict=True) for a, b in spans]
    words = iter(spell(pa.array(forms, pa.string())).to_pylist())
    return [[(span, next(words)) for span in spans] for spans in places]


def index_words(texts: pa.Array) -> WordBlock:
    """Number the words of each text."""
    words = split_words(texts)
    encoded = words.flatten().dictionary_encode()
    vocabulary = encoded.dictionary
    is_wide = (text_bytes(vocabulary)[0] >= 0x80).any()
    return WordBlock(
        vocabulary=vocabulary,
        hashes=hash_strings(fold_all(vocabulary) if is_wide else vocabulary),
        ids=encoded.indices.to_numpy(),
        offsets=words.offsets.to_numpy(),
        units=are_units(vocabulary) if is_wide else np.zeros(len(vocabulary), bool),
    )


def are_units(words: pa.StringArray) -> NDArray[np.bool_]:
    """Which of some words are single characters of a script without spaces."""
    points = first_points(*text_bytes(words))
    units: NDArray[np.bool_] = kinds()[points] == UNIT
    return units


def hash_strings(strings: pa.Array) -> NDArray[np.uint64]:
    """64-bit SipHash of each string, the same in every process."""
    # Imported here: half a second that a scorer, which hashes nothing, need not wait for.
    import pandas as pd

    values = np.array(strings.to_pylist(), dtype=object)
    return pd.util.hash_array(values, categorize=False)


def _word_bytes(
    data: NDArray[np.uint8], offsets: NDArray[np.int32], wide: WideCharacters
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which bytes of spelled UTF-8 belong to words, and at which two words touch.

    Args:
        data: The bytes of all texts.
        offsets: Where texts begin.
        wide: The characters beyond ASCII.
    """
    # A byte less than the lowest wraps round to a large one.
    inside = (data - np.uint8(ord("a")) < 26) | (data - np.uint8(ord("0")) < 10) | (data >= 0x80)
    starts = ends = np.empty(0, np.int64)
    joiners = np.flatnonzero(data == ord(APOSTROPHE))
    if len(wide.places):
        kind = kinds()[wide.points]
        outside = np.flatnonzero(kind == SEPARATOR)
        for place in range(4):
            inside[wide.places[outside[wide.sizes[outside] > place]] + place] = False
        of_join = outside[np.isin(wide.points[outside], _WIDE_JOINERS)]
        joiners = np.concatenate([joiners, wide.places[of_join]])
        starts, ends = _units(offsets, wide, kind)
    inside[_inner(joiners, data, inside, offsets, starts, ends)] = True
    cuts = np.sort(np.concatenate([starts, ends]))  # numpy.union1d takes many times as long.
    cuts = cuts[(cuts > 0) & (cuts < len(data)) & (np.diff(cuts, prepend=0) > 0)]
    return inside, cuts[inside[cuts - 1] & inside[cuts]]


def _units(
    offsets: NDArray[np.int32], wide: WideCharacters, kind: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where characters that are words by themselves begin, and where they and their marks end."""
    chosen = np.flatnonzero(kind == UNIT)
    starts = wide.places[chosen]
    ends = starts + wide.sizes[chosen]
    # A mark that begins a text belongs to nothing.
    marks = np.flatnonzero(kind == MARK)
    begins = offsets[np.searchsorted(offsets, wide.places[marks])] == wide.places[marks]
    marks = marks[~begins]
    places, sizes = wide.places[marks], wide.sizes[marks]
    while len(places):
        found = np.minimum(np.searchsorted(places, ends), len(places) - 1)
        followed = places[found] == ends
        if not followed.any():
            break
        ends = ends + np.where(followed, sizes[found], 0)
    return starts, ends


def _with_spaces(data: NDArray[np.uint8], cuts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Bytes with a space before each of these places, ascending."""
    if len(cuts) > _FEW_CUTS:
        return np.insert(data, cuts, _SPACE)
    gap = np.array([_SPACE])
    return np.concatenate([part for piece in np.split(data, cuts) for part in (gap, piece)][1:])


def _inner(
    joiners: NDArray[np.int64],
    data: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    offsets: NDArray[np.int32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The bytes of joiners that have a letter of the same text on either side.

    Args:
        joiners: Where they begin.
        data: The bytes of all texts.
        inside: Which of these belong to words but for joiners.
        offsets: Where texts begin.
        starts: Where characters begin that are words by themselves.
        ends: Where those end.
    """
    sizes = np.where(data[joiners] == ord(APOSTROPHE), 1, 3)
    text = np.searchsorted(offsets, joiners, "right") - 1
    kept = (offsets[text] < joiners) & (joiners + sizes < offsets[text + 1])
    joiners, sizes = joiners[kept], sizes[kept]
    kept = inside[joiners - 1] & inside[joiners + sizes]
    if len(starts):
        kept &= ~np.isin(joiners, ends) & ~np.isin(joiners + sizes, starts)
    joiners, sizes = joiners[kept], sizes[kept]
    return np.concatenate([joiners, joiners[sizes > 1] + 1, joiners[sizes > 1] + 2])


def _without_empty(words: pa.ListArray, trimmed: pa.Array) -> pa.ListArray:
    """Arrow cuts an empty text into one empty word; this takes it away."""
    empty = np.equal(pc.binary_length(trimmed).to_numpy(), 0)
    if not empty.any():
        return words
    offsets = words.offsets.to_numpy()
    kept = np.ones(offsets[-1], bool)
    kept[offsets[:-1][empty]] = False
    before = np.concatenate([[0], np.cumsum(empty)])
    return pa.ListArray.from_arrays(
        (offsets - before).astype(np.int32), words.flatten().filter(pa.array(kept))
    )
