from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.explore.columns.number_bins import even_cuts, number_cuts, usual

NORMAL = np.random.default_rng(0).normal(0.3, 0.2, 10_000)


def test_numbers_that_are_alike_have_equal_round_bins() -> None:
    cuts = number_cuts(np.arange(0, 300, dtype=np.float64))

    assert cuts == [10.0 * number for number in range(31)]


def test_round_edges_have_no_noise_of_binary_fractions() -> None:
    cuts = number_cuts(NORMAL)

    assert 20 <= len(cuts) <= 33
    assert {0.1, 0.3, 0.35} <= set(cuts)
    assert cuts[0] <= NORMAL.min() and NORMAL.max() < cuts[-1]


def test_whole_numbers_have_no_bin_narrower_than_one() -> None:
    assert number_cuts(np.arange(5, 30, dtype=np.float64)) == list(map(float, range(5, 31)))
    assert number_cuts(np.array([8.0, 8.0])) == [8.0, 9.0]


def test_a_long_tail_has_bins_that_grow() -> None:
    whole = np.array([0.0] * 50 + [3.0] * 30 + [1_200.0] * 20)

    assert number_cuts(whole) == [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000]
    broken = number_cuts(whole / 100)
    assert broken == [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]


def test_a_few_far_outliers_do_not_press_the_others_into_one_bin() -> None:
    values = np.append(NORMAL, [1e9, -1e9])

    cuts = number_cuts(values)

    assert 20 <= len(cuts) <= 80
    assert cuts[0] > -5 and cuts[-1] < 5


@pytest.mark.parametrize(
    "values",
    [
        [5.0],
        [1e16, 1e16 + 2, 1e16 + 4],
        [1e308, -1e308],
        [1e-300, 1e300, 1.0, 1.0, 1.0, 1.0],
        [5e-324, 1e-323],
        [-1.0] * 90 + [1_000.0] * 10,
        [-0.0, 0.0],
    ],
    ids=str,
)
def test_odd_numbers_have_bins_too(values: list[float]) -> None:
    cuts = number_cuts(np.array(values))

    assert cuts
    assert np.isfinite(cuts).all()
    assert (np.diff(cuts) > 0).all()
    assert len(cuts) <= 100


@given(
    arrays(
        np.float64, st.integers(1, 50), elements=st.floats(allow_nan=False, allow_infinity=False)
    )
)
def test_edges_always_rise(values: np.ndarray) -> None:
    cuts = number_cuts(values)

    assert cuts
    assert np.isfinite(cuts).all()
    assert all(left < right for left, right in pairwise(cuts))


def test_even_bins_hold_as_many_rows_each() -> None:
    values = np.arange(200, dtype=np.float64)

    assert even_cuts(values, 200) == [20.0 * number for number in range(1, 10)]


def test_of_many_rows_even_bins_are_finer_at_both_ends() -> None:
    values = np.arange(10_000, dtype=np.float64)

    rows = np.bincount(np.searchsorted(even_cuts(values, 10_000), values, "right"))

    assert 60 < len(rows) < 120
    assert rows.max() == pytest.approx(200, abs=1)
    assert rows[[1, -2]].tolist() == pytest.approx([7, 7], abs=2)
    assert len(even_cuts(values, 200)) == 9


def test_a_number_that_is_commoner_than_a_bin_stands_alone() -> None:
    values = np.array([0.0] * 900 + list(range(1, 101)))

    places = np.searchsorted(even_cuts(values, 1_000), values, "right")

    assert set(places[:900].tolist()).isdisjoint(places[900:].tolist())


def test_far_outliers_are_not_usual() -> None:
    # Up to six quartile distances, of about 50, from the quartiles at about 25 and 75.
    values = np.append(np.arange(101.0), [360.0, -260.0, 400.0, -300.0])

    assert usual(values).tolist() == [*range(101), 360, -260]
    assert usual(np.arange(3)).tolist() == [0, 1, 2]
