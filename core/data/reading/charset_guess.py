"""Guess which of many encodings a text is in that is no Unicode.

charset-normalizer's answer alone is often another encoding of the same script (cp1250 for
cp1252), so its measure of disorder is one of three here: how odd the letters look, whether they
belong to one language, and how sure a language detector is.
"""

from __future__ import annotations

import codecs
import re
import statistics
from collections.abc import Iterator
from functools import cache

from charset_normalizer.md import mess_ratio

from core.data.reading.alphabets import alphabets
from core.data.text.languages import language_detector

_CANDIDATES = (
    *("cp1250", "cp1251", "koi8-r", "koi8-u", "cp866", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("cp1257", "cp874", "iso8859-2", "iso8859-7", "mac-roman", "cp850", "cp437", "cp852"),
    *("cp932", "euc_jp", "gb18030", "cp950", "cp949"),
)
"""Tried besides Windows-1252; of those that fit alike, the first."""
_UNDEFINED_IN_1252 = b"\x81\x8d\x8f\x90\x9d"
_MISFIT = "\ufffd"
_LEAST_EVIDENCE = 2
"""Fewer characters beyond ASCII are too few to judge by."""
_COMMON_SIGNS = frozenset("€£©®™°§•½¼¾±×·“”‘’–—…«»¿¡²³µ\N{NO-BREAK SPACE}")
_MAX_MISFITS = 0.02
# The weights and limits were measured on 4,091 samples of program translations in 35 languages
# and on English texts in Windows-1252; tests/core/data/reading/test_charset_guess.py has others.
_LETTERS_WEIGHT, _LANGUAGE_WEIGHT = 0.5, 0.1
_MAX_MESS = 0.4  # One ligature is enough for charset-normalizer to say 1.
_MESS_CHARS = 1_000
_LANGUAGE_CHARS = 2_000
_LEAST_GAIN, _MOST_GAIN, _GAIN_CHARACTERS = 0.005, 0.07, 0.6


def guess_charset(sample: bytes) -> str:
    """The key of the encoding in which a text reads best.

    Windows-1252, or Latin-1 where bytes stand that mean nothing in Windows-1252, unless another
    encoding gives clearly better text: by more than one odd letter would make.

    Args:
        sample: Whole lines, each with bytes beyond ASCII; a few KB are enough.
    """
    western = _western(sample)
    if _speaks_for_nothing_else(_decoded(sample, western)):
        return western
    found, least = western, _oddness(_decoded(sample, western))
    for encoding in _CANDIDATES:
        text = _decoded(sample, encoding)
        letters = sum(not character.isascii() for character in text)
        if not letters or text.count(_MISFIT) > _MAX_MISFITS * letters:
            continue
        gain = min(max(_GAIN_CHARACTERS / letters, _LEAST_GAIN), _MOST_GAIN)
        oddness = _oddness(text) + gain
        if oddness < least:
            found, least = encoding, oddness
    return found


def _speaks_for_nothing_else(text: str) -> bool:
    """Whether a Western text has only common signs beyond ASCII, or too little to judge by.

    Most files with a © or a “ in them are Western, whatever letter another code page has there.
    """
    odd = [character for character in text if not character.isascii()]
    return len(odd) < _LEAST_EVIDENCE or set(odd) <= _COMMON_SIGNS


def _western(sample: bytes) -> str:
    undefined = sum(sample.count(byte) for byte in _UNDEFINED_IN_1252)
    defined = sum(0x80 <= byte < 0xA0 for byte in sample) - undefined
    return "latin-1" if undefined > defined else "cp1252"


def _decoded(sample: bytes, encoding: str) -> str:
    """The text, without a last letter that is cut off."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)


def _oddness(text: str) -> float:
    """How little a text looks like one of any language; 0 is best."""
    _, sureness = language_detector()(" ".join(text[:_LANGUAGE_CHARS].split()))
    foreign = _foreign_share(text.lower())
    return _mess(text) + _LETTERS_WEIGHT * foreign + _LANGUAGE_WEIGHT * (1 - sureness)


def _mess(text: str) -> float:
    """charset-normalizer's measure of disorder, of the text's middling part."""
    return min(statistics.median(mess_ratio(part, 1.0) for part in _parts(text)), _MAX_MESS)


def _parts(text: str) -> Iterator[str]:
    part = ""
    for line in text.splitlines(keepends=True):
        part += line
        if len(part) >= _MESS_CHARS:
            yield part
            part = ""
    if part or not text:
        yield part


def _foreign_share(text: str) -> float:
    """The share of characters beyond ASCII that the likeliest language has not, or not there."""
    counts: dict[str, int] = {}
    for character in text:
        if not character.isascii():
            counts[character] = counts.get(character, 0) + 1
    if not counts:
        return 1.0
    symbols = sum(counts.get(sign, 0) for sign in _signs())
    letters = max(sum(counts.get(one, 0) for one in alphabet) for alphabet in alphabets())
    misplaced = sum(1 for _ in _misplaced().finditer(text))
    return 1 - (symbols + letters - misplaced) / sum(counts.values())


@cache
def _signs() -> frozenset[str]:
    """Signs that texts of any language may hold."""
    western = bytes(range(0x80, 0x100)).decode("cp1252", "ignore")
    signs = {one for one in western if not one.isalpha() or one in "ªºµ"}
    known = frozenset().union(*alphabets())
    return frozenset(signs | set("、。「」『』！？：（）；・‧،؛؟，．【】《》〜ー々")) - known


@cache
def _misplaced() -> re.Pattern[str]:
    """Finds signs inside words, letters beside digits, and letters beside another script's."""
    latin, other = "a-zß-öø-ɏ", "\u0370-\u1dff"
    inside = "".join(
        re.escape(sign)
        for sign in sorted(_signs())
        if sign not in "‘’–—…\N{NO-BREAK SPACE}·\N{SOFT HYPHEN}" and ord(sign) < 0x3000
    )
    letter = r"[^\W\d_\x00-\x7f\u2e80-\U0010ffffªºµ]"
    return re.compile(
        f"(?<=[{latin}])[{inside}](?=[{latin}])"
        f"|(?<=[0-9]){letter}|{letter}(?=[0-9])"
        f"|(?<=[a-z])[{other}]|[{other}](?=[a-z])"
    )
