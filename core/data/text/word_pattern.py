"""Find words in texts with a regular expression, as `core.data.text.words` cuts them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from core.data.text.characters import APOSTROPHE, JOINERS, LETTER, MARK, UNIT, kinds, re2_class
from core.data.text.spelling import fold_all, letters, spell, spellings

WORD = re2_class(LETTER, MARK, UNIT)
"""The characters of words but for joiners, to stand between the brackets of an RE2 class."""
_APOSTROPHES = r"'\x{2019}"
_JOIN = "".join(rf"\x{{{ord(joiner):X}}}" for joiner in JOINERS)
_LETTER = re2_class(LETTER, MARK)
_UNITS, _MARKS = re2_class(UNIT), re2_class(MARK)
# What may stand before a word of letters, between two words, and after a word: RE2 cannot look
# around. A joiner with a letter on both sides would join them into one word.
_BEFORE = rf"^|[^{WORD}{_JOIN}]|(?:^|[^{WORD}])[{_JOIN}]"
_UNIT_BEFORE = rf"[{_UNITS}][{_MARKS}]*"
_BETWEEN = rf"(?:[^{WORD}{_JOIN}][^{WORD}]*|[{_JOIN}][^{WORD}]+)"
_AFTER = rf"(?:$|[^{_LETTER}{_JOIN}]|[{_JOIN}](?:$|[^{_LETTER}]))"
_AFTER_UNIT = rf"(?:$|[^{_MARKS}])"

_MOST_S = 8  # More in a row are found as they stand.


def word_pattern(words: Iterable[str]) -> str:
    """An RE2 pattern that finds these words, one after the other, as `split_words` cuts them.

    It matches exactly the texts in whose words these stand in a row, words that `fold` makes the
    same taken for one. Neither case matters nor how letters are composed. Python's `re` cannot
    read it.

    Args:
        words: Words as `split_words` gives them, at least one.
    """
    wanted = fold_all(spell(pa.array(list(words), pa.string()))).to_pylist()
    pattern = _before(wanted[0])
    for place, word in enumerate(wanted):
        if place:
            pattern += _between(wanted[place - 1], word)
        pattern += _any_spelling(word)
    return pattern + (_AFTER_UNIT if _is_unit(wanted[-1]) else _AFTER)


def _is_unit(word: str) -> bool:
    return bool(kinds()[ord(word[0])] == UNIT)


def _before(word: str) -> str:
    if _is_unit(word):
        return ""
    # A mark behind such a character would belong to it.
    join = f"[{_JOIN}]{'' if kinds()[ord(word[0])] == MARK else '?'}"
    return f"(?:{_BEFORE}|{_UNIT_BEFORE}{join})"


def _between(word: str, following: str) -> str:
    if _is_unit(word) or _is_unit(following):
        return f"[^{WORD}]{'+' if kinds()[ord(following[0])] == MARK else '*'}"
    return _BETWEEN


def _any_spelling(word: str) -> str:
    """A pattern of what is spelled and folded to this word."""
    found = ""
    for letter, run in groupby(letters(word)):
        count = len(list(run))
        if letter == "s" and 1 < count <= _MOST_S:
            found += f"(?:{'|'.join(_runs_of_s(count))})"
        else:
            found += _any_form(letter) * count
    return found


def _runs_of_s(count: int) -> list[str]:
    """Patterns of so many s in a row, two of which may be one ß."""
    if count == 0:
        return [""]
    single = [_any_case("s") + rest for rest in _runs_of_s(count - 1)]
    return single + ([_any_case("ß") + rest for rest in _runs_of_s(count - 2)] if count > 1 else [])


def _any_form(letter: str) -> str:
    if letter == APOSTROPHE:
        return f"[{_APOSTROPHES}]"
    forms = ["".join(map(_any_case, form)) for form in spellings(letter)]
    return f"(?:{'|'.join(forms)})" if len(forms) > 1 else forms[0]


def _any_case(character: str) -> str:
    forms = [character, *_other_cases().get(character, ()), *("ς" if character == "σ" else "")]
    # Not RE2's own (?i), which also takes the long s for s.
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
