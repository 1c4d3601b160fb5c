import math

import numpy as np
import pytest

from core.labels.assign.queues import (
    SHARES,
    Queue,
    Stream,
    divided_first,
    likely_first,
    random_order,
    slots,
    uncertain_first,
)


def drawn(rows: int, classes: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet([1] * classes, rows).astype(np.float32)


def streams(*shares: float) -> list[Stream]:
    return [Stream(str(place), np.zeros(0, np.int64), share) for place, share in enumerate(shares)]


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_every_order_has_every_row_once(rows: int) -> None:
    two, three = drawn(rows, 2), drawn(rows, 3)
    orders = [
        random_order(np.arange(rows)),
        likely_first(two[:, 1]),
        uncertain_first(two, 0.3),
        uncertain_first(three),
        divided_first([three, drawn(rows, 3, 1)]),
    ]

    for order in orders:
        assert sorted(order.tolist()) == list(range(rows))


def test_the_random_order_is_the_same_for_everybody_and_no_order_of_the_file() -> None:
    rows = np.arange(5, 1005)

    order = random_order(rows)

    assert order.tolist() == random_order(rows).tolist()
    assert order.tolist() != random_order(rows, seed=1).tolist()
    assert abs(np.corrcoef(order, rows)[0, 1]) < 0.1


def test_the_highest_scores_are_the_likeliest_and_equal_ones_keep_their_order() -> None:
    assert likely_first(np.array([0.2, 0.9, 0.2, 0.5, 0.9])).tolist() == [1, 4, 3, 0, 2]


def test_of_two_classes_what_is_next_to_the_threshold_is_uncertain() -> None:
    positive = np.array([0.1, 0.28, 0.5, 0.35, 0.99])
    answers = np.column_stack([1 - positive, positive])

    assert uncertain_first(answers, threshold=0.3).tolist() == [1, 3, 0, 2, 4]
    assert uncertain_first(answers).tolist() == [2, 3, 1, 0, 4]


def test_of_more_classes_a_small_margin_is_uncertain() -> None:
    answers = np.array([[0.9, 0.05, 0.05], [0.4, 0.2, 0.4], [0.3, 0.25, 0.45], [0.1, 0.5, 0.4]])

    assert uncertain_first(answers).tolist() == [1, 3, 2, 0]


def kl(left: list[float], right: list[float]) -> float:
    """Mean divergence of two opinions from their mean, by hand."""
    mean = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
    return (
        sum(p * math.log(p / m) for one in (left, right) for p, m in zip(one, mean, strict=True))
        / 2
    )


def test_those_rows_divide_a_committee_whose_divergence_is_greatest() -> None:
    left = [[0.5, 0.5], [0.9, 0.1], [0.1, 0.9], [0.001, 0.999], [0.2, 0.8]]
    right = [[0.5, 0.5], [0.1, 0.9], [0.2, 0.8], [0.05, 0.95], [0.5, 0.5]]
    by_hand = [kl(a, b) for a, b in zip(left, right, strict=True)]

    order = divided_first([np.array(left), np.array(right)])

    assert order.tolist() == sorted(range(5), key=lambda row: -by_hand[row])
    # A difference near certainty divides more than the same one in the middle, unlike a margin.
    assert by_hand[3] > by_hand[2]


def test_a_classifier_that_is_certain_divides_no_less() -> None:
    left, right = np.array([[1.0, 0.0], [0.6, 0.4]]), np.array([[0.0, 1.0], [0.4, 0.6]])

    assert divided_first([left, right]).tolist() == [0, 1]


def test_the_mixed_queue_keeps_its_shares_exactly() -> None:
    turns = slots(streams(*SHARES.values()))

    assert len(turns) == 20
    wanted = [round(20 * share) for share in SHARES.values()]
    assert sum(wanted) == 20
    assert [turns.count(place) for place in range(len(SHARES))] == wanted
    # Evenly: of any five in a row one is random.
    random = list(SHARES).index(Queue.RANDOM)
    assert all(random in (turns * 2)[start : start + 5] for start in range(20))


@pytest.mark.parametrize("shares", [(1.0,), (1, 1), (0.5, 0.3, 0.2), (3, 1, 1, 5), (0.05, 0.95)])
def test_shares_of_any_kind_are_kept(shares: tuple[float, ...]) -> None:
    turns = slots(streams(*shares))

    counts = np.bincount(turns, minlength=len(shares))
    np.testing.assert_allclose(counts, 20 * np.array(shares) / sum(shares), atol=1e-9)


def test_queues_that_ask_the_model_say_so() -> None:
    assert {queue.value for queue in Queue if queue.needs_model} == {
        "mixed", "likely", "uncertain", "committee",
    }  # fmt: skip
