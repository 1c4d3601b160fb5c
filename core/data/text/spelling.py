"""One spelling for what is the same to a reader: lower case, letters composed (Unicode's NFC).

"É" may be one character or an E with an accent behind it; both become "é". The dotted capital I of
Turkish becomes an i, also where a program's lower case left the dot as a mark. Texts are stored as
they came: only what is compared, searched for or counted is spelled so.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.text.utf8 import WideCharacters, text_bytes, wide_characters

DOT = "\u0307"
_DOTTED = f"i{DOT}"
_MOST_SPELLINGS = 200
_POINTS = (
    *(*range(0xC0, 0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0xFB50), *range(0xFE20, 0xFE30)),
    *(*range(0x10100, 0x12000), *range(0x16A00, 0x17000), *range(0x1BC00, 0x1BD00)),
    *(*range(0x1D100, 0x1D300), *range(0x1E000, 0x1E900), *range(0x2F800, 0x2FA20)),
)
"""Where there are characters that combine, or have another spelling."""


def spell(texts: pa.StringArray) -> pa.StringArray:
    """Texts in their one spelling, with ' for ’.

    Args:
        texts: Strings without nulls.
    """
    return spell_and_decode(texts)[0]


def spell_and_decode(texts: pa.StringArray) -> tuple[pa.StringArray, WideCharacters]:
    """Texts in their one spelling, and the characters beyond ASCII of that."""
    lower = pc.utf8_lower(pc.replace_substring(texts, "\u2019", "'"))
    data, offsets = text_bytes(lower)
    wide = wide_characters(data)
    places = wide.places[_odd()[wide.points]] if len(wide.places) else wide.places
    if not len(places):
        return lower, wide
    odd = np.zeros(len(lower), bool)
    odd[np.searchsorted(offsets, places, "right") - 1] = True
    mask = pa.array(odd)
    respelled = pc.replace_substring(lower.filter(mask), _DOTTED, "i")
    spelled = pc.replace_with_mask(lower, mask, pc.utf8_normalize(respelled, "NFC"))
    return spelled, wide_characters(text_bytes(spelled)[0])


def fold(word: str) -> str:
    """A spelled word, without what only its case or place decides: ß is ss, ς is σ."""
    return word if word.isascii() else word.replace("ß", "ss").replace("ς", "σ")


def spell_and_fold(text: str) -> str:
    """One text, spelled and folded; of few texts this is quicker than `spell`."""
    lower = text.replace("\u2019", "'").lower()
    if lower.isascii():
        return lower
    return fold(unicodedata.normalize("NFC", lower.replace(_DOTTED, "i")))


def fold_all(words: pa.StringArray) -> pa.StringArray:
    """`fold` of each."""
    return pc.replace_substring(pc.replace_substring(words, "ß", "ss"), "ς", "σ")


@cache
def spellings(letter: str) -> tuple[str, ...]:
    """What `spell` makes this letter of, but for case.

    Args:
        letter: A letter and its marks in their one spelling.
    """
    if letter.isascii() and letter != "i":
        return (letter,)
    whole = unicodedata.normalize("NFD", letter)
    waiting = [whole]
    if whole[0] == "i" and not 0 < unicodedata.combining(whole[1:2] or "i") < 230:
        waiting.append(_DOTTED + whole[1:])
    found = dict.fromkeys(waiting)
    while waiting and len(found) < _MOST_SPELLINGS:
        for other in _one_step(waiting.pop()):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return tuple(found)


def letters(word: str) -> list[str]:
    """A spelled word cut into letters, each with the marks that follow it."""
    found: list[str] = []
    for character in word:
        if found and (unicodedata.combining(character) or character in _later_parts()):
            found[-1] += character
        else:
            found.append(character)
    return found


def _one_step(text: str) -> set[str]:
    """Spellings of the same that differ in one place."""
    found = set()
    for place, character in enumerate(text):
        found |= {text[:place] + c + text[place + 1 :] for c in _composed().get(character, ())}
        pair = text[place : place + 2]
        if len(pair) < 2:
            continue
        whole = unicodedata.normalize("NFC", pair)
        joined = {*_composed().get(pair, ()), *([whole] if len(whole) == 1 else [])}
        first, second = map(unicodedata.combining, pair)
        if first != second and first and second:
            joined.add(pair[::-1])
        found |= {text[:place] + c + text[place + 2 :] for c in joined}
    return found


@cache
def _composed() -> dict[str, list[str]]:
    """Characters that Unicode's composition does not make, by what they are made of."""
    found: dict[str, list[str]] = {}
    for character in map(chr, _POINTS):
        parts = _parts(character)
        if parts and unicodedata.normalize("NFC", character) != character:
            found.setdefault(parts, []).append(character)
    return found


@cache
def _later_parts() -> frozenset[str]:
    """Characters that may compose with one before them."""
    # Vowels and last consonants of Korean stand in no table of Unicode's.
    korean = map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)))
    pairs = (parts for parts in map(_parts, map(chr, _POINTS)) if len(parts) > 1)
    return frozenset({*korean, *(pair[1] for pair in pairs)})


def _parts(character: str) -> str:
    """What a character is made of; empty if of itself alone."""
    parts = unicodedata.decomposition(character)
    return "" if parts[:1] == "<" else "".join(chr(int(part, 16)) for part in parts.split())


@cache
def _odd() -> NDArray[np.bool_]:
    """Which code points may have to be spelled otherwise; a text without them stays."""
    found = np.zeros(0x110000, bool)
    for point in _POINTS:
        character = chr(point)
        composed = unicodedata.normalize("NFC", character) == character
        found[point] = unicodedata.combining(character) or not composed
    found[list(map(ord, _later_parts()))] = True
    return found
