"""Which characters make words: letters, characters that are words by themselves, and separators.

Letters stand together in a word. In scripts that are written without spaces (Chinese, Japanese,
Thai, Lao, Burmese, Khmer) each character is a word, and so is each emoji and symbol; a
mark (a vowel sign, a tone, a skin colour) belongs to the character before it. Separators are
spaces and punctuation of every script. Joiners and apostrophes belong to a word only where they
stand between two of its letters.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

SEPARATOR, LETTER, UNIT, MARK = range(4)
"""Kinds of characters; a MARK is a LETTER, unless it follows a UNIT."""
APOSTROPHE = "'"
JOINERS = "'\u2019\u200c\u200d"
"""Apostrophes, and what joins or parts the shapes of letters in Persian, Hindi or Sinhala."""

Kinds = NDArray[np.uint8]

_POINTS = 0x110000
# Thai and Lao; Burmese; Khmer; arrows, symbols and dingbats; Chinese, Japanese and Yi; Chinese;
# half-width kana; kana; emoji; Chinese.
_UNITS = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2190, 0x2BFF), (0x2E80, 0x2FFF)),
    *((0x3005, 0x3007), (0x3040, 0x312F), (0x3190, 0xA4CF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F)),
    *((0x1B000, 0x1B16F), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFF)),
)
# Accents, marks around symbols, picture styles, skin colours, flags' tags, styles of characters.
_MARKS = (
    *((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x3099, 0x309A)),
    *((0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F)),
    (0xE0100, 0xE01EF),
)
_MARKED = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800))
"""Where marks of scripts without spaces are."""
# Spaces and punctuation: of Latin script, Greek, Armenian and Hebrew, Arabic, Syriac, Hindi and its
# kin, Thai and Tibetan, Burmese, Ethiopic, Ogham and runes, Khmer and Mongolian; of all scripts,
# currencies, Coptic, rare, Chinese and Japanese, small, and of full width. Few ranges on purpose: a
# search for many words has them many times.
_SEPARATORS = (
    *((0x80, 0xBF), (0x37E, 0x37E), (0x387, 0x387), (0x589, 0x58F), (0x5BE, 0x5BE), (0x5C0, 0x5C0)),
    *((0x5C3, 0x5C3), (0x5C6, 0x5C6), (0x600, 0x60F), (0x61B, 0x61F), (0x66A, 0x66D)),
    *((0x6D4, 0x6D4), (0x6DD, 0x6DD), (0x700, 0x70F), (0x964, 0x965), (0x970, 0x970)),
    *((0xE3F, 0xE3F), (0xE4F, 0xE4F), (0xE5A, 0xE5B), (0xF04, 0xF14), (0xF3A, 0xF3D)),
    *((0x104A, 0x104F), (0x1360, 0x1368), (0x166D, 0x166E), (0x1680, 0x1680), (0x16EB, 0x16ED)),
    *((0x17D4, 0x17D6), (0x17D8, 0x17DB), (0x1800, 0x180A), (0x1FEF, 0x1FEF), (0x1FFD, 0x1FFD)),
    *((0x2000, 0x207F), (0x20A0, 0x20CF), (0x2329, 0x232A)),
    *((0x2CF9, 0x2CFF), (0x2E00, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x303F), (0x30FB, 0x30FB)),
    *((0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFEFF, 0xFEFF), (0xFF00, 0xFF0F), (0xFF1A, 0xFF20)),
    *((0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFE0, 0xFFE6), (0x11047, 0x1104D)),
)


@cache
def kinds() -> Kinds:
    """The kind of each code point."""
    found = np.full(_POINTS, LETTER, np.uint8)
    found[:0x80] = [LETTER if chr(point).isalnum() else SEPARATOR for point in range(0x80)]
    for first, last in _UNITS:
        found[first : last + 1] = UNIT
    for ranges, kind in ((_SEPARATORS, SEPARATOR), (_MARKS, MARK)):
        for first, last in ranges:
            found[first : last + 1] = kind
    for point in chain.from_iterable(range(*block) for block in _MARKED):
        if unicodedata.category(chr(point))[0] == "M":
            found[point] = MARK
    return found


def python_class(*wanted: int) -> str:
    """Characters of some kinds, to stand between the brackets of a class of Python's `re`."""
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in _ranges(wanted))


def re2_class(*wanted: int) -> str:
    """The same for RE2."""
    return "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in _ranges(wanted))


def _ranges(wanted: tuple[int, ...]) -> list[tuple[int, int]]:
    """First and last code points of each stretch of these kinds."""
    inside = np.zeros(_POINTS + 2, np.int8)
    inside[1:-1] = np.isin(range(4), wanted)[kinds()]
    edges = np.flatnonzero(np.diff(inside)).tolist()
    return [(first, end - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]
