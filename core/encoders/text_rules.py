"""How an encoder wants its texts cut into tokens, as its files say it. No TensorFlow here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from core.encoders.newer_signs import NEWER_MARKS, NEWER_SIGNS

Step = tuple[str, ...]
"""One change of a text: its name as in `STEPS`, and for "replace" what and by what."""

CLEAN, CHINESE, STRIP_ACCENTS, STRIP_MARKS = "clean", "chinese", "strip accents", "strip marks"
LOWER, REPLACE = "lower", "replace"
FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_CHINESE = re.compile(
    "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b73f"
    "\U0002b740-\U0002b81f\U0002b920-\U0002ceaf\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
"""As Hugging Face's tokenizers have them."""
_SPACES = frozenset(
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
"""Unicode's White_Space; Python's `isspace` takes four separators for more."""
_ONCE_PUNCTUATION = "\u166d\U000111c9"
"""Signs of Canadian syllabics and of Sharada, which were punctuation in Unicode 8."""

_ONCE_MARKS = "\u1cf2\u1cf3"
_ONCE_ACCENT = "\u1734"
"""Signs of Vedic and of Hanunoo, whose categories were Mc and Mn."""


@dataclass(frozen=True)
class TextRules:
    """What a Hugging Face tokenizer does, as far as WordPiece goes.

    `steps` change a text before it is cut at spaces and around punctuation; `prefix` marks tokens
    that go on with a word; a word of more than `longest_word` characters is `unknown`; `first` and
    `last` frame a text; `longest_text` is the most tokens that the encoder's makers allow.
    """

    steps: tuple[Step, ...]
    prefix: str = "##"
    longest_word: int = 100
    unknown: str = "[UNK]"
    first: str = "[CLS]"
    last: str = "[SEP]"
    padding: str = "[PAD]"
    longest_text: int | None = None

    @property
    def lower_case(self) -> bool:
        """Whether texts lose their capitals."""
        return (LOWER,) in self.steps


def bert_steps(
    *, lower: bool, accents: bool | None = None, clean: bool = True, chinese: bool = True
) -> tuple[Step, ...]:
    """What BERT's own normalizer does, in its order.

    Args:
        lower: To lower case.
        accents: Whether accents go; None says as `lower` does.
        clean: Control characters go, and all spaces are one.
        chinese: Each Chinese character is a word.
    """
    stripped = lower if accents is None else accents
    chosen = ((clean, CLEAN), (chinese, CHINESE), (stripped, STRIP_ACCENTS), (lower, LOWER))
    return tuple((name,) for wanted, name in chosen if wanted)


def changed(text: str, step: Step) -> str:
    """What one step makes of a text."""
    name = step[0]
    if name in FORMS:
        return unicodedata.normalize(name, text)  # type: ignore[arg-type]
    if name == REPLACE:
        return text.replace(step[1], step[2])
    return "".join(map(_CHANGES[name], text))


def cut(text: str) -> str:
    """A text with single spaces where words begin and end: at spaces and around punctuation."""
    return "".join(map(_apart_if_punctuation, text))


def by_character(step: Step) -> bool:
    """Whether a step changes each character for itself, whatever stands beside it."""
    return step[0] not in FORMS and (step[0] != REPLACE or len(step[1]) == 1)


def _kind(character: str) -> str:
    """Unicode's general category, as the tokenizers of Hugging Face know it."""
    if character in NEWER_SIGNS:
        return "Lo"
    return "Mn" if character == _ONCE_ACCENT else unicodedata.category(character)


def _clean(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character in "\0\ufffd" or _kind(character) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    return " " if character in _SPACES else character


def _apart_if_chinese(character: str) -> str:
    return f" {character} " if character > "\u33ff" and _CHINESE.match(character) else character


def _without_accent(character: str) -> str:
    if character < "\x80":
        return character
    apart = unicodedata.normalize("NFD", character)
    return "".join([c for c in apart if _kind(c) != "Mn"])


def _unless_mark(character: str) -> str:
    """Not by `_kind`: this step has the marks of Unicode 9."""
    is_mark = unicodedata.category(character)[0] == "M" and character not in NEWER_MARKS
    return "" if is_mark or character in _ONCE_MARKS else character


_CHANGES: dict[str, Callable[[str], str]] = {
    CLEAN: _clean,
    CHINESE: _apart_if_chinese,
    STRIP_ACCENTS: _without_accent,
    STRIP_MARKS: _unless_mark,
    LOWER: str.lower,
}


def _apart_if_punctuation(character: str) -> str:
    if character in _SPACES:
        return " "
    is_sign = "!" <= character <= "~" and not character.isalnum()
    if is_sign or character in _ONCE_PUNCTUATION or _kind(character)[0] == "P":
        return f" {character} "
    return character
