"""Texts as points: sentence vectors of an encoder, and their projection to a plane."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.manifold import TSNE

from core.data.reading.bytestream import Progress, ignore_progress
from core.encoders.encoders import Encoder
from core.model.backbone import load_backbone
from core.model.batches import batch_dataset, scoring_order
from core.model.classifier import check_tokenizer
from core.model.tokenizer import encoder_tokenizer

MAX_SEQ_LENGTH = 128
_BATCH = 32
_MAX_PERPLEXITY = 30.0
_FEWEST = 5
"""Points that t-SNE can tell near from far among."""


def sentence_vectors(
    encoder: Encoder, texts: list[str], *, progress: Progress = ignore_progress
) -> NDArray[np.float32]:
    """One vector of length 1 a text: the mean of its tokens' vectors, as all-MiniLM was trained.

    Args:
        encoder: What to encode with.
        texts: Each is cut at MAX_SEQ_LENGTH tokens.
        progress: Called with texts done and in all, after every batch of texts of like length.

    Returns:
        Shape (len(texts), width of the encoder).

    Raises:
        EncoderError: the encoder's files cannot be used.
    """
    backbone = load_backbone(encoder)
    tokenizer = encoder_tokenizer(encoder, max_seq_length=min(MAX_SEQ_LENGTH, encoder.longest_text))
    check_tokenizer(tokenizer, backbone)
    forward = _mean_of_tokens(backbone)
    vectors = np.zeros((len(texts), backbone.hidden_dim), np.float32)
    ids = tokenizer.encode(texts)
    order = scoring_order(ids.row_lengths().numpy(), _BATCH)
    done = 0
    for rows, (inputs, _) in zip(order, batch_dataset(ids, order), strict=True):
        vectors[rows] = forward(inputs).numpy()
        done += len(rows)
        progress(done, len(texts))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def project(vectors: NDArray[np.float32], *, seed: int) -> NDArray[np.float32]:
    """Points on a plane that keep neighbours together: t-SNE from its principal components.

    After van der Maaten & Hinton (2008), started as Kobak & Berens (2019) recommend.

    Args:
        vectors: Shape (n, width).
        seed: The same vectors and seed give the same picture on one machine.

    Returns:
        Shape (n, 2). Vectors too few or too alike to be told apart come in one line.
    """
    n = len(vectors)
    if n < _FEWEST or not np.ptp(vectors, axis=0).any():
        return np.column_stack([np.arange(n), np.zeros(n)]).astype(np.float32)
    tsne = TSNE(
        init="pca",
        perplexity=min(_MAX_PERPLEXITY, (n - 1) / 3),
        random_state=seed,
    )
    points: NDArray[np.float32] = tsne.fit_transform(vectors).astype(np.float32)
    return points


def _mean_of_tokens(backbone: keras.Model) -> tf.types.experimental.PolymorphicFunction:
    """The encoder and the mean over each text's own tokens, compiled for any length."""
    mask = keras.ops.cast(backbone.input["padding_mask"], "bool")
    means = keras.layers.GlobalAveragePooling1D()(backbone.output["sequence_output"], mask=mask)
    network = keras.Model(backbone.input, means)
    signature = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in backbone.input}
    return tf.function(
        lambda inputs: network(inputs, training=False),
        input_signature=[signature],
        autograph=False,
    )
