"""A classifier's forward pass, written for speed over the native model's own weights.

Keras describes, saves and loads the model; this computes it. Against the layers' own code it
joins the three projections of attention, gives layer norm, GELU and dense layers gradients in
closed form instead of one a primitive, and draws dropout from 16 random bits an element.
Its answers are those of the native model (a test holds them together). Ours, because Keras's own
layers spend a third of a step outside the matrix products, and no library has this for Keras.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from core.model.kept_network import KeptBackbone, KeptNetwork

if TYPE_CHECKING:
    import keras
    import keras_hub

Inputs = Mapping[str, tf.Tensor]
EMBEDDING_LAYERS = (
    "token_embedding",
    "position_embedding",
    "segment_embedding",
    "embeddings_layer_norm",
)
_EPSILON = 1e-12
_MASKED = -1e9
_BITS = 16
_DROPOUT_SITES = 10_000
"""More than any encoder has places with dropout, so that every step's seeds are its own."""


class ForwardPass:
    """Logits of a network from `build_classifier`, as Keras has it or its file has kept it.

    Args:
        network: The model whose weights are read at every call.
        matmul_dtype: "float32", or "bfloat16" or "float16" in which dense layers multiply; sums,
            norms, softmax and weights stay float32.
        to_inputs: Whether gradients reach the input vectors, below what training keeps frozen.
    """

    def __init__(
        self,
        network: keras.Model | KeptNetwork,
        matmul_dtype: str = "float32",
        *,
        to_inputs: bool = False,
    ) -> None:
        # Newer GPUs would round float32 to ten bits before they multiply, and scores be off by
        # 0.001; all that trains or scores goes through here.
        tf.config.experimental.enable_tensor_float_32_execution(False)
        self._backbone = backbone_of(network)
        self._weights = {weight.path: weight for weight in self._backbone.weights}
        self._head = network.get_layer("logits")
        self._pools_mean = any(layer.name == "mean_of_tokens" for layer in network.layers)
        self._head_dropout = network.get_layer("dropout").rate
        self._dense = _dense_in(tf.as_dtype(matmul_dtype))
        self._frozen_below = -1 if to_inputs else _frozen_below(self._backbone)

    def __call__(self, inputs: Inputs, seed: tf.Tensor | None = None) -> tf.Tensor:
        """float32 logits, shape (batch, 1 or classes).

        Args:
            inputs: A BertBackbone's inputs, int32, each (batch, longest); segments are all 0.
            seed: int64 (2,): run and step, which fix what dropout drops; None drops nothing.
        """
        vectors = self.token_vectors(inputs["token_ids"])
        return self.from_token_vectors(vectors, inputs["padding_mask"], seed)

    def token_vectors(self, token_ids: tf.Tensor) -> tf.Tensor:
        """Input embeddings without positions, shape (batch, longest, width)."""
        return tf.gather(self._read("token_embedding/embeddings"), token_ids)

    def from_token_vectors(
        self, vectors: tf.Tensor, mask: tf.Tensor, seed: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Logits as of a call, given what `token_vectors` gives or any points between."""
        dropout = _Dropout(seed)
        tokens = self._encode(vectors, mask, dropout, first_only=not self._pools_mean)
        features = dropout(self._pool(tokens, mask), self._head_dropout)
        return tf.matmul(features, self._head.kernel.value) + self._head.bias.value

    def sentence_vectors(self, inputs: Inputs) -> tf.Tensor:
        """Means over each text's own tokens after the last layer, shape (batch, width)."""
        mask = inputs["padding_mask"]
        tokens = self._encode(self.token_vectors(inputs["token_ids"]), mask, _Dropout(None))
        return _mean_of_tokens(tokens, mask)

    def _encode(
        self, vectors: tf.Tensor, mask: tf.Tensor, dropout: _Dropout, *, first_only: bool = False
    ) -> tf.Tensor:
        """Vectors of all tokens after the last layer, shape (batch, longest, width).

        With `first_only`, those of [CLS] alone, shape (batch, 1, width): the last layer then
        spares all that only other tokens would need.
        """
        shape = tf.shape(vectors)
        rate = self._backbone.dropout
        hidden = dropout(self._embed(vectors, shape), rate)
        absent = 1.0 - tf.cast(mask, tf.float32)
        bias = absent[:, None, None, :] * _MASKED
        last = self._backbone.num_layers - 1
        for number in range(last + 1):
            if number == self._frozen_below:
                hidden = tf.stop_gradient(hidden)
            hidden = self._transform(
                hidden,
                f"transformer_layer_{number}",
                shape,
                bias,
                dropout,
                first_only=first_only and number == last,
            )
        # Said, not -1: a replica's part of a batch may have no text.
        tokens = 1 if first_only else shape[1]
        return tf.reshape(hidden, [shape[0], tokens, self._backbone.hidden_dim])

    def _embed(self, vectors: tf.Tensor, shape: tf.Tensor) -> tf.Tensor:
        width = self._backbone.hidden_dim
        positions = self._read("position_embedding/embeddings")[: shape[1]]
        segment = self._read("segment_embedding/embeddings")[0]
        summed = tf.reshape(vectors + (positions + segment), [-1, width])
        return self._norm(summed, "embeddings_layer_norm")

    def _transform(
        self,
        hidden: tf.Tensor,
        layer: str,
        shape: tf.Tensor,
        bias: tf.Tensor,
        dropout: _Dropout,
        *,
        first_only: bool,
    ) -> tf.Tensor:
        """One encoder layer over tokens, shape (batch × longest, width), or on to (batch, width)
        for the first token of each text."""
        rate = self._backbone.dropout
        asking = hidden
        if first_only:
            asking = tf.reshape(hidden, [shape[0], shape[1], self._backbone.hidden_dim])[:, 0]
        attention = f"{layer}/self_attention_layer"
        attended = self._attend(asking, hidden, attention, shape, bias, dropout)
        hidden = self._norm(asking + dropout(attended, rate), f"{attention}_norm")
        inner = _gelu(self._project(hidden, f"{layer}/feedforward_intermediate_dense"))
        outer = self._project(inner, f"{layer}/feedforward_output_dense")
        return self._norm(hidden + dropout(outer, rate), f"{layer}/feedforward_layer_norm")

    def _attend(
        self,
        asking: tf.Tensor,
        hidden: tf.Tensor,
        layer: str,
        shape: tf.Tensor,
        bias: tf.Tensor,
        dropout: _Dropout,
    ) -> tf.Tensor:
        """What tokens, shape (n, width), take from all tokens of their texts."""
        width, heads = self._backbone.hidden_dim, self._backbone.num_heads
        if asking is hidden:
            query, key, value = self._heads(hidden, layer, ("query", "key", "value"), shape)
        else:
            (query,) = self._heads(asking, layer, ("query",), tf.stack([shape[0], 1]))
            key, value = self._heads(hidden, layer, ("key", "value"), shape)
        query *= 1.0 / math.sqrt(width // heads)
        shares = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) + bias)
        mixed = tf.matmul(dropout(shares, self._backbone.dropout), value)
        joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, width])
        output = f"{layer}/attention_output"
        kernel = tf.reshape(self._read(f"{output}/kernel"), [width, width])
        return self._dense(joined, kernel, self._read(f"{output}/bias"))

    def _heads(
        self, hidden: tf.Tensor, layer: str, parts: tuple[str, ...], shape: tf.Tensor
    ) -> list[tf.Tensor]:
        """Projections as one product, each of shape (batch, heads, tokens, width of a head).

        `shape` begins with the batch and the tokens of each text.
        """
        width, heads = self._backbone.hidden_dim, self._backbone.num_heads
        kernels = [tf.reshape(self._read(f"{layer}/{p}/kernel"), [width, width]) for p in parts]
        biases = [tf.reshape(self._read(f"{layer}/{p}/bias"), [width]) for p in parts]
        projected = self._dense(hidden, tf.concat(kernels, 1), tf.concat(biases, 0))
        split = tf.reshape(projected, [shape[0], shape[1], len(parts), heads, width // heads])
        apart: list[tf.Tensor] = tf.unstack(tf.transpose(split, [2, 0, 3, 1, 4]), len(parts))
        return apart

    def _pool(self, tokens: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        if not self._pools_mean:
            return tf.tanh(self._project(tokens[:, 0], "pooled_dense"))
        return _mean_of_tokens(tokens, mask)

    def _project(self, features: tf.Tensor, layer: str) -> tf.Tensor:
        return self._dense(features, self._read(f"{layer}/kernel"), self._read(f"{layer}/bias"))

    def _norm(self, features: tf.Tensor, layer: str) -> tf.Tensor:
        return _layer_norm(features, self._read(f"{layer}/gamma"), self._read(f"{layer}/beta"))

    def _read(self, path: str) -> tf.Tensor:
        return self._weights[path].value


def backbone_of(
    network: keras.Model | KeptNetwork,
) -> keras_hub.models.BertBackbone | KeptBackbone:
    """The encoder inside a classifier."""
    if isinstance(network, KeptNetwork):
        return network.backbone
    import keras_hub  # Late: who has no Keras network needs no Keras.

    return next(x for x in network.layers if isinstance(x, keras_hub.models.BertBackbone))


class _Dropout:
    """Drops elements in training; each call of one pass draws others."""

    def __init__(self, seed: tf.Tensor | None) -> None:
        self._seed = seed
        self._calls = 0

    def __call__(self, features: tf.Tensor, rate: float) -> tf.Tensor:
        """Shares of `rate` set to 0, the others scaled up. Source: Srivastava et al. (2014)."""
        if self._seed is None or rate == 0.0:
            return features
        shape = tf.shape(features)
        size = tf.size(features)
        run, step = self._seed[0], self._seed[1]
        seed = tf.stack([run, step * _DROPOUT_SITES + self._calls])
        self._calls += 1
        words = tf.random.stateless_uniform(
            [(size + 1) // 2], seed, minval=None, maxval=None, dtype=tf.int32, alg="philox"
        )
        halves = tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:size]
        kept = tf.cast(halves, tf.int32) >= round(rate * 2**_BITS)
        return features * tf.reshape(tf.cast(kept, tf.float32) * (1.0 / (1.0 - rate)), shape)


def _frozen_below(backbone: keras_hub.models.BertBackbone | KeptBackbone) -> int:
    """The first layer that gradients need to reach; below it nothing is trained."""
    if isinstance(backbone, KeptBackbone):
        return backbone.num_layers
    if any(backbone.get_layer(name).trainable for name in EMBEDDING_LAYERS):
        return -1
    layers = [backbone.get_layer(f"transformer_layer_{n}") for n in range(backbone.num_layers)]
    trainable = [number for number, layer in enumerate(layers) if layer.trainable]
    return trainable[0] if trainable else backbone.num_layers


def _dense_in(dtype: tf.DType) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]:
    """x · kernel + bias, multiplied in `dtype`; x is (n, inputs)."""

    def multiply(a: tf.Tensor, b: tf.Tensor, **transposed: bool) -> tf.Tensor:
        return tf.cast(tf.matmul(tf.cast(a, dtype), tf.cast(b, dtype), **transposed), tf.float32)

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def dense(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> Any:
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            return (
                multiply(upstream, kernel, transpose_b=True),
                multiply(x, upstream, transpose_a=True),
                _column_sums(upstream),
            )

        return tf.nn.bias_add(multiply(x, kernel), bias), gradient

    return dense  # type: ignore[no-any-return]


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _layer_norm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) -> Any:
    """Source: Ba, Kiros and Hinton (2016), Layer normalization. x is (n, width)."""
    centred = x - tf.reduce_mean(x, -1, keepdims=True)
    scale = tf.math.rsqrt(tf.reduce_mean(tf.square(centred), -1, keepdims=True) + _EPSILON)
    normal = centred * scale

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        inner = upstream * gamma
        mean = tf.reduce_mean(inner, -1, keepdims=True)
        along = tf.reduce_mean(inner * normal, -1, keepdims=True)
        return (
            scale * (inner - mean - normal * along),
            _column_sums(upstream * normal),
            _column_sums(upstream),
        )

    return normal * gamma + beta, gradient


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _gelu(x: tf.Tensor) -> Any:
    """The tanh form that BERT was published with. Source: Hendrycks and Gimpel (2016)."""
    factor = math.sqrt(2.0 / math.pi)
    squared = tf.square(x)
    tanh = tf.tanh(factor * x * (1.0 + 0.044715 * squared))
    half = 0.5 * (1.0 + tanh)

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        slope = (0.5 * factor) * x * (1.0 - tf.square(tanh)) * (1.0 + 0.134145 * squared)
        return upstream * (half + slope)

    return x * half, gradient


def _mean_of_tokens(tokens: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    present = tf.cast(mask, tf.float32)[:, :, None]
    return tf.reduce_sum(tokens * present, 1) / tf.reduce_sum(present, 1)


def _column_sums(x: tf.Tensor) -> tf.Tensor:
    """Sums over rows; as a product with ones it runs on all cores, where a reduction does not."""
    return tf.matmul(tf.ones([1, tf.shape(x)[0]], x.dtype), x)[0]
