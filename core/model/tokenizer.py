"""Texts to token ids, with tensorflow-text's FastBertTokenizer and the encoder's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.errors import EncoderError
from core.model.keras_import import import_tensorflow_text

tf_text = import_tensorflow_text()

_SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


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
        vocabulary: One token a line.
        lower_case: Whether to lower-case and strip accents first (uncased encoders).
        max_seq_length: Longest result in tokens, [CLS] and [SEP] included.

    Raises:
        EncoderError: the vocabulary lacks a special token, has a token twice, or padding is not
            its first.
    """

    def __init__(self, vocabulary: Path, *, lower_case: bool, max_seq_length: int) -> None:
        # Not `splitlines`: some vocabularies have rare separators such as U+2028 as tokens.
        tokens = vocabulary.read_text("utf-8").removesuffix("\n").split("\n")
        missing = [token for token in _SPECIAL_TOKENS if token not in tokens]
        if missing or tokens[0] != "[PAD]":
            raise EncoderError(
                "a BERT vocabulary that starts with [PAD] and has [UNK], [CLS] and [SEP]",
                f"{', '.join(missing)} missing" if missing else f"{tokens[0]!r} first",
                "choose another encoder",
            )
        self.vocabulary_size = len(tokens)
        self.max_seq_length = max_seq_length
        self._cls = tokens.index("[CLS]")
        self._sep = tokens.index("[SEP]")
        self._unknown = tokens.index("[UNK]")
        self._suffixes = np.array([token.startswith("##") for token in tokens])
        try:
            self._wordpiece = tf_text.FastBertTokenizer(
                vocab=tokens,
                token_out_type=tf.int32,
                fast_bert_normalizer_model_buffer=_normalizer(lower_case),
            )
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
        pieces = self._wordpiece.tokenize(texts)
        pieces = pieces.merge_dims(1, -1)[:, : self.max_seq_length - 2]
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
        found = self._wordpiece.tokenize_with_offsets(tf.constant([text], tf.string))
        ids, starts, ends = (part[0, : self.max_seq_length - 2].numpy() for part in found)
        # Offsets are in bytes of UTF-8; a byte inside a character belongs to it.
        widths = [len(character.encode()) for character in text]
        character = np.append(np.repeat(np.arange(len(text)), widths), len(text))
        return PlacedTokens(ids, character[starts], character[ends], self._suffixes[ids])

    def frame(self, ids: Sequence[NDArray[np.int32]]) -> tf.RaggedTensor:
        """Texts' tokens between [CLS] and [SEP], int32, shape (len(ids), None)."""
        framed = [np.concatenate([[self._cls], row, [self._sep]]) for row in ids]
        return tf.RaggedTensor.from_row_lengths(
            np.concatenate(framed).astype(np.int32), [len(row) for row in framed]
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
