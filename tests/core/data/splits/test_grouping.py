from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.splits.grouping import ByClass, with_whole_groups
from core.data.text.duplicates import Groups, equal_groups

Sides = tuple[np.ndarray, np.ndarray]


def groups_from(numbers: np.ndarray) -> Groups:
    return equal_groups(numbers.astype(np.uint64))


def mended(class_ids: np.ndarray, numbers: np.ndarray, taken: np.ndarray, seed: int = 0) -> Sides:
    return among(np.arange(len(class_ids)), class_ids, groups_from(numbers), taken, seed)


def among(
    free: np.ndarray, class_ids: np.ndarray, groups: Groups, taken: np.ndarray, seed: int
) -> Sides:
    """The sides of the free positions, ascending."""
    places = np.arange(len(class_ids))
    can_be = np.isin(places, free)
    now = with_whole_groups(
        np.isin(places, taken),
        can_be,
        ByClass.of(class_ids),
        groups,
        np.random.default_rng(seed),
    )
    return np.flatnonzero(now), np.flatnonzero(can_be & ~now)


def class_counts(class_ids: np.ndarray, rows: np.ndarray) -> list[int]:
    return np.bincount(class_ids[rows], minlength=class_ids.max() + 1).tolist()


def test_a_divided_group_goes_where_its_first_row_is_and_single_rows_make_up_for_it() -> None:
    class_ids = np.zeros(10, int)
    numbers = np.array([0, 1, 1, 1, 4, 5, 6, 7, 8, 9])

    taken, left = mended(class_ids, numbers, np.array([1, 7, 9]))

    assert sorted(taken.tolist()) == [1, 2, 3]
    assert sorted(left.tolist()) == [0, 4, 5, 6, 7, 8, 9]

    taken, left = mended(class_ids, numbers, np.array([2, 7, 9]))
    assert len(taken) == 3
    assert {1, 2, 3} <= set(left.tolist())


def test_nothing_changes_where_no_group_is_divided() -> None:
    class_ids = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    numbers = np.array([0, 1, 0, 1, 2, 3, 4, 5])
    before = np.array([6, 2, 0, 5])

    taken, left = mended(class_ids, numbers, before)

    assert taken.tolist() == sorted(before.tolist())
    assert left.tolist() == [1, 3, 4, 7]


def test_a_group_larger_than_the_part_stays_out_of_it() -> None:
    class_ids = np.zeros(1000, int)
    numbers = np.minimum(np.arange(1000), 200)  # Eight hundred rows are one group.

    for first_taken in (0, 150, 200):
        taken, left = mended(class_ids, numbers, np.arange(first_taken, first_taken + 100))
        assert len(taken) == 100
        assert taken.max() < 200
        assert len(left) == 900


def test_without_enough_single_rows_the_sizes_come_as_near_as_whole_groups_allow() -> None:
    class_ids = np.zeros(12, int)
    triples = np.repeat(np.arange(4), 3)

    sizes = [len(mended(class_ids, triples, np.arange(size))[0]) for size in range(1, 12)]

    assert [abs(size - wanted) for wanted, size in enumerate(sizes, 1)] == [
        *(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1)
    ]


def test_single_rows_of_other_classes_mend_the_size_where_a_class_has_none() -> None:
    class_ids = np.array([0] * 6 + [1] * 20)
    numbers = np.array([0, 0, 0, 0, 0, 0, *range(1, 21)])

    taken, left = mended(class_ids, numbers, np.array([0, 1, 2, 6, 7, 8, 9, 10, 11, 12]))

    assert len(taken) == 10
    assert class_counts(class_ids, taken) in ([6, 4], [0, 10])
    assert len(left) == 16


def test_mending_the_size_leaves_each_class_a_row_on_either_side() -> None:
    class_ids = np.array([0] * 30 + [1] * 2 + [2] * 20)
    numbers = np.array([0] * 30 + list(range(1, 23)))

    taken, left = mended(class_ids, numbers, np.array([*range(15), 30, *range(32, 42)]))

    assert min(class_counts(class_ids, taken)[1:]) >= 1
    assert min(class_counts(class_ids, left)[1:]) >= 1
    # The group of 30 is four more than were wanted, or single rows are all there are.
    assert class_counts(class_ids, taken)[0] in (0, 30)


def test_groups_elsewhere_are_left_alone() -> None:
    class_ids = np.zeros(10, int)
    groups = groups_from(np.array([0, 0, 1, 1, 1, 5, 6, 7, 8, 9]))

    free, before = np.array([2, 3, 4, 7, 8, 9]), np.array([2, 9])

    taken, left = among(free, class_ids, groups, before, 0)

    assert sorted([*taken, *left]) == [2, 3, 4, 7, 8, 9]
    assert len(taken) in (2, 3)
    assert ({2, 3, 4} <= set(taken)) != ({2, 3, 4} <= set(left))


cases = st.integers(0, 2**32 - 1).flatmap(
    lambda seed: st.tuples(
        st.lists(st.integers(0, 2), min_size=2, max_size=40),
        st.integers(1, 12),
        st.floats(0.05, 0.95),
        st.just(seed),
    )
)


@given(cases)
def test_no_group_is_divided_and_no_row_is_lost(
    case: tuple[list[int], int, float, int],
) -> None:
    few, spread, share, seed = case
    class_ids = np.array(few)
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, spread * len(class_ids) // 4 + 1, len(class_ids))
    before = rng.permutation(len(class_ids))[: max(1, int(share * len(class_ids)))]

    taken, left = mended(class_ids, numbers, before, seed)

    assert sorted([*taken, *left]) == list(range(len(class_ids)))
    assert not set(numbers[taken]) & set(numbers[left])
    again = mended(class_ids, numbers, before, seed)
    assert [side.tolist() for side in again] == [taken.tolist(), left.tolist()]


@given(cases)
def test_sizes_and_classes_are_exact_where_single_rows_suffice(
    case: tuple[list[int], int, float, int],
) -> None:
    few, _, share, seed = case
    # In each class as many single rows as in groups on both sides.
    class_ids = np.repeat(np.array(few), 9)
    numbers = np.arange(len(class_ids))
    rng = np.random.default_rng(seed)
    in_groups = np.arange(0, len(class_ids), 9)
    numbers[in_groups] = rng.integers(0, 10, len(in_groups))
    before = rng.permutation(len(class_ids))[: max(1, int((0.3 + 0.4 * share) * len(class_ids)))]
    wanted, whole = class_counts(class_ids, before), class_counts(class_ids, in_groups)
    singles = np.array(class_counts(class_ids, np.arange(len(class_ids)))) - whole
    if not np.all((np.array(whole) <= wanted) & (wanted <= singles)):
        return

    taken, _ = mended(class_ids, numbers, before, seed)

    assert class_counts(class_ids, taken) == wanted


def best_size(sizes: list[int], singles: int, wanted: int) -> int:
    """How near any choice of groups, with single rows, comes to a size."""
    sums = {
        sum(s for s, c in zip(sizes, choice, strict=True) if c)
        for choice in product((0, 1), repeat=len(sizes))
    }
    return min(max(0, wanted - singles - total, total - wanted) for total in sums)


@pytest.mark.parametrize("seed", range(40))
def test_pairs_and_single_rows_reach_the_best_size_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs, singles = int(rng.integers(1, 9)), int(rng.integers(0, 3))
    numbers = np.concatenate([np.repeat(np.arange(pairs), 2), 100 + np.arange(singles)])
    class_ids = np.zeros(len(numbers), int)
    before = rng.permutation(len(class_ids))[: int(rng.integers(1, len(class_ids)))]

    taken, _ = mended(class_ids, numbers, before, seed)

    assert abs(len(taken) - len(before)) == best_size([2] * pairs, singles, len(before))


def test_groups_drawn_evenly_are_near_sizes_and_classes_with_no_single_row() -> None:
    numbers = np.repeat(np.arange(400), np.arange(400) % 5 + 2)
    class_ids = (np.arange(len(numbers)) % 7 < 2).astype(int)
    by_class = ByClass.of(class_ids)
    rng = np.random.default_rng(3)
    free = np.ones(len(numbers), bool)
    drawn = np.zeros(len(numbers), bool)
    drawn[by_class.drawn(free, by_class.sizes // 4, rng)] = True

    taken = with_whole_groups(
        drawn, free, by_class, equal_groups(numbers.astype(np.uint64)), rng, evenly=True
    )

    assert not set(numbers[taken]) & set(numbers[~taken])
    assert np.abs(by_class.counts(taken) - by_class.sizes // 4).max() <= 1
