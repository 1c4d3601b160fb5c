"""Batches of texts of like length, padded to their own longest, as a tf.data pipeline."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Indices = NDArray[np.int64]

MOST_PADDING = 64
"""Tokens of padding in a batch that cost about as much as another batch."""
MOST_TOKENS = 16_384
"""Tokens of a batch, padding among them, that a small GPU has memory for."""
_WINDOW_BATCHES = 50
"""Rows shuffled together before sorting: enough to keep order random, and padding small."""


def training_order(lengths: Indices, batch_size: int, *, seed: int, epoch: int) -> list[Indices]:
    """Row numbers of each batch of one epoch.

    Rows are shuffled, cut into windows, sorted by length inside each window and cut into
    batches, whose order is shuffled again. Fixed by (seed, epoch).

    Args:
        lengths: Tokens a row, shape (n,).
        batch_size: Rows a batch; the last of a window may be smaller.
        seed: The run's seed.
        epoch: Number of the epoch.
    """
    generator = np.random.default_rng((seed, epoch))
    shuffled = generator.permutation(len(lengths))
    window = batch_size * _WINDOW_BATCHES
    batches: list[Indices] = []
    for start in range(0, len(shuffled), window):
        rows = shuffled[start : start + window]
        batches += _cut(rows[np.argsort(lengths[rows], kind="stable")], batch_size)
    return [batches[position] for position in generator.permutation(len(batches))]


def oversampled(class_ids: Indices, *, seed: int, epoch: int) -> Indices:
    """Row numbers in which every class has as many rows as the largest: all rows once, and rows
    of the smaller classes drawn again with replacement. Fixed by (seed, epoch).

    Source: imbalanced-learn's `RandomOverSampler`.
    """
    generator = np.random.default_rng((seed, epoch, 1))
    counts = np.bincount(class_ids)
    drawn = [np.arange(len(class_ids))]
    for class_id in np.flatnonzero(counts):
        rows = np.flatnonzero(class_ids == class_id)
        drawn.append(generator.choice(rows, counts.max() - len(rows)))
    return np.concatenate(drawn)


def scoring_order(lengths: Indices, batch_size: int) -> list[Indices]:
    """Row numbers of each batch, shortest rows first.

    A batch has at most `batch_size` rows and MOST_TOKENS tokens, and ends before a row whose
    length would pad the others by more than MOST_PADDING tokens in all.
    """
    rows = np.argsort(lengths, kind="stable")
    cuts, begin, tokens = [], 0, 0
    for place, length in enumerate(lengths[rows].tolist()):
        count = place - begin
        full = count == batch_size or (count + 1) * length > MOST_TOKENS
        if full or count * length - tokens > MOST_PADDING:
            cuts.append(place)
            begin, tokens = place, 0
        tokens += length
    return np.split(rows, cuts) if len(rows) else []


def batch_dataset(
    ids: tf.RaggedTensor,
    order: list[Indices],
    class_ids: NDArray[np.int64] | None = None,
) -> tf.data.Dataset:
    """The batches as (inputs, class ids), in the given order, made ahead of the model.

    Args:
        ids: Token ids, shape (n, None).
        order: Row numbers of each batch.
        class_ids: Class ids, shape (n,); None gives zeros.

    Returns:
        A dataset of (inputs for a BertBackbone, each (batch, longest); int32 (batch,)).
    """
    targets = tf.constant(np.zeros(ids.nrows()) if class_ids is None else class_ids, tf.int32)
    rows = tf.RaggedTensor.from_row_lengths(
        np.concatenate(order).astype(np.int64) if order else np.zeros(0, np.int64),
        [len(batch) for batch in order],
    )

    def batch(chosen: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        return model_inputs(tf.gather(ids, chosen)), tf.gather(targets, chosen)

    return (
        tf.data.Dataset.from_tensor_slices(rows)
        .map(batch, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )


def model_inputs(ids: tf.RaggedTensor) -> dict[str, tf.Tensor]:
    """The three int32 inputs of a BertBackbone, padded with zeros to the longest row."""
    token_ids = ids.to_tensor()
    return {
        "token_ids": token_ids,
        "segment_ids": tf.zeros_like(token_ids),
        "padding_mask": tf.cast(
            tf.sequence_mask(ids.row_lengths(), tf.shape(token_ids)[1]), tf.int32
        ),
    }


class TokenRows:
    """Token ids of texts, from which NumPy makes batches in microseconds, in any thread.

    TensorFlow's ragged operations take milliseconds each where they run outside a graph.

    Args:
        ids: Shape (n, None).
    """

    def __init__(self, ids: tf.RaggedTensor) -> None:
        self._values: NDArray[np.int32] = ids.values.numpy()
        self._splits: Indices = ids.row_splits.numpy()
        self.lengths: Indices = np.diff(self._splits)

    def inputs(self, rows: Indices) -> dict[str, NDArray[np.int32]]:
        """What `model_inputs` gives for these rows."""
        lengths = self.lengths[rows]
        present = np.arange(lengths.max(initial=0)) < lengths[:, None]
        token_ids = np.zeros(present.shape, np.int32)
        token_ids[present] = self._values[
            np.repeat(self._splits[rows] - np.cumsum(lengths) + lengths, lengths)
            + np.arange(lengths.sum())
        ]
        return {
            "token_ids": token_ids,
            "segment_ids": np.zeros_like(token_ids),
            "padding_mask": present.astype(np.int32),
        }


def _cut(rows: Indices, batch_size: int) -> list[Indices]:
    return [rows[start : start + batch_size] for start in range(0, len(rows), batch_size)]
