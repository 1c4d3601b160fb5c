import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from core.data.dataset import N_CHARS, N_TOKENS, N_WORDS, Dataset
from core.data.splits.split import PARTS, Split
from core.errors import BadInput, NotFound
from core.explore import length_stats as lengths
from core.explore.length_stats import (
    BY_LABEL,
    BY_PART,
    COUNT,
    GROUP,
    LENGTH,
    MAX_GROUPS,
    NO_LABEL_GROUP,
    OTHER_CLASSES,
    cut_share,
    length_figures,
    length_summary,
    length_table,
    relative_cost,
)
from core.workspace import Workspace
from tests.core.explore.small import make_dataset, write_columns
from tests.messages import assert_one_sentence

LENGTHS = st.lists(st.integers(0, 200), min_size=1, max_size=200)
ROWS = [
    ("a b c", "0"),
    ("d", "1"),
    ("ee ff", None),
    ("é 😀", "0"),
    ("  spaced   out  ", "0"),
    ("ee", "1"),
]
N_TOKENS_OF_ROWS = [5, 3, 4, 4, 4, 3]


def counted(values: list[int]) -> pd.DataFrame:
    table = pd.Series(values).value_counts().sort_index()
    return pd.DataFrame({LENGTH: table.index, COUNT: table.to_numpy()})


def as_dict(table: pd.DataFrame) -> dict[str, dict[int, int]]:
    """Group to length to count, in the table's order."""
    return {
        group: dict(zip(counts[LENGTH].tolist(), counts[COUNT].tolist(), strict=True))
        for group, counts in table.groupby(GROUP, sort=False)
    }


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return make_dataset(workspace, ROWS, group_rows=2)


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return write_columns(
        tmp_path / "tokens.parquet", row=range(5, -1, -1), n_tokens=N_TOKENS_OF_ROWS[::-1]
    )


# Tables, worked out by hand.


@pytest.mark.parametrize(
    ("unit", "everything", "by_label"),
    [
        (
            N_WORDS,
            {1: 2, 2: 3, 3: 1},
            {"0": {2: 2, 3: 1}, "1": {1: 2}, NO_LABEL_GROUP: {2: 1}},
        ),
        (
            N_CHARS,
            {1: 1, 2: 1, 3: 1, 5: 2, 16: 1},
            {"0": {3: 1, 5: 1, 16: 1}, "1": {1: 1, 2: 1}, NO_LABEL_GROUP: {5: 1}},
        ),
        (
            N_TOKENS,
            {3: 2, 4: 3, 5: 1},
            {"0": {4: 2, 5: 1}, "1": {3: 2}, NO_LABEL_GROUP: {4: 1}},
        ),
    ],
)
def test_lengths_are_counted_in_each_unit_and_by_label(
    workspace: Workspace,
    dataset: Dataset,
    tokens: Path,
    unit: str,
    everything: dict[int, int],
    by_label: dict[str, dict[int, int]],
) -> None:
    table = length_table(workspace, dataset, unit, tokens=tokens)
    labelled = length_table(workspace, dataset, unit, by=BY_LABEL, tokens=tokens)

    assert list(table.columns) == [GROUP, LENGTH, COUNT]
    assert as_dict(table) == {"": everything}
    assert as_dict(labelled) == by_label
    assert list(as_dict(labelled)) == ["0", "1", NO_LABEL_GROUP]


def test_lengths_are_counted_by_part(workspace: Workspace, dataset: Dataset) -> None:
    split = Split(*(np.array(rows, np.int64) for rows in ([4, 0], [1], [])))
    table = length_table(workspace, dataset, N_WORDS, by=BY_PART, split=split)

    assert as_dict(table) == {"train": {2: 1, 3: 1}, "validation": {1: 1}}


def test_the_rarest_of_many_classes_stand_together(workspace: Workspace) -> None:
    rows = [(f"text {number} {copy}", f"c{number:02}") for number in range(60) for copy in (1, 2)]
    rows = [row for row in rows if row[1] > "c09" or row[0].endswith("1")] + [("none", None)]
    table = as_dict(length_table(workspace, make_dataset(workspace, rows), N_WORDS, by=BY_LABEL))

    assert list(table) == [f"c{n}" for n in range(10, 60)] + [OTHER_CLASSES, NO_LABEL_GROUP]
    assert len(table) == MAX_GROUPS + 2
    assert (table["c10"], table[OTHER_CLASSES], table[NO_LABEL_GROUP]) == ({3: 2}, {3: 10}, {1: 1})


def test_without_labels_all_texts_are_one_group(workspace: Workspace) -> None:
    dataset = make_dataset(workspace, [("a", None), ("b c", None)])

    assert as_dict(length_table(workspace, dataset, N_WORDS, by=BY_LABEL)) == {
        NO_LABEL_GROUP: {1: 1, 2: 1}
    }


@pytest.mark.parametrize("unit", ["text", "row", "n_words; DROP TABLE texts"])
def test_only_lengths_can_be_counted(workspace: Workspace, dataset: Dataset, unit: str) -> None:
    with pytest.raises(ValueError, match="not a length column"):
        length_table(workspace, dataset, unit)
    with pytest.raises(ValueError, match="need a split"):
        length_table(workspace, dataset, N_WORDS, by=BY_PART)


def test_tokens_must_have_been_counted_and_for_these_texts(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    few = write_columns(tmp_path / "few.parquet", row=[0], n_tokens=[3])
    for tokens, found in ((None, "none"), (tmp_path / "gone.parquet", "none"), (few, "1")):
        with pytest.raises(BadInput, match=found) as caught:
            length_table(workspace, dataset, N_TOKENS, tokens=tokens)
        assert_one_sentence(caught.value)


def test_a_data_set_that_is_gone_is_said(workspace: Workspace, dataset: Dataset) -> None:
    shutil.rmtree(workspace.dataset(dataset.id).folder)

    with pytest.raises(NotFound) as caught:
        length_table(workspace, dataset, N_WORDS)
    assert_one_sentence(caught.value)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=60))
def test_a_summary_has_the_figures_of_each_group(pairs: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(pairs, columns=["group", LENGTH])
    table = frame.value_counts().sort_index().rename(COUNT).reset_index()
    summary = length_summary(table).set_index(GROUP)

    assert list(summary.columns) == ["rows", "mean", "median", "p95", "p99", "max"]
    assert summary.index.tolist() == sorted(set(frame["group"]))
    for group, values in frame.groupby("group")[LENGTH]:
        figures = summary.loc[group]
        assert figures["rows"] == len(values)
        assert figures["mean"] == pytest.approx(values.mean())
        assert figures["max"] == values.max()
        for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
            assert figures[name] == np.quantile(values, share, method="inverted_cdf")


# Definitions.


@given(LENGTHS)
@example(list(range(1, 21)))
def test_length_figures_are_numpys(values: list[int]) -> None:
    figures = length_figures(counted(values))

    assert figures.rows == len(values)
    assert figures.mean == pytest.approx(np.mean(values))
    assert figures.max == max(values)
    for found, share in ((figures.median, 0.5), (figures.p95, 0.95), (figures.p99, 0.99)):
        assert found == np.quantile(values, share, method="inverted_cdf")
        assert sum(length <= found for length in values) >= share * len(values)
        assert sum(length < found for length in values) < share * len(values)


def test_figures_of_several_groups_are_those_of_all_their_texts() -> None:
    table = pd.concat([counted([1, 1, 5]), counted([5, 5, 9])])

    assert length_figures(table) == length_figures(counted([1, 1, 5, 5, 5, 9]))


def test_no_texts_have_no_lengths() -> None:
    figures = length_figures(pd.DataFrame({LENGTH: [], COUNT: []}))

    assert (figures.rows, figures.max) == (0, 0)
    assert np.isnan([figures.mean, figures.median, figures.p95, figures.p99]).all()
    assert cut_share(pd.DataFrame({LENGTH: [], COUNT: []}), 5) == 0
    assert relative_cost(pd.DataFrame({LENGTH: [], COUNT: []}), 5, 9) == 1


@given(LENGTHS, st.integers(1, 220))
def test_a_cut_shortens_the_texts_that_are_longer(values: list[int], max_seq_length: int) -> None:
    share = cut_share(counted(values), max_seq_length)

    assert share == pytest.approx(sum(length > max_seq_length for length in values) / len(values))


@given(LENGTHS, st.integers(1, 220), st.integers(1, 220), st.sampled_from([128, 384, 768]))
def test_the_cost_is_that_of_each_text_on_its_own(
    values: list[int], limit: int, reference: int, width: int
) -> None:
    def cost(kept: int) -> float:
        # Products with w x w weights: 4 for attention, 8 for the two of the feed-forward part;
        # 2 operations each. Scores and their sum: 2 products of l x l x w.
        return 24 * kept * width**2 + 4 * kept**2 * width

    ours, theirs = (sum(cost(min(v, end)) for v in values) for end in (limit, reference))
    expected = ours / theirs if theirs else 1.0
    assert relative_cost(counted(values), limit, reference, width) == pytest.approx(expected)


def test_padding_to_one_length_costs_what_the_formula_says() -> None:
    table = counted([20] * 10)

    assert relative_cost(table, 10, 20) == pytest.approx(
        10 * (6 * 384 + 10) / (20 * (6 * 384 + 20))
    )
    assert relative_cost(table, 128, 20) == 1


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # SciPy's, about a p-value not asked for.
@given(LENGTHS, LENGTHS)
def test_the_ks_distance_is_scipys(left: list[int], right: list[int]) -> None:
    distance = lengths.ks_distance(counted(left), counted(right))

    assert distance == pytest.approx(ks_2samp(left, right, method="asymp").statistic, abs=1e-12)
    assert distance == pytest.approx(lengths.ks_distance(counted(right), counted(left)))
    assert lengths.ks_distance(counted(left), counted(left)) == 0


def test_one_random_draw_in_twenty_is_farther_apart_than_the_noise() -> None:
    random = np.random.default_rng(0)
    # Continuous, as the formula supposes; whole numbers come closer together.
    draws = [(random.random(400), random.random(900)) for _ in range(2_000)]
    farther = [
        ks_2samp(a, b, method="asymp").statistic > lengths.ks_noise(400, 900) for a, b in draws
    ]

    assert 0.03 < np.mean(farther) < 0.06
    assert lengths.ks_noise(100, 100) == pytest.approx(1.358 * math.sqrt(0.02))
    assert len(PARTS) == 3
