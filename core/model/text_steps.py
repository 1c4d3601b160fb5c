"""The changes of `core.encoders.text_rules`, on string tensors: eagerly, or in a graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby, pairwise

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.text_rules import FORMS, REPLACE, Step, by_character, changed, cut
from core.model.keras_import import import_tensorflow_text

tf_text = import_tensorflow_text()

Change = Callable[[tf.Tensor], tf.Tensor]
_CODES = 0x110000
_PAGE = 256
_LAST_SCRIPT, _TAGS, _AFTER_TAGS = 0x34000, 0xE0000, 0xE1000
"""Above the first nothing is assigned but tags and variation selectors, and private planes."""
_PRIVATE = (0xF0000, 0xFFFFE, 0x100000, 0x10FFFE)
"""Where each of the two private planes begins, and its last two codes, which are no characters."""
_ITSELF = -1


def text_change(steps: Sequence[Step]) -> Change:
    """A function that does all steps and then sets words apart by single spaces.

    Its argument and its answer are UTF-8 in a string tensor of shape (n,). Bytes that are none
    become U+FFFD.
    """
    groups = [(alone, tuple(group)) for alone, group in groupby(steps, by_character)]
    if not groups or not groups[-1][0]:
        groups.append((True, ()))
    parts: list[Change] = []
    for number, (alone, group) in enumerate(groups, 1):
        last = number == len(groups)
        parts += [_by_character(group, last)] if alone else map(_whole, group)

    def change(texts: tf.Tensor) -> tf.Tensor:
        for part in parts:
            texts = part(texts)
        return texts

    return change


def _whole(step: Step) -> Change:
    """A step that looks at more than one character."""
    if step[0] in FORMS:
        return lambda texts: tf_text.normalize_utf8(texts, step[0])
    pattern, put = re.escape(step[1]), step[2].replace("\\", "\\\\")
    return lambda texts: tf.strings.regex_replace(texts, pattern, put)


def _by_character(steps: tuple[Step, ...], cuts: bool) -> Change:
    pages, slots, pool, lengths = _table(steps, cuts)
    rows = tf.RaggedTensor.from_row_lengths(pool, lengths)

    def change(texts: tf.Tensor) -> tf.Tensor:
        codes = tf.strings.unicode_decode(texts, "UTF-8")
        page = tf.gather(pages, codes.flat_values // _PAGE)
        slot = tf.gather(slots, page * _PAGE + codes.flat_values % _PAGE)
        many = tf.gather(tf.constant(lengths), slot)
        put = tf.gather(rows, slot).flat_values
        put = tf.where(put == _ITSELF, tf.repeat(codes.flat_values, many), put)
        ends = tf.concat([[0], tf.cumsum(many)], 0)
        splits = tf.gather(ends, codes.row_splits)
        return tf.strings.unicode_encode(tf.RaggedTensor.from_row_splits(put, splits), "UTF-8")

    return change


Table = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]


@cache
def _table(steps: tuple[Step, ...], cuts: bool) -> Table:
    """What becomes of each character: its page, its slot there; characters of all slots, and how
    many each has. Most stay as they are, in slot 0, and most pages are alike."""
    slots = np.zeros(_CODES, np.int32)
    numbers: dict[str, int] = {}

    def put(text: str) -> str:
        for step in steps:
            text = changed(text, step)
        return cut(text) if cuts else text

    def slot(text: str, becomes: str) -> int:
        return 0 if becomes == text else numbers.setdefault(becomes, len(numbers) + 1)

    # Most pages stay as they are, or all their characters are set apart: seen in one look, where
    # no step could give one character what it took from the next.
    alike = all(step[0] != REPLACE for step in steps)
    for start in (*range(0, _LAST_SCRIPT, _PAGE), *range(_TAGS, _AFTER_TAGS, _PAGE)):
        page = "".join(map(chr, range(start, start + _PAGE)))
        whole = put(page) if alike else ""
        if whole == page:
            continue
        apart = whole == "".join(f" {text} " for text in page)
        places = slice(start, start + _PAGE)
        slots[places] = [slot(text, f" {text} " if apart else put(text)) for text in page]
    replaced = {step[1] for step in steps if step[0] == REPLACE}
    for first, after in ((_LAST_SCRIPT, _TAGS), *pairwise((_AFTER_TAGS, *_PRIVATE, _CODES))):
        usual = next(text for text in map(chr, range(first, after)) if text not in replaced)
        slots[first:after] = slot(usual, put(usual))
    for text in replaced:
        slots[ord(text)] = slot(text, put(text))
    kinds: dict[bytes, int] = {}
    pages = [kinds.setdefault(page.tobytes(), len(kinds)) for page in slots.reshape(-1, _PAGE)]
    rows = [[_ITSELF], *(list(map(ord, text)) for text in numbers)]
    pool = np.array([code for row in rows for code in row], np.int32)
    lengths = np.array([len(row) for row in rows], np.int64)
    joined = np.frombuffer(b"".join(kinds), np.int32)
    return np.array(pages, np.int32), joined, pool, lengths
