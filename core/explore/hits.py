"""Where the hits of a search stand in the texts that are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

import pyarrow as pa
import pyarrow.compute as pc

from core.data.filters.row_filter import RowFilter, Term
from core.data.text.spelling import fold
from core.data.text.words import Span, placed_words

_NONCHARACTERS = [chr(point) for point in range(0xFDD0, 0xFDF0)]

_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""


def find_spans(texts: list[str], row_filter: RowFilter) -> list[list[Span]]:
    """The hits of a filter's text in each of some texts, in order and without overlap.

    Args:
        texts: Texts that the filter has found; any others just have fewer hits.
        row_filter: The filter.

    Returns:
        Lists of spans, as many as texts.
    """
    if row_filter.pattern:
        return _pattern_spans(texts, row_filter.pattern)
    wanted = [term for term in row_filter.terms if not term.excluded]
    if not wanted:
        return [[] for _ in texts]
    return [_merged(_term_spans(words, wanted)) for words in placed_words(texts)]


def _term_spans(words: list[tuple[Span, str]], terms: list[Term]) -> Iterator[Span]:
    """The places of each term, from its first word's beginning to its last word's end."""
    forms = tuple(fold(word) for _, word in words)
    for term in terms:
        wanted, length = tuple(map(fold, term.words)), len(term.words)
        for first in range(len(forms) - length + 1):
            if forms[first : first + length] == wanted:
                yield words[first][0][0], words[first + length - 1][0][1]


def _merged(spans: Iterator[Span]) -> list[Span]:
    """Spans in order, those that overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pattern_spans(texts: list[str], pattern: str) -> list[list[Span]]:
    """The places of a regular expression, which RE2 itself marks: no pattern meets Python's re."""
    marks = [mark for mark in _NONCHARACTERS if not any(mark in text for text in texts)][:2]
    if len(marks) < 2:
        return [[] for _ in texts]  # Texts that hold all noncharacters of Unicode: no marks left.
    marked = pc.replace_substring_regex(
        pa.array(texts, pa.string()), pattern, f"{marks[0]}\\0{marks[1]}"
    )
    start, end = (mark.encode() for mark in marks)
    # In bytes, because \C in a pattern may cut characters apart.
    cut = re.compile(re.escape(start) + b"|" + re.escape(end))
    return [_between(cut.split(text)) for text in marked.cast(pa.binary()).to_pylist()]


def _between(pieces: list[bytes]) -> list[Span]:
    """The places of every second piece, those of the hits, in characters; empty ones left out."""
    lengths = (len(piece.translate(None, _CONTINUATIONS)) for piece in pieces)
    ends = [0, *accumulate(lengths)]
    return [(a, b) for a, b in list(pairwise(ends))[1::2] if a < b]
