import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.data.splits.split import PARTS, Split, SplitPlan, SplitRule, make_split, part_size
from core.errors import BadInput
from core.records import from_json, to_json
from tests.messages import assert_one_sentence

TUTORIAL = SplitPlan(train=0.05, validation=0.005)


def codes_with(*counts: int, seed: int = 0) -> np.ndarray:
    """Class ids with these counts, in random order."""
    class_ids = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(seed).permutation(class_ids)


def split_of(class_ids: np.ndarray, plan: SplitPlan) -> Split:
    return make_split(np.arange(len(class_ids)), class_ids, plan)


@pytest.fixture(scope="module")
def quora_codes() -> np.ndarray:
    """As many rows and positives as the Quora data has."""
    return codes_with(1_225_312, 80_810)


@pytest.fixture(scope="module")
def quora_split(quora_codes: np.ndarray) -> Split:
    return split_of(quora_codes, TUTORIAL)


def test_the_tutorials_split_has_the_tutorials_sizes(
    quora_codes: np.ndarray, quora_split: Split
) -> None:
    split = quora_split

    assert (len(split.train), quora_codes[split.train].sum()) == (65_306, 4_040)
    assert (len(split.validation), quora_codes[split.validation].sum()) == (6_204, 384)
    assert len(split.train) + len(split.validation) + len(split.test) == 1_306_122


def test_the_same_seed_gives_the_same_rows_and_another_others() -> None:
    class_ids = codes_with(900, 100)
    first, again, other = (split_of(class_ids, SplitPlan(seed=seed)) for seed in (7, 7, 8))

    assert all(np.array_equal(first.parts()[part], again.parts()[part]) for part in PARTS)
    assert not np.array_equal(first.train, other.train)


def test_row_numbers_are_those_given() -> None:
    class_ids = codes_with(60, 40)
    rows = np.arange(1_000, 1_200, 2)
    split = make_split(rows, class_ids, SplitPlan())

    taken = np.concatenate(list(split.parts().values()))
    assert sorted(taken) == rows.tolist()
    codes_by_row = dict(zip(rows.tolist(), class_ids.tolist(), strict=True))
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
    class_ids = codes_with(*counts)
    try:
        split = split_of(class_ids, SplitPlan(train, validation, test, seed))
    except BadInput as error:
        assert_one_sentence(error)
        assume(False)

    taken = np.concatenate(list(split.parts().values()))
    assert len(set(taken.tolist())) == len(taken)
    assert set(taken.tolist()) <= set(range(len(class_ids)))
    assert len(split.train) == part_size(len(class_ids), train)
    for part in PARTS[: 3 if test else 2]:
        assert set(class_ids[split.parts()[part]]) == set(range(len(counts)))
    expected = np.array(counts) * len(split.train) / len(class_ids)
    assert np.abs(np.bincount(class_ids[split.train]) - expected).max() <= 1


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
    ("class_ids", "plan", "found"),
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
    class_ids: np.ndarray, plan: SplitPlan, found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        split_of(class_ids, plan)

    assert found in caught.value.found
    assert_one_sentence(caught.value)


@given(st.integers(0, 2_000_000), st.floats(0, 1))
def test_a_share_is_rounded_as_scikit_learn_does(available: int, share: float) -> None:
    assert part_size(available, share) == np.floor(share * available)


def grouped(class_ids: np.ndarray, share: float, seed: int = 1) -> np.ndarray:
    """A group for each row; that share of the rows repeat another one, of any class."""
    rng = np.random.default_rng(seed)
    groups = np.arange(len(class_ids))
    repeats = rng.random(len(class_ids)) < share
    groups[repeats] = rng.integers(0, len(class_ids), repeats.sum())
    return groups


def leaks(split: Split, groups: np.ndarray) -> bool:
    """Whether a group is in more than one part."""
    part_of_group = np.full(groups.max() + 1, -1)
    for part, rows in enumerate(split.parts().values()):
        if np.any(part_of_group[groups[rows]] != -1):
            return True
        part_of_group[groups[rows]] = part
    return False


def test_groups_of_one_row_change_nothing() -> None:
    class_ids = codes_with(9_000, 1_000)
    alone = np.random.default_rng(0).permutation(len(class_ids)) - 5_000

    expected = split_of(class_ids, SplitPlan())
    split = make_split(np.arange(len(class_ids)), class_ids, SplitPlan(), alone)

    assert all(np.array_equal(split.parts()[p], expected.parts()[p]) for p in PARTS)


def test_the_tutorials_sizes_stay_with_duplicates_kept_together(
    quora_codes: np.ndarray, quora_split: Split
) -> None:
    groups = grouped(quora_codes, 0.1)

    split = make_split(np.arange(len(quora_codes)), quora_codes, TUTORIAL, groups)

    assert (len(split.train), quora_codes[split.train].sum()) == (65_306, 4_040)
    assert (len(split.validation), quora_codes[split.validation].sum()) == (6_204, 384)
    assert len(split.test) == 1_306_122 - 65_306 - 6_204
    assert leaks(quora_split, groups)
    assert not leaks(split, groups)


def test_repeated_rows_are_drawn_as_often_as_others() -> None:
    class_ids = codes_with(9_000, 1_000)
    groups = np.arange(10_000) // 5  # Every row five times.
    shares = [
        np.isin(
            np.arange(2_000), groups[make_split(np.arange(10_000), class_ids, plan, groups).train]
        )
        for plan in (SplitPlan(0.05, 0.5, seed=seed) for seed in range(20))
    ]

    assert np.mean(shares) == pytest.approx(0.05, abs=0.01)


@given(
    counts=st.lists(st.integers(2, 80), min_size=2, max_size=4),
    share=st.floats(0, 1),
    train=st.floats(0.05, 0.95),
    validation=st.one_of(st.floats(0.05, 1.0), st.integers(2, 40)),
    test=st.floats(0.0, 1.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_group_is_in_two_parts_and_sizes_are_exact_where_single_rows_suffice(
    counts: list[int],
    share: float,
    train: float,
    validation: float | int,
    test: float,
    seed: int,
) -> None:
    class_ids = codes_with(*counts)
    groups = grouped(class_ids, share, seed)
    plan = SplitPlan(train, validation, test, seed)
    rows = np.arange(len(class_ids))
    try:
        split = make_split(rows, class_ids, plan, groups)
    except BadInput as error:
        assert_one_sentence(error)
        assume(False)

    assert not leaks(split, groups)
    taken = np.concatenate(list(split.parts().values())).tolist()
    assert len(set(taken)) == len(taken)
    for part in PARTS[: 3 if test else 2]:
        assert set(class_ids[split.parts()[part]]) == set(range(len(counts)))
    repeated = np.bincount(groups)[groups] > 1
    free = np.bincount(class_ids[~repeated], minlength=len(counts))
    held = np.bincount(class_ids[repeated], minlength=len(counts))
    wanted = np.bincount(class_ids[split_of_or_none(class_ids, plan)], minlength=len(counts))
    if np.all((held <= wanted) & (wanted <= free)):
        assert np.bincount(class_ids[split.train]).tolist() == wanted.tolist()
    again = make_split(rows, class_ids, plan, groups)
    assert all(np.array_equal(again.parts()[p], split.parts()[p]) for p in PARTS)


def split_of_or_none(class_ids: np.ndarray, plan: SplitPlan) -> np.ndarray:
    """The rows of the train part without groups."""
    try:
        return split_of(class_ids, plan).train
    except BadInput:
        return np.empty(0, int)


def test_a_group_of_most_rows_leaves_the_sizes_exact_where_others_can_fill_the_part() -> None:
    class_ids = codes_with(5_000, 5_000)
    groups = np.where((class_ids == 0) & (np.arange(10_000) % 10 > 0), 0, np.arange(1, 10_001))

    split = make_split(np.arange(10_000), class_ids, SplitPlan(0.05, 0.5), groups)

    assert not leaks(split, groups)
    assert [len(part) for part in split.parts().values()] == [500, 4_750, 4_750]
    assert class_ids[split.train].sum() == 250


def test_a_class_of_one_large_group_cannot_be_split() -> None:
    class_ids = codes_with(500, 500)
    groups = np.where(class_ids == 0, 0, np.arange(1, 1_001))

    with pytest.raises(BadInput, match="with a class missing") as caught:
        make_split(np.arange(1_000), class_ids, SplitPlan(), groups)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rule": SplitRule.GROUP}, "the column to split by"),
        ({"column": "author"}, "no column for a split by chance"),
        ({"rule": SplitRule.GROUP, "column": "a", "values": (("x", "test"),)}, "parts of values"),
        ({"rule": SplitRule.COLUMN, "column": "a", "values": (("x", "tset"),)}, "'tset' for 'x'"),
        (
            {"rule": SplitRule.COLUMN, "column": "a", "values": (("x", "test"), ("x", ""))},
            "one part for each value",
        ),
        ({"rule": SplitRule.COLUMN, "column": "a", "from_train": 1.5}, "a from-train size"),
        ({"rule": SplitRule.GROUP, "column": "a", "cuts": ("2025", "2026")}, "moments"),
        ({"rule": SplitRule.TIME, "column": "a", "cuts": ("2025",)}, "two moments"),
        ({"rule": SplitRule.TIME, "column": "a", "cuts": ("2026", "2025")}, "not before"),
        ({"rule": SplitRule.TIME, "column": "a", "cuts": ("2025", "soon")}, "two moments"),
    ],
    ids=str,
)
def test_what_does_not_go_with_a_rule_is_one_sentence(asked: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        SplitPlan(**asked)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (SplitPlan(seed=7), "seed 7"),
        (SplitPlan(rule=SplitRule.COLUMN, column="split"), "parts as column 'split' says"),
        (SplitPlan(rule=SplitRule.GROUP, column="author"), "whole groups of 'author', seed 42"),
        (SplitPlan(rule=SplitRule.TIME, column="posted"), "by time of 'posted'"),
        (
            SplitPlan(rule=SplitRule.TIME, column="posted", cuts=("2025", "2026-02")),
            "by time of 'posted', cut at 2025 and 2026-02",
        ),
    ],
)
def test_a_plan_says_what_it_follows(plan: SplitPlan, said: str) -> None:
    assert plan.describe() == said
    assert from_json(SplitPlan, to_json(plan)) == plan
