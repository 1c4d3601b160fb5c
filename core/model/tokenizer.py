"""Texts to token ids, with tensorflow-text's FastBertTokenizer and the encoder's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.encoders import Encoder
from core.encoders.text_rules import TextRules
from core.encoders.vocabulary import read_vocabulary
from core.errors import EncoderError
from core.model.keras_import import import_tensorflow_text
from core.model.word_pieces import ExactPieces, FastPieces, Places, are_usual

tf_text = import_tensorflow_text()


@dataclass(frozen=True)
class PlacedTokens:
    """A text's n tokens without [CLS] and [SEP], and where they stand in it.

    `ids`, `starts` and `ends` have shape (n,): token i is `text[starts[i]:ends[i]]`, or what its
    lower case without accents is cut into. `continues` says which go on with the word of the
    token before.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    continues: NDArray[np.bool_]


class Tokenizer:
    """WordPiece ids framed by [CLS] and [SEP], cut to `max_seq_length`.

    Args:
        vocabulary: One token a line, or a tokenizer.json of Hugging Face.
        lower_case: Whether to lower-case and strip accents first (uncased encoders).
        max_seq_length: Longest result in tokens, [CLS] and [SEP] included.
        rules: What a Hugging Face tokenizer does, exactly; `lower_case` says nothing then.

    Raises:
        EncoderError: the vocabulary lacks a special token, has a token twice, or padding is not
            its first.
    """

    def __init__(
        self,
        vocabulary: Path,
        *,
        lower_case: bool,
        max_seq_length: int,
        rules: TextRules | None = None,
    ) -> None:
        tokens = read_vocabulary(vocabulary)
        names = rules or TextRules(())
        _check(tokens, names, padding_first=rules is None)
        self.vocabulary_size = len(tokens)
        self.max_seq_length = max_seq_length
        self.padding = tokens.index(names.padding)
        self._cls = tokens.index(names.first)
        self._sep = tokens.index(names.last)
        self._unknown = tokens.index(names.unknown)
        self._suffixes = np.array([token.startswith(names.prefix) for token in tokens])
        try:
            self._pieces = pieces_of(tokens, lower_case, rules)
        except RuntimeError as error:
            raise EncoderError(
                "a WordPiece vocabulary, one token a line", str(error), "choose another encoder"
            ) from error
        self._encode = self.encode_strings

    def encode(self, texts: Sequence[str]) -> tf.RaggedTensor:
        """Token ids, int32, shape (len(texts), None)."""
        return self._encode(tf.constant(list(texts), tf.string))

    def compile(self) -> None:
        """Make `encode` ten times faster for a single text; this itself takes about a second."""
        signature = [tf.TensorSpec([None], tf.string)]
        self._encode = tf.function(self.encode_strings, input_signature=signature, autograph=False)
        self.encode(["a text"])

    def encode_strings(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Token ids of UTF-8 in a string tensor of shape (n,), eagerly or in a graph.

        Words with bytes that are no UTF-8 are [UNK], as if those were U+FFFD.
        """
        pieces = self._pieces(texts)[:, : self.max_seq_length - 2]
        frame = tf.ones([pieces.nrows(), 1], tf.int32)
        return tf.concat([frame * self._cls, pieces, frame * self._sep], axis=1)

    def counts(self, ids: tf.RaggedTensor) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens of each text without [CLS] and [SEP], and how many of them are [UNK].

        Args:
            ids: As `encode` gives them, shape (n, None).

        Returns:
            Two arrays of shape (n,).
        """
        # In NumPy: TensorFlow's ragged operations take milliseconds each where they run alone.
        lengths = np.diff(ids.row_splits.numpy())
        rows = np.repeat(np.arange(len(lengths)), lengths)
        unknown = np.bincount(rows[ids.values.numpy() == self._unknown], minlength=len(lengths))
        return lengths - 2, unknown

    def place(self, text: str) -> PlacedTokens:
        """The tokens that `encode` gives for a text, with their places in characters."""
        ids, starts, ends = self._pieces.place(text)
        kept = slice(self.max_seq_length - 2)
        return PlacedTokens(ids[kept], starts[kept], ends[kept], self._suffixes[ids[kept]])

    def frame(self, ids: Sequence[NDArray[np.int32]]) -> tf.RaggedTensor:
        """Texts' tokens between [CLS] and [SEP], int32, shape (len(ids), None)."""
        framed = [np.concatenate([[self._cls], row, [self._sep]]) for row in ids]
        return tf.RaggedTensor.from_row_lengths(
            np.concatenate(framed).astype(np.int32), [len(row) for row in framed]
        )


def encoder_tokenizer(encoder: Encoder, *, max_seq_length: int) -> Tokenizer:
    """The tokenizer that an encoder was trained with.

    Raises:
        EncoderError: as `Tokenizer`.
    """
    return Tokenizer(
        encoder.vocabulary,
        lower_case=encoder.lower_case,
        max_seq_length=max_seq_length,
        rules=encoder.rules,
    )


class _TextPieces:
    """As tensorflow-text's own BERT tokenizer does it."""

    def __init__(self, tokens: list[str], lower_case: bool) -> None:
        self._wordpiece = tf_text.FastBertTokenizer(
            vocab=tokens,
            token_out_type=tf.int32,
            fast_bert_normalizer_model_buffer=_normalizer(lower_case),
        )

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        return self._wordpiece.tokenize(texts).merge_dims(1, -1)

    def place(self, text: str) -> Places:
        found = self._wordpiece.tokenize_with_offsets(tf.constant([text], tf.string))
        ids, starts, ends = (part[0].numpy() for part in found)
        # Offsets are in bytes of UTF-8; a byte inside a character belongs to it.
        widths = [len(character.encode()) for character in text]
        character = np.append(np.repeat(np.arange(len(text)), widths), len(text))
        return ids, character[starts], character[ends]


def pieces_of(
    tokens: list[str], lower_case: bool, rules: TextRules | None
) -> _TextPieces | FastPieces | ExactPieces:
    """What cuts texts by these rules, the fastest that does it exactly.

    Raises:
        RuntimeError: tensorflow-text cannot use the vocabulary.
    """
    if rules is None:
        return _TextPieces(tokens, lower_case)
    if are_usual(rules):
        return FastPieces(tokens, rules, _normalizer(rules.lower_case))
    return ExactPieces(tokens, rules)


def _check(tokens: list[str], names: TextRules, *, padding_first: bool) -> None:
    wanted = (names.padding, names.unknown, names.first, names.last)
    missing = [token for token in wanted if token not in tokens]
    if missing or (padding_first and tokens[0] != names.padding):
        first, *others = wanted
        starts = "starts with" if padding_first else "has"
        raise EncoderError(
            f"a BERT vocabulary that {starts} {first} and has {', '.join(others[:-1])} and"
            f" {others[-1]}",
            f"{', '.join(missing)} missing" if missing else f"{tokens[0]!r} first",
            "choose another encoder",
        )


@cache
def _normalizer(lower_case: bool) -> bytes:
    """How characters are to be changed, for `FastBertTokenizer`, which would make it each time.

    It takes half a second and is the same for every vocabulary.
    """
    from tensorflow_text.core.pybinds import (
        pywrap_fast_bert_normalizer_model_builder as normalizer_builder,
    )

    # What FastBertNormalizer itself calls.
    model: bytes = normalizer_builder.build_fast_bert_normalizer_model(lower_case)
    return model
