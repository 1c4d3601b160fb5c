"""BERT's tokenizer in plain Python, as the tutorial runs it for every text.

Source: Devlin et al. (2019), BERT: clean, split at white space and punctuation, then take the
longest piece that the vocabulary has, from left to right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

_MAX_WORD_CHARS = 200
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class FullTokenizer:
    """Texts to WordPiece tokens, and these to ids.

    Args:
        vocabulary: One token a line.
        lower_case: Whether to lower-case and strip accents.
    """

    def __init__(self, vocabulary: Path, *, lower_case: bool) -> None:
        tokens = vocabulary.read_text("utf-8").removesuffix("\n").split("\n")
        self._ids = {token: number for number, token in enumerate(tokens)}
        self._lower_case = lower_case

    def tokenize(self, text: str) -> list[str]:
        return [piece for word in _words(text, self._lower_case) for piece in self._pieces(word)]

    def to_ids(self, tokens: list[str]) -> list[int]:
        return [self._ids[token] for token in tokens]

    def _pieces(self, word: str) -> list[str]:
        if len(word) > _MAX_WORD_CHARS:
            return ["[UNK]"]
        pieces = []
        start = 0
        while start < len(word):
            end = len(word)
            while start < end:
                piece = ("##" if start else "") + word[start:end]
                if piece in self._ids:
                    break
                end -= 1
            else:
                return ["[UNK]"]
            pieces.append(piece)
            start = end
        return pieces


def _words(text: str, lower_case: bool) -> Iterator[str]:
    for word in _cleaned(text).split():
        yield from _split_at_punctuation(_without_accents(word.lower()) if lower_case else word)


def _without_accents(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


def _cleaned(text: str) -> str:
    """Without control characters; each ideograph stands alone."""
    output = []
    for char in text:
        code = ord(char)
        if code in (0, 0xFFFD) or _is_control(char):
            continue
        if _is_ideograph(code):
            output.append(f" {char} ")
        else:
            output.append(" " if char.isspace() else char)
    return "".join(output)


def _split_at_punctuation(word: str) -> list[str]:
    parts: list[str] = []
    starts_word = True
    for char in word:
        if _is_punctuation(char):
            parts.append(char)
            starts_word = True
        elif starts_word:
            parts.append(char)
            starts_word = False
        else:
            parts[-1] += char
    return parts


def _is_control(char: str) -> bool:
    return char not in "\t\n\r" and unicodedata.category(char) in ("Cc", "Cf")


def _is_ideograph(code: int) -> bool:
    return any(low <= code <= high for low, high in _IDEOGRAPHS)


def _is_punctuation(char: str) -> bool:
    """Also what ASCII has beside letters and digits, such as `$`, which Unicode calls a symbol."""
    ascii_symbol = char.isascii() and char.isprintable() and not (char.isalnum() or char == " ")
    return ascii_symbol or unicodedata.category(char).startswith("P")
