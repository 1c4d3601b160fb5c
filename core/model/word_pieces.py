"""Words to WordPiece ids by the rules of a Hugging Face tokenizer, exactly."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.text_rules import TextRules, bert_steps, changed, cut
from core.model.keras_import import import_tensorflow_text
from core.model.odd_letters import odd_letters
from core.model.text_steps import text_change

tf_text = import_tensorflow_text()

_PREFIX = "##"
_BYTES = 4
"""Most bytes of a character in UTF-8."""
Places = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]


class ExactPieces:
    """Follows any rules; some times slower than tensorflow-text's own BERT tokenizer.

    Args:
        tokens: The vocabulary.
        rules: What the encoder wants.

    Raises:
        RuntimeError: tensorflow-text cannot use the vocabulary.
    """

    def __init__(self, tokens: list[str], rules: TextRules) -> None:
        self._rules = rules
        self._change = text_change(rules.steps)
        self._stranger = _stranger(tokens)
        self._wordpiece = tf_text.FastWordpieceTokenizer(
            with_usual_prefix(tokens, rules.prefix),
            max_bytes_per_word=_BYTES * rules.longest_word,
            token_out_type=tf.int32,
            unknown_token=rules.unknown,
            no_pretokenization=True,
        )

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Token ids of UTF-8 in a string tensor of shape (n,), shape (n, None)."""
        words = tf.strings.split(self._change(texts))
        long = tf.strings.length(words.flat_values, "UTF8_CHAR") > self._rules.longest_word
        known = tf.where(long, self._stranger, words.flat_values)
        return self._wordpiece.tokenize(words.with_flat_values(known)).merge_dims(1, -1)

    def place(self, text: str) -> Places:
        """Ids, and where each token begins and ends in the text, in characters."""
        put, origins = self._traced(text)
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        spans = _words(put)
        words = [put[begin:end] for begin, end in spans]
        for (begin, _), pieces in zip(spans, self._pieces(words), strict=True):
            for number, first, last in pieces:
                ids.append(number)
                starts.append(origins[begin + first][0])
                ends.append(origins[begin + last - 1][1])
        return np.array(ids, np.int32), np.array(starts, np.int64), np.array(ends, np.int64)

    def _pieces(self, words: list[str]) -> Iterator[list[tuple[int, int, int]]]:
        """Ids of each word's tokens, and where they are in it.

        All words at once: TensorFlow takes as long over one as over hundreds.
        """
        longest = self._rules.longest_word
        known = [self._stranger if len(word) > longest else word for word in words]
        parts = self._wordpiece.tokenize_with_offsets(tf.constant(known, tf.string))
        for word, *pieces in zip(words, *(part.to_list() for part in parts), strict=True):
            if len(word) > longest:
                yield [(pieces[0][0], 0, len(word))]
                continue
            at = [place for place, letter in enumerate(word) for _ in letter.encode()]
            yield [(i, at[start], at[end - 1] + 1) for i, start, end in zip(*pieces, strict=True)]

    def _traced(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """The changed text, and for each of its characters what part of the text it came from."""
        whole = self._changed(text)
        found = [
            span
            for start, end in pairwise(_bounds(text, str.isspace))
            for span in self._spans(text[start:end], start)
        ]
        parts = [self._changed(text[start:end]) for start, end in found]
        if "".join(parts) != whole:
            found, parts = [(0, len(text))], [whole]
        return whole, [span for span, part in zip(found, parts, strict=True) for _ in part]

    def _spans(self, word: str, at: int) -> list[tuple[int, int]]:
        """A word's letters with their accents, or all of it where they hang together."""
        letters = list(pairwise(_bounds(word, None)))
        parts = [self._changed(word[start:end]) for start, end in letters]
        if "".join(parts) != self._changed(word):
            letters = [(0, len(word))]
        return [(at + start, at + end) for start, end in letters]

    def _changed(self, text: str) -> str:
        text = text.encode("utf-8", "replace").decode("utf-8")
        for step in self._rules.steps:
            text = changed(text, step)
        return cut(text)


class FastPieces:
    """As ExactPieces, for BERT's usual rules: nearly all texts go through tensorflow-text's own
    BERT tokenizer, and those on which it would differ do not.

    Args:
        tokens: The vocabulary.
        rules: What the encoder wants, for which `are_usual` holds.
        normalizer: tensorflow-text's model of how characters change.

    Raises:
        RuntimeError: tensorflow-text cannot use the vocabulary.
    """

    def __init__(self, tokens: list[str], rules: TextRules, normalizer: bytes) -> None:
        self._exact = ExactPieces(tokens, rules)
        self._fast = tf_text.FastBertTokenizer(
            with_usual_prefix(tokens, rules.prefix),
            max_bytes_per_word=_BYTES * rules.longest_word,
            token_out_type=tf.int32,
            unknown_token=rules.unknown,
            fast_bert_normalizer_model_buffer=normalizer,
        )
        longer = rules.longest_word + 1
        odd = odd_letters(lower=rules.lower_case)
        self._differs = rf"(?s).*(\S{{{longer}}}|[{odd}]).*"

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Token ids of UTF-8 in a string tensor of shape (n,), shape (n, None)."""
        odd = tf.strings.regex_full_match(texts, self._differs)
        return tf.cond(
            tf.reduce_any(odd), lambda: self._both(texts, odd), lambda: self._usual(texts)
        )

    def place(self, text: str) -> Places:
        """As ExactPieces has it."""
        return self._exact.place(text)

    def _usual(self, texts: tf.Tensor) -> tf.RaggedTensor:
        return self._fast.tokenize(texts).merge_dims(1, -1)

    def _both(self, texts: tf.Tensor, odd: tf.Tensor) -> tf.RaggedTensor:
        usual = self._usual(tf.where(odd, "", texts))
        exact = self._exact(tf.boolean_mask(texts, odd))
        count = tf.size(odd, tf.int64)
        places = tf.where(odd, count - 1 + tf.cumsum(tf.cast(odd, tf.int64)), tf.range(count))
        return tf.gather(tf.concat([usual, exact], 0), places)


def are_usual(rules: TextRules) -> bool:
    """Whether rules are those of `FastPieces`."""
    usual = [bert_steps(lower=lower) for lower in (True, False)]
    return rules.steps in usual and rules.longest_word <= _MOST_REPEATED


_MOST_REPEATED = 900
"""RE2 repeats nothing more than a thousand times."""


def with_usual_prefix(tokens: list[str], prefix: str) -> list[str]:
    """A vocabulary whose tokens that go on with a word begin with ##, in the same order."""
    if prefix == _PREFIX:
        return tokens
    # What begins with ## there can be no token of a text: a word of a # has nothing else.
    named = [f"[{token}]" if token.startswith(_PREFIX) else token for token in tokens]
    return [
        _PREFIX + t[len(prefix) :] if t.startswith(prefix) and t != prefix else t for t in named
    ]


def _stranger(tokens: list[str]) -> str:
    """A character that no token has: a word of it is unknown."""
    used = {character for token in tokens for character in token}
    return next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in used)


def _words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text between spaces begin and end."""
    found, begin = [], 0
    for word in text.split(" "):
        if word:
            found.append((begin, begin + len(word)))
        begin += len(word) + 1
    return found


def _bounds(text: str, kind: Callable[[str], bool] | None) -> list[int]:
    """Where characters of another kind begin, or each that is no accent on the one before."""
    if kind is None:
        inside = [place for place, c in enumerate(text) if place and not unicodedata.combining(c)]
    else:
        inside = [p for p in range(1, len(text)) if kind(text[p]) != kind(text[p - 1])]
    return [0, *inside, len(text)] if text else [0]
