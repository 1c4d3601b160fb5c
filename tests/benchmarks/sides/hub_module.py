"""An encoder as a TF Hub module: what `https://tfhub.dev/tensorflow/bert_en_uncased...` holds.

Layers and their order are those of the published modules (TensorFlow Model Garden's BERT encoder
of legacy Keras, with its einsum layers); the weights are those of the encoder given.
"""

from __future__ import annotations

from pathlib import Path

import keras_hub
import numpy as np
import tensorflow as tf
import tf_keras

Layers = tf_keras.layers
_DROPOUT = 0.1
_EPSILON = 1e-12


class Positions(Layers.Layer):
    """The vector of each token's place."""

    def __init__(self, longest: int, width: int) -> None:
        super().__init__(name="position_embedding")
        self._vectors = self.add_weight("embeddings", (longest, width))

    def call(self, words: tf.Tensor) -> tf.Tensor:
        return tf.broadcast_to(self._vectors[: tf.shape(words)[1]], tf.shape(words))


class AttentionMask(Layers.Layer):
    """Which tokens each token may look at, (batch, tokens, tokens)."""

    def call(self, words: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        seen = tf.cast(mask, words.dtype)[:, tf.newaxis, :]
        return tf.ones_like(words[:, :, :1]) * seen


def export_module(backbone: keras_hub.models.BertBackbone, vocabulary: Path, folder: Path) -> None:
    """Write the encoder to `folder` as a SavedModel with its vocabulary and casing."""
    encoder = _build(backbone)
    encoder.vocab_file = tf.saved_model.Asset(str(vocabulary))
    encoder.do_lower_case = tf.Variable(True, trainable=False)
    encoder.save(folder, include_optimizer=False)


def _build(backbone: keras_hub.models.BertBackbone) -> tf_keras.Model:
    names = ("input_word_ids", "input_mask", "input_type_ids")
    inputs = {name: tf_keras.Input((None,), dtype=tf.int32, name=name) for name in names}
    width = backbone.hidden_dim
    word_layer = Layers.Embedding(backbone.vocabulary_size, width, name="word_embeddings")
    type_layer = Layers.Embedding(backbone.num_segments, width, name="type_embeddings")
    place_layer = Positions(backbone.max_sequence_length, width)
    norm = Layers.LayerNormalization(epsilon=_EPSILON, name="embeddings/layer_norm")
    words = word_layer(inputs["input_word_ids"])
    x = Layers.Add()([words, place_layer(words), type_layer(inputs["input_type_ids"])])
    x = Layers.Dropout(_DROPOUT)(norm(x))
    mask = AttentionMask()(x, inputs["input_mask"])
    for number in range(backbone.num_layers):
        x = _block(x, mask, backbone.get_layer(f"transformer_layer_{number}"), backbone)
    pooler = Layers.Dense(width, "tanh", name="pooler_transform")
    outputs = {"pooled_output": pooler(x[:, 0]), "sequence_output": x}
    _copy(backbone.token_embedding, word_layer)
    _copy(backbone.position_embedding, place_layer)
    _copy(backbone.segment_embedding, type_layer)
    _copy(backbone.embeddings_layer_norm, norm)
    _copy(backbone.pooled_dense, pooler)
    return tf_keras.Model(inputs, outputs)


def _block(
    x: tf.Tensor, mask: tf.Tensor, source: object, backbone: keras_hub.models.BertBackbone
) -> tf.Tensor:
    """One encoder block with the weights of the native one."""
    width = backbone.hidden_dim
    attention = Layers.MultiHeadAttention(
        backbone.num_heads, width // backbone.num_heads, dropout=_DROPOUT
    )
    wide = Layers.EinsumDense("abc,cd->abd", (None, backbone.intermediate_dim), bias_axes="d")
    narrow = Layers.EinsumDense("abc,cd->abd", (None, width), bias_axes="d")
    norms = [Layers.LayerNormalization(epsilon=_EPSILON) for _ in range(2)]
    looked = attention(x, x, attention_mask=mask)
    x = norms[0](x + Layers.Dropout(_DROPOUT)(looked))
    # The published modules have the approximate GELU too.
    inner = Layers.Activation(lambda value: tf.nn.gelu(value, approximate=True))(wide(x))
    y = norms[1](x + Layers.Dropout(_DROPOUT)(narrow(inner)))
    _copy(source._self_attention_layer, attention)
    _copy(source._self_attention_layer_norm, norms[0])
    _copy(source._feedforward_intermediate_dense, wide)
    _copy(source._feedforward_output_dense, narrow)
    _copy(source._feedforward_layer_norm, norms[1])
    return y


def _copy(source: object, target: Layers.Layer) -> None:
    """Both lay out the weights of these layers alike."""
    values = [np.asarray(weight) for weight in source.weights]
    target.set_weights(values)
