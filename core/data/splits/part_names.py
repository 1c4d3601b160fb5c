"""What people call the parts of a split in their files."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from core.data.splits.split import TEST, TRAIN, VALIDATION

_WORDS = {
    TRAIN: "train training trn tr",
    VALIDATION: "validation valid validate val vld dev devel development eval evaluation",
    TEST: "test testing tst holdout heldout",
}
_PARTS = {word: part for part, words in _WORDS.items() for word in words.split()}
_LONG = [word for word in _PARTS if len(word) > 3]
_BEHIND = re.compile(r"(?<=.)(set|split|data|dataset|part|fold)$")
_NO_LETTERS = re.compile(r"[\W_]+")


def usual_part(value: str) -> str | None:
    """The part that a value names by one of the usual words, in any case; None if it does not.

    Example:
        >>> usual_part("Dev set")
        'validation'
    """
    letters = _letters(value)
    return _PARTS.get(letters) or _PARTS.get(_BEHIND.sub("", letters))


def meant_part(value: str) -> str | None:
    """The part whose usual word a value is a slip of the pen for, such as "tset"."""
    letters = _letters(value)
    for word in (letters, _BEHIND.sub("", letters)):
        close = get_close_matches(word, _LONG, n=1, cutoff=0.7)
        if close:
            return _PARTS[close[0]]
    return None


def _letters(value: str) -> str:
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", value).casefold())
