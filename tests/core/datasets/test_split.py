import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from core.datasets.split import PARTS, Split, SplitPlan, make_split, part_size
from core.errors import BadInput
from tests.messages import assert_one_sentence

TUTORIAL = SplitPlan(train=0.05, validation=0.005)


def codes_with(*counts: int, seed: int = 0) -> np.ndarray:
    """Class numbers with these counts, in random order."""
    codes = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(seed).permutation(codes)


def split_of(codes: np.ndarray, plan: SplitPlan) -> Split:
    return make_split(np.arange(len(codes)), codes, plan)


@pytest.fixture(scope="module")
def quora_codes() -> np.ndarray:
    """As many rows and positives as the Quora data has."""
    return codes_with(1_225_312, 80_810)


def test_the_tutorials_split_has_the_tutorials_sizes(quora_codes: np.ndarray) -> None:
    split = split_of(quora_codes, TUTORIAL)

    assert (len(split.train), quora_codes[split.train].sum()) == (65_306, 4_040)
    assert (len(split.validation), quora_codes[split.validation].sum()) == (6_204, 384)
    assert len(split.train) + len(split.validation) + len(split.test) == 1_306_122


def test_the_tutorials_split_has_the_tutorials_rows(quora_codes: np.ndarray) -> None:
    rows = np.arange(len(quora_codes))
    train, rest = train_test_split(rows, train_size=0.05, random_state=42, stratify=quora_codes)
    validation, _ = train_test_split(
        rest, train_size=0.005, random_state=42, stratify=quora_codes[rest]
    )

    split = split_of(quora_codes, TUTORIAL)
    assert np.array_equal(split.train, train)
    assert np.array_equal(split.validation, validation)


def test_the_same_seed_gives_the_same_rows_and_another_others() -> None:
    codes = codes_with(900, 100)
    first, again, other = (split_of(codes, SplitPlan(seed=seed)) for seed in (7, 7, 8))

    assert all(np.array_equal(first.parts()[part], again.parts()[part]) for part in PARTS)
    assert not np.array_equal(first.train, other.train)


def test_row_numbers_are_those_given() -> None:
    codes = codes_with(60, 40)
    rows = np.arange(1_000, 1_200, 2)
    split = make_split(rows, codes, SplitPlan())

    taken = np.concatenate(list(split.parts().values()))
    assert sorted(taken) == rows.tolist()
    codes_by_row = dict(zip(rows.tolist(), codes.tolist(), strict=True))
    assert sum(codes_by_row[row] for row in split.train.tolist()) == 32


@pytest.mark.parametrize(
    ("plan", "sizes"),
    [
        (SplitPlan(), (800, 100, 100)),
        (SplitPlan(0.5, 0.5, 0.5), (500, 250, 125)),
        (SplitPlan(0.5, 0.5, 0), (500, 250, 0)),
        (SplitPlan(0.5, 1.0, 0), (500, 500, 0)),
        (SplitPlan(600, 300, 100), (600, 300, 100)),
        (SplitPlan(600, 0.5, 100), (600, 200, 100)),
    ],
)
def test_a_float_is_a_share_of_what_is_left_and_an_int_a_number_of_rows(
    plan: SplitPlan, sizes: tuple[int, int, int]
) -> None:
    split = split_of(codes_with(900, 100), plan)

    assert tuple(map(len, split.parts().values())) == sizes


@given(
    counts=st.lists(st.integers(2, 120), min_size=2, max_size=5),
    train=st.floats(0.05, 0.95),
    validation=st.one_of(st.floats(0.05, 1.0), st.integers(2, 60)),
    test=st.one_of(st.floats(0.0, 1.0), st.integers(0, 60)),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_split_is_stratified_and_without_overlap_or_is_refused(
    counts: list[int], train: float, validation: float | int, test: float | int, seed: int
) -> None:
    codes = codes_with(*counts)
    try:
        split = split_of(codes, SplitPlan(train, validation, test, seed))
    except BadInput as error:
        assert_one_sentence(error)
        assume(False)

    taken = np.concatenate(list(split.parts().values()))
    assert len(set(taken.tolist())) == len(taken)
    assert set(taken.tolist()) <= set(range(len(codes)))
    assert len(split.train) == part_size(len(codes), train)
    for part in PARTS[: 3 if test else 2]:
        assert set(codes[split.parts()[part]]) == set(range(len(counts)))
    expected = np.array(counts) * len(split.train) / len(codes)
    assert np.abs(np.bincount(codes[split.train]) - expected).max() <= 1


@pytest.mark.parametrize(
    "sizes",
    [
        {"train": 0},
        {"train": 0.0},
        {"train": 1.5},
        {"train": float("nan")},
        {"train": float("inf")},
        {"train": -3},
        {"validation": 0},
        {"validation": -0.1},
        {"test": -1},
        {"test": 1.01},
    ],
)
def test_a_plan_refuses_sizes_that_make_no_part(sizes: dict[str, float]) -> None:
    with pytest.raises(BadInput, match=next(iter(sizes))) as caught:
        SplitPlan(**sizes)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("codes", "plan", "found"),
    [
        (codes_with(), SplitPlan(), "no label"),
        (codes_with(50), SplitPlan(), "only one"),
        (codes_with(50, 1), SplitPlan(), "a class with 1"),
        (codes_with(50, 2), SplitPlan(), "with a class missing"),
        (codes_with(5, 5), SplitPlan(0.1), "1 of 10 rows"),
        (codes_with(990, 10), SplitPlan(0.05, 0.005), "4 of 950 rows"),
        (codes_with(50, 50), SplitPlan(101), "only 100 rows left for 101"),
        (codes_with(50, 50), SplitPlan(90, 20), "only 10 rows left for 20"),
        (codes_with(50, 50), SplitPlan(1.0), "0 of 0 rows"),
        (
            codes_with(9_990, 10),
            SplitPlan(100, 5_000, 0),
            "100 of 10,000 rows, with a class missing",
        ),
    ],
)
def test_a_part_that_cannot_hold_every_class_is_refused(
    codes: np.ndarray, plan: SplitPlan, found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        split_of(codes, plan)

    assert found in caught.value.found
    assert_one_sentence(caught.value)


@given(st.integers(0, 2_000_000), st.floats(0, 1))
def test_a_share_is_rounded_as_scikit_learn_does(available: int, share: float) -> None:
    assert part_size(available, share) == np.floor(share * available)
