"""Cut texts into words, and find the same words again with a regular expression.

A word is a run of letters and digits, with single apostrophes only inside it; texts are put in
lower case first, and U+2019 counts as an apostrophe. What separates words is all other ASCII,
U+0080 to U+00BF, U+2000 to U+207F and U+3000 to U+303F (spaces and punctuation of most scripts);
every other character beyond ASCII is a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

WORD = r"0-9A-Za-z\x{C0}-\x{1FFF}\x{2080}-\x{2FFF}\x{3040}-\x{10FFFF}"
"""The characters of words but for the apostrophe, to stand between the brackets of an RE2 class."""

LETTERS = "0-9A-Za-z\u00c0-\u1fff\u2080-\u2fff\u3040-\U0010ffff"
"""The same to stand between the brackets of a class of Python's `re`."""
PYTHON_WORD = f"[{LETTERS}]+(?:['\u2019][{LETTERS}]+)*"
"""A word as Python's `re` finds it, in any case and with either apostrophe."""
Span = tuple[int, int]
"""First character of a word and the one after its last, as positions in a Python string."""

_APOSTROPHES = r"'\x{2019}"
# What may stand before a word, between two words, and after a word: RE2 cannot look around. An
# apostrophe with a letter on both sides would join them into one word.
_BEFORE = rf"(?:^|[^{WORD}{_APOSTROPHES}]|(?:^|[^{WORD}])[{_APOSTROPHES}])"
_BETWEEN = rf"(?:[^{WORD}{_APOSTROPHES}][^{WORD}]*|[{_APOSTROPHES}][^{WORD}]+)"
_AFTER = rf"(?:$|[^{WORD}{_APOSTROPHES}]|[{_APOSTROPHES}](?:$|[^{WORD}]))"

_APOSTROPHE = ord("'")
_SPACE = np.uint8(ord(" "))


@dataclass(frozen=True)
class WordBlock:
    """The words of n texts, as numbers.

    Text i has the words `ids[offsets[i]:offsets[i + 1]]`, which are positions in `vocabulary`.
    `hashes` are 64-bit SipHashes of the vocabulary, the same in every block.
    """

    vocabulary: pa.StringArray
    hashes: NDArray[np.uint64]
    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]

    @cached_property
    def counts(self) -> NDArray[np.int32]:
        """Words a text, shape (n,)."""
        return np.diff(self.offsets)

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
    texts = pc.fill_null(texts, "") if texts.null_count else texts
    lower = pc.utf8_lower(pc.replace_substring(texts, "\u2019", "'"))
    offsets = np.frombuffer(lower.buffers()[1], np.int32)[lower.offset :][: len(lower) + 1]
    if not len(lower) or offsets[0] == offsets[-1]:
        return pa.ListArray.from_arrays(
            np.zeros(len(lower) + 1, np.int32), pa.array([], pa.string())
        )
    data = np.frombuffer(lower.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    offsets = offsets - offsets[0]
    # As numpy.where(letters, data, " ") gives, at a fraction of its time.
    letters = _word_bytes(data, offsets).view(np.uint8)
    spaced = data * letters
    spaced |= (letters ^ 1) * _SPACE
    texts = pa.StringArray.from_buffers(len(lower), pa.py_buffer(offsets), pa.py_buffer(spaced))
    trimmed = pc.ascii_trim_whitespace(texts)
    return _without_empty(pc.ascii_split_whitespace(trimmed), trimmed)


def placed_words(texts: list[str]) -> list[list[tuple[Span, str]]]:
    """The words of each text as `split_words` gives them, with where they stand in the text."""
    places = [[found.span() for found in re.finditer(PYTHON_WORD, text)] for text in texts]
    forms = [text[a:b] for text, spans in zip(texts, places, strict=True) for a, b in spans]
    lower = pc.utf8_lower(pc.replace_substring(pa.array(forms, pa.string()), "\u2019", "'"))
    words = iter(lower.to_pylist())
    return [[(span, next(words)) for span in spans] for spans in places]


def index_words(texts: pa.Array) -> WordBlock:
    """Number the words of each text."""
    words = split_words(texts)
    encoded = words.flatten().dictionary_encode()
    vocabulary = encoded.dictionary
    return WordBlock(
        vocabulary=vocabulary,
        hashes=hash_strings(vocabulary),
        ids=encoded.indices.to_numpy(),
        offsets=words.offsets.to_numpy(),
    )


def hash_strings(strings: pa.Array) -> NDArray[np.uint64]:
    """64-bit SipHash of each string, the same in every process."""
    values = np.array(strings.to_pylist(), dtype=object)
    return pd.util.hash_array(values, categorize=False)


def word_pattern(words: Iterable[str]) -> str:
    """An RE2 pattern that finds these words, one after the other, as `split_words` cuts them.

    It matches exactly the texts in whose words these stand in a row. Case does not matter.
    Python's `re` cannot read it.

    Args:
        words: Words as `split_words` gives them, at least one.
    """
    return _BEFORE + _BETWEEN.join(map(_any_case, words)) + _AFTER


def _word_bytes(data: NDArray[np.uint8], offsets: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which bytes of lower-case UTF-8 belong to words; `offsets` say where texts begin."""
    # A byte less than the lowest wraps round to a large one.
    letters = (data - np.uint8(ord("a")) < 26) | (data - np.uint8(ord("0")) < 10) | (data >= 0x80)
    # The leading bytes of U+0080-BF are C2; of U+2000-207F E2 80 and E2 81; of U+3000-303F E3 80.
    leads = np.flatnonzero(data >= 0xC2)
    first, second = data[leads], data[leads + 1]
    two = leads[first == 0xC2]
    three = leads[((first == 0xE2) & (second <= 0x81)) | ((first == 0xE3) & (second == 0x80))]
    for places in (two, two + 1, three, three + 1, three + 2):
        letters[places] = False
    letters[_inner_apostrophes(data, letters, offsets)] = True
    return letters


def _inner_apostrophes(
    data: NDArray[np.uint8], letters: NDArray[np.bool_], offsets: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Where an apostrophe has a letter of the same text on either side."""
    places = np.flatnonzero(data == _APOSTROPHE)
    text = np.searchsorted(offsets, places, "right") - 1
    places = places[(offsets[text] < places) & (places + 1 < offsets[text + 1])]
    return places[letters[places - 1] & letters[places + 1]]


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


def _any_case(word: str) -> str:
    letters = str(pc.utf8_lower(pa.scalar(word))).replace("\u2019", "'")
    return "".join(map(_any_case_of_letter, letters))


def _any_case_of_letter(letter: str) -> str:
    if letter == "'":
        return f"[{_APOSTROPHES}]"
    forms = [letter, *_other_cases().get(letter, ())]
    # Not RE2's own (?i), which also takes the long s for s and both small sigmas for one letter.
    escaped = "".join(f if f.isalnum() and f.isascii() else rf"\x{{{ord(f):X}}}" for f in forms)
    return f"[{escaped}]" if len(forms) > 1 else escaped


@cache
def _other_cases() -> dict[str, list[str]]:
    """The characters that `split_words` turns into each lower-case one."""
    points = [*range(0x80, 0xD800), *range(0xE000, 0x20000)]  # No case beyond U+1FFFF.
    letters = pa.array([*map(chr, range(ord("A"), ord("Z") + 1)), *map(chr, points)])
    lower = pc.utf8_lower(letters)
    changed = pc.not_equal(letters, lower)
    forms: dict[str, list[str]] = {}
    for form, small in zip(
        letters.filter(changed).to_pylist(), lower.filter(changed).to_pylist(), strict=True
    ):
        forms.setdefault(small, []).append(form)
    return forms
