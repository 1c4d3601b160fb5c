"""The machine's matrix products alone: how long those of a training step take in TensorFlow.

A step multiplies each matrix three times: forward, and backward for the gradients of both factors.
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


def forward_products(sizes: Sizes, rows: int, tokens: int) -> Iterator[Product]:
    """All matrix products of the encoder on a batch of `rows` texts of `tokens` tokens.

    Embeddings are looked up, not multiplied; the pooler and the last layer, on one vector a text,
    are left out.
    """
    all_tokens = rows * tokens
    per_head = sizes.width // sizes.heads
    # Queries, keys, values and the output of attention.
    yield Product(4 * sizes.layers, 1, all_tokens, sizes.width, sizes.width)
    yield Product(sizes.layers, rows * sizes.heads, tokens, per_head, tokens)
    yield Product(sizes.layers, rows * sizes.heads, tokens, tokens, per_head)
    yield Product(sizes.layers, 1, all_tokens, sizes.width, sizes.inner_width)
    yield Product(sizes.layers, 1, all_tokens, sizes.inner_width, sizes.width)


def step_multiply_adds(sizes: Sizes, rows: int, tokens: int) -> int:
    """Multiply-adds of a training step, forward and backward."""
    return 3 * sum(product.multiply_adds for product in forward_products(sizes, rows, tokens))


def measure(*, batches: list[list[int]], **sizes: int) -> Answer:
    """Seconds that the products of these batches (rows, tokens) take, and the best square rate."""
    seconds = 0.0
    multiply_adds = 0
    known = Sizes(**sizes)
    for (rows, tokens), times in Counter(map(tuple, batches)).items():
        for product in forward_products(known, rows, tokens):
            seconds += times * product.times * _seconds_of_three(product)
        multiply_adds += times * step_multiply_adds(known, rows, tokens)
    return {
        "seconds": seconds,
        "multiply_adds": multiply_adds,
        "square_rate": _square_rate(),
    }


def _seconds_of_three(product: Product) -> float:
    """The product forward and both backward, once each."""
    left = tf.random.normal((product.batch, product.rows, product.inner))
    right = tf.random.normal((product.batch, product.inner, product.columns))
    result = tf.random.normal((product.batch, product.rows, product.columns))
    if product.batch == 1:
        left, right, result = left[0], right[0], result[0]

    def run() -> None:
        tf.linalg.matmul(left, right)
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
