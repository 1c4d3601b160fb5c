import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.text.duplicates import (
    DUPLICATES_SCHEMA,
    duplicate_groups,
    equal_groups,
    same_keys,
)
from core.data.text.words import index_words
from core.workspace import Workspace
from tests import toy
from tests.core.data.profiled import as_lists, groups_of, same_of, words_of

FEW_WORDS = "a b c d e f g h i j".split()  # noqa: SIM905


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.lists(st.integers(0, 40)))
def test_equal_keys_make_a_group_numbered_by_its_first_row(keys: list[int], few: list[int]) -> None:
    # Keys that differ in their last bits only, where their positions stand while sorting.
    keys = [*keys, *(1 << 63 | number for number in few), *keys[: len(few)]]

    groups = equal_groups(np.array(keys, np.uint64))

    assert as_lists(groups) == groups_of(keys)
    assert groups.sizes.tolist() == [len(group) for group in groups_of(keys)]
    assert groups.rows[groups.firsts].tolist() == [group[0] for group in groups_of(keys)]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_rows_may_make_no_group(count: int) -> None:
    groups = equal_groups(np.arange(count, dtype=np.uint64))

    assert (groups.count, groups.rows.tolist(), groups.sizes.tolist()) == (0, [], [])


def test_the_same_words_are_the_same_whatever_stands_between_them() -> None:
    texts = ["Is it so?", "is  it, SO", "is it", "it is so", "Isit so", "it's so", "It’s so!", "so"]

    assert as_lists(same_of(texts)) == [[0, 1], [5, 6]]


def test_texts_without_words_are_the_same_by_their_characters() -> None:
    texts = ["???", "!", " ??? ", "...", "!!", "! ", "? ??", "a", "A?"]

    assert as_lists(same_of(texts)) == [[0, 2], [1, 5], [7, 8]]


@given(st.lists(st.lists(st.sampled_from("ab"), max_size=6).map(" ".join), max_size=40))
def test_same_groups_are_those_of_equal_word_lists(texts: list[str]) -> None:
    assert as_lists(same_of(texts)) == groups_of(words_of(texts))


def test_keys_do_not_depend_on_the_block_a_text_is_in() -> None:
    texts = ["one two three", " ".join(FEW_WORDS * 30), "two", "one two three"]
    array = pa.array(texts)
    keys = same_keys(index_words(array), array)

    for place, text in enumerate(texts):
        alone = pa.array([text])
        assert same_keys(index_words(alone), alone)[0] == keys[place]


def test_orders_of_two_words_have_keys_of_their_own() -> None:
    orders = [" ".join("ab"[number >> bit & 1] for bit in range(12)) for number in range(4096)]
    # Thue and Morse's sequence and its complement, whose sums are equal under powers of a base.
    words = [("a", "b")[number.bit_count() % 2] for number in range(4096)]
    twins = [" ".join(words), " ".join("ba"[word == "b"] for word in words)]
    array = pa.array([*orders, *twins])

    assert equal_groups(same_keys(index_words(array), array)).count == 0


def write_groups(
    workspace: Workspace, dataset: Dataset, groups: list[tuple[str, int, int]]
) -> None:
    columns = list(zip(*groups, strict=True))
    table = pa.table([pa.array(column) for column in columns], schema=DUPLICATES_SCHEMA)
    pq.write_table(table, workspace.dataset(dataset.id).duplicates)


def test_rows_of_a_same_group_share_a_number_and_all_others_have_their_own(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(20))
    write_groups(
        workspace,
        dataset,
        [("near", 0, 1), ("near", 0, 2), ("same", 0, 3), ("same", 0, 19), ("same", 1, 4)],
    )

    rows = np.array([0, 1, 2, 3, 4, 19])
    numbers = duplicate_groups(workspace, dataset, rows).tolist()

    assert numbers[3] == numbers[5] >= 0
    assert len(set(numbers)) == 5
    assert max(numbers[:3]) < 0


def test_a_data_set_without_a_profile_has_every_row_alone(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [("same", "0")] * 5 + [("other", "1")] * 5)
    workspace.dataset(dataset.id).duplicates.unlink(missing_ok=True)

    assert len(set(duplicate_groups(workspace, dataset, np.arange(10)).tolist())) == 10
