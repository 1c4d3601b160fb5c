"""The machine's matrix products alone: how long those of batches take in TensorFlow.

A training step multiplies each matrix three times: forward, and backward for the gradients of both
factors.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tensorflow as tf

from tests.benchmarks.side_process import Answer, answer_questions

_SQUARE = 2048
_REPEATS = 3


@dataclass(frozen=True)
class Sizes:
    """What the products of an encoder depend on beside the batch."""

    layers: int
    width: int
    inner_width: int
    heads: int


@dataclass(frozen=True)
class Product:
    """`times` products of (batch, rows, inner) by (batch, inner, columns) matrices."""

    times: int
    batch: int
    rows: int
    inner: int
    columns: int

    @property
    def multiply_adds(self) -> int:
        return self.times * self.batch * self.rows * self.inner * self.columns


def forward_products(
    sizes: Sizes, rows: int, tokens: int, *, first_only: bool = False
) -> Iterator[Product]:
    """All matrix products of the encoder on a batch of `rows` texts of `tokens` tokens.

    Embeddings are looked up, not multiplied; the pooler and the head, on one vector a text, are
    left out. With `first_only` the last layer gives the first token's vector alone.
    """
    whole = sizes.layers - first_only
    yield from _layer_products(sizes, rows, tokens, tokens, whole)
    if first_only:
        yield from _layer_products(sizes, rows, 1, tokens, 1)


def _layer_products(
    sizes: Sizes, rows: int, asking: int, tokens: int, layers: int
) -> Iterator[Product]:
    """Those of layers in which `asking` of a text's tokens take from all of them."""
    all_tokens, per_head = rows * tokens, sizes.width // sizes.heads
    # Queries and the output of attention; keys and values.
    yield Product(2 * layers, 1, rows * asking, sizes.width, sizes.width)
    yield Product(2 * layers, 1, all_tokens, sizes.width, sizes.width)
    yield Product(layers, rows * sizes.heads, asking, per_head, tokens)
    yield Product(layers, rows * sizes.heads, asking, tokens, per_head)
    yield Product(layers, 1, rows * asking, sizes.width, sizes.inner_width)
    yield Product(layers, 1, rows * asking, sizes.inner_width, sizes.width)


def step_multiply_adds(sizes: Sizes, rows: int, tokens: int) -> int:
    """Multiply-adds of a training step, forward and backward."""
    return 3 * sum(product.multiply_adds for product in forward_products(sizes, rows, tokens))


def measure(*, batches: list[list[int]], scoring: bool = False, **sizes: int) -> Answer:
    """Seconds that the products of these batches (rows, tokens) take, and the best square rate.

    In training each product counts three times; in `scoring` once, and of the last layer only
    what the first token needs.
    """
    passes = 1 if scoring else 3
    seconds = 0.0
    multiply_adds = 0
    known = Sizes(**sizes)
    for (rows, tokens), times in Counter(map(tuple, batches)).items():
        for product in forward_products(known, rows, tokens, first_only=scoring):
            seconds += times * product.times * _seconds(product, passes)
            multiply_adds += times * passes * product.multiply_adds
    return {
        "seconds": seconds,
        "multiply_adds": multiply_adds,
        "square_rate": _square_rate(),
    }


def _seconds(product: Product, passes: int) -> float:
    """The product forward, and with three passes both backward, once each."""
    left = tf.random.normal((product.batch, product.rows, product.inner))
    right = tf.random.normal((product.batch, product.inner, product.columns))
    result = tf.random.normal((product.batch, product.rows, product.columns))
    if product.batch == 1:
        left, right, result = left[0], right[0], result[0]

    def run() -> None:
        tf.linalg.matmul(left, right)
        if passes == 1:
            return
        tf.linalg.matmul(result, right, transpose_b=True)
        tf.linalg.matmul(left, result, transpose_a=True)

    return _median_seconds(run)


def _square_rate() -> float:
    """Multiply-adds a second of one large product."""
    matrix = tf.random.normal((_SQUARE, _SQUARE))
    return _SQUARE**3 / _median_seconds(lambda: tf.linalg.matmul(matrix, matrix))


def _median_seconds(run: Callable[[], object]) -> float:
    """Not the shortest: the training that this is held against meets the same disturbances."""
    run()
    found = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


if __name__ == "__main__":
    answer_questions(prepare=lambda: {}, measure=measure)
