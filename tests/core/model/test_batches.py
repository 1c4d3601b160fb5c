import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from core.model.batches import (
    MOST_TOKENS,
    TokenRows,
    batch_dataset,
    model_inputs,
    oversampled,
    scoring_order,
    training_order,
)


def question_lengths(rows: int) -> np.ndarray:
    """Token counts spread like those of questions: most are short, a few are long."""
    return np.random.default_rng(0).lognormal(2.8, 0.45, rows).astype(np.int64).clip(3, 128)


def padded_tokens(lengths: np.ndarray, order: list[np.ndarray]) -> int:
    return sum(int(lengths[rows].max()) * len(rows) for rows in order)


@given(
    rows=st.integers(0, 500),
    batch_size=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
    epoch=st.integers(0, 1000),
)
def test_an_epoch_has_every_row_exactly_once(
    rows: int, batch_size: int, seed: int, epoch: int
) -> None:
    order = training_order(question_lengths(rows), batch_size, seed=seed, epoch=epoch)

    assert sorted(np.concatenate([*order, []]).tolist()) == list(range(rows))
    assert len(order) == -(-rows // batch_size)
    assert sum(len(batch) != batch_size for batch in order) <= 1


def test_the_order_is_fixed_by_seed_and_epoch_and_by_nothing_else() -> None:
    lengths = question_lengths(5_000)

    def order(seed: int, epoch: int) -> list[list[int]]:
        return [rows.tolist() for rows in training_order(lengths, 32, seed=seed, epoch=epoch)]

    np.random.seed(1)
    first = order(1, 0)
    np.random.seed(2)
    assert order(1, 0) == first
    assert len({str(rows) for rows in (first, order(1, 1), order(2, 0), order(0, 1))}) == 4


def test_training_batches_hold_rows_of_like_length() -> None:
    lengths = question_lengths(20_000)
    random = np.array_split(np.random.default_rng(1).permutation(len(lengths)), 625)

    padding = padded_tokens(lengths, training_order(lengths, 32, seed=0, epoch=0)) / lengths.sum()

    assert padding < 1.05
    assert padded_tokens(lengths, random) / lengths.sum() > 1.8
    assert 128 * len(lengths) / lengths.sum() > 5  # What the tutorial computes.


def test_batches_come_neither_by_length_nor_by_row() -> None:
    lengths = question_lengths(20_000)
    order = training_order(lengths, 32, seed=0, epoch=0)

    means = [lengths[rows].mean() for rows in order]
    firsts = [rows.min() for rows in order]

    assert 0.4 < np.mean(np.diff(means) > 0) < 0.6
    assert abs(np.corrcoef(np.arange(len(order)), means)[0, 1]) < 0.15
    assert abs(np.corrcoef(np.arange(len(order)), firsts)[0, 1]) < 0.15


@given(st.lists(st.integers(1, 50), max_size=100), st.integers(1, 20))
def test_scoring_goes_from_short_to_long_and_leaves_out_no_row(
    lengths: list[int], batch_size: int
) -> None:
    order = scoring_order(np.array(lengths, np.int64), batch_size)

    rows = [int(row) for batch in order for row in batch]
    assert sorted(rows) == list(range(len(lengths)))
    assert [lengths[row] for row in rows] == sorted(lengths)


def test_texts_of_unlike_length_are_scored_apart_where_padding_would_cost_more() -> None:
    lengths = np.array([6] * 30 + [60] * 2, np.int64)

    assert [len(batch) for batch in scoring_order(lengths, 32)] == [30, 2]
    assert [len(batch) for batch in scoring_order(np.array([6] * 30 + [7]), 32)] == [31]
    assert scoring_order(np.zeros(0, np.int64), 32) == []


def test_a_batch_of_long_texts_has_fewer_of_them() -> None:
    lengths = np.array([16] * 300 + [512] * 70)

    order = scoring_order(lengths, 256)

    assert [len(batch) for batch in order] == [256, 44, 32, 32, 6]
    assert max(len(batch) * lengths[batch].max() for batch in order) == MOST_TOKENS


@given(st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=9), min_size=1, max_size=20))
def test_batches_by_numpy_are_those_of_the_pipeline(texts: list[list[int]]) -> None:
    ids = tf.ragged.constant(texts, tf.int32)
    rows = np.random.default_rng(len(texts)).permutation(len(texts))[: max(1, len(texts) // 2)]

    found, wanted = TokenRows(ids).inputs(rows), model_inputs(tf.gather(ids, rows))

    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name].dtype == np.int32
        assert found[name].tolist() == wanted[name].numpy().tolist()


def test_inputs_are_padded_to_the_longest_row_and_the_mask_says_where() -> None:
    inputs = model_inputs(tf.ragged.constant([[2, 7, 3], [2, 3], [2, 8, 9, 3]], tf.int32))

    assert inputs["token_ids"].numpy().tolist() == [[2, 7, 3, 0], [2, 3, 0, 0], [2, 8, 9, 3]]
    assert inputs["padding_mask"].numpy().tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]]
    assert not inputs["segment_ids"].numpy().any()
    assert all(tensor.dtype == tf.int32 and tensor.shape == (3, 4) for tensor in inputs.values())


def test_a_token_that_happens_to_be_0_is_not_padding() -> None:
    inputs = model_inputs(tf.ragged.constant([[2, 0, 3], [2]], tf.int32))

    assert inputs["padding_mask"].numpy().tolist() == [[1, 1, 1], [1, 0, 0]]


def test_batches_carry_their_rows_ids_and_class_numbers_in_the_given_order() -> None:
    rows = [[2, *range(10, 10 + length), 3] for length in (5, 1, 3, 2, 4)]
    ids, class_ids = tf.ragged.constant(rows, tf.int32), np.array([0, 1, 2, 1, 0])
    order = [np.array([3, 1]), np.array([4]), np.array([0, 2])]

    batches = list(batch_dataset(ids, order, class_ids))

    assert [targets.numpy().tolist() for _, targets in batches] == [[1, 1], [0], [0, 2]]
    for chosen, (inputs, _) in zip(order, batches, strict=True):
        lengths = inputs["padding_mask"].numpy().sum(axis=1)
        found = [
            row[:length].tolist()
            for row, length in zip(inputs["token_ids"].numpy(), lengths, strict=True)
        ]
        assert found == [rows[row] for row in chosen]
        assert inputs["token_ids"].shape[1] == max(len(rows[row]) for row in chosen)


@pytest.mark.parametrize("class_ids", [None, np.zeros(0, np.int64)])
def test_no_rows_give_no_batches(class_ids: np.ndarray | None) -> None:
    ids = tf.RaggedTensor.from_row_lengths(tf.zeros(0, tf.int32), tf.zeros(0, tf.int64))

    assert list(batch_dataset(ids, [], class_ids)) == []


def test_oversampling_makes_classes_equal_and_keeps_every_row() -> None:
    class_ids = np.array([0] * 50 + [2] * 7 + [3])

    rows = oversampled(class_ids, seed=1, epoch=0)

    assert np.bincount(class_ids[rows]).tolist() == [50, 0, 50, 50]
    assert set(rows) == set(range(58))
    np.testing.assert_array_equal(rows, oversampled(class_ids, seed=1, epoch=0))
    assert (rows != oversampled(class_ids, seed=1, epoch=1)).any()
