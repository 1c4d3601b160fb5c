"""How an encoder wants its texts cut into tokens, as its files say it. No TensorFlow here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from core.encoders.newer_signs import NEWER_SIGNS

Step = tuple[str, ...]
"""One change of a text: its name as in `STEPS`, and for "replace" what and by what."""

CLEAN, CHINESE, STRIP_ACCENTS, STRIP_MARKS = "clean", "chinese", "strip accents", "strip marks"
LOWER, REPLACE = "lower", "replace"
FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
"""As Hugging Face's tokenizers have them."""
_SPACES = frozenset(
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
"""Unicode's White_Space; Python's `isspace` takes four separators for more."""
_CANADIAN = "\u166d"
"""A sign of Canadian syllabics, which was punctuation in Unicode 8."""


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
    change = _CHANGES[name]
    return "".join([change(character) for character in text])


def cut(text: str) -> str:
    """A text with single spaces where words begin and end: at spaces and around punctuation."""
    parts = (" " if c in _SPACES else f" {c} " if _is_punctuation(c) else c for c in text)
    return "".join(parts)


def by_character(step: Step) -> bool:
    """Whether a step changes each character for itself, whatever stands beside it."""
    return step[0] not in FORMS and (step[0] != REPLACE or len(step[1]) == 1)


def _kind(character: str) -> str:
    """Unicode's general category, as the tokenizers of Hugging Face know it."""
    return "Lo" if character in NEWER_SIGNS else unicodedata.category(character)


def _clean(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character in "\0\ufffd" or _kind(character) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    return " " if character in _SPACES else character


def _apart_if_chinese(character: str) -> str:
    return f" {character} " if character > "\u33ff" and _is_chinese(character) else character


def _without_accent(character: str) -> str:
    if character < "\x80":
        return character
    apart = unicodedata.normalize("NFD", character)
    return "".join([c for c in apart if _kind(c) != "Mn"])


def _unless_mark(character: str) -> str:
    return "" if _kind(character)[0] == "M" else character


_CHANGES: dict[str, Callable[[str], str]] = {
    CLEAN: _clean,
    CHINESE: _apart_if_chinese,
    STRIP_ACCENTS: _without_accent,
    STRIP_MARKS: _unless_mark,
    LOWER: str.lower,
}


def _is_chinese(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _CHINESE)


def _is_punctuation(character: str) -> bool:
    ascii_sign = "!" <= character <= "~" and not character.isalnum()
    return ascii_sign or character == _CANADIAN or _kind(character)[0] == "P"
