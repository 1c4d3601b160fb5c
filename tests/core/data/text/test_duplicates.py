from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.text.duplicates import (
    DUPLICATES_SCHEMA,
    Groups,
    distinct_rows,
    duplicate_groups,
    equal_groups,
    same_keys,
)
from core.data.text.near_rows import (
    EDGES_AT_ONCE,
    KEYS_PER_PART,
    MAX_NEAR_GROUP,
    NearKeys,
    near_groups,
    near_keys,
)
from core.data.text.words import index_words, split_words
from core.workspace import Workspace
from tests import toy
from tests.core.data.profiled import groups_of

FEW_WORDS = "a b c d e f g h i j".split()  # noqa: SIM905


def as_lists(groups: Groups) -> list[list[int]]:
    """The rows of each group."""
    assert groups.numbers.tolist() == sorted(groups.numbers.tolist())
    found: list[list[int]] = [[] for _ in range(groups.count)]
    for number, row in zip(groups.numbers.tolist(), groups.rows.tolist(), strict=True):
        found[number].append(row)
    return found


def words_of(texts: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words) for words in split_words(pa.array(texts, pa.string())).to_pylist()]


def same_of(texts: list[str]) -> Groups:
    array = pa.array(texts, pa.string())
    return equal_groups(same_keys(index_words(array), array))


def near_of(
    folder: Path,
    texts: list[str],
    *,
    expected: int = 100,
    keys_per_part: int = KEYS_PER_PART,
    edges_at_once: int = EDGES_AT_ONCE,
) -> Groups:
    """The near groups of texts that come in two blocks."""
    same = same_of(texts)
    with NearKeys(folder, expected, keys_per_part=keys_per_part) as spilled:
        half = len(texts) // 2
        for start, part in ((0, texts[:half]), (half, texts[half:])):
            block = index_words(pa.array(part, pa.string()))
            keys, rows = near_keys(block, np.ones(len(part), bool))
            spilled.add(spilled.parted(keys, rows + np.uint32(start)))
        distinct = distinct_rows(same, len(texts))
        edges = [spilled.edges(part, distinct) for part in range(spilled.parts)]
    return near_groups(edges, same, len(texts), edges_at_once=edges_at_once)


def are_near(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Nine words or more, and the same but for one added, removed or replaced, in any order."""
    if min(len(left), len(right)) < 9 or left == right:
        return False
    more, fewer = Counter(left) - Counter(right), Counter(right) - Counter(left)
    return more.total() <= 1 and fewer.total() <= 1


def connected(texts: list[str]) -> list[list[int]]:
    """Groups of near rows, by trying all pairs."""
    words = words_of(texts)
    group = list(range(len(texts)))
    for left in range(len(texts)):
        for right in range(left):
            if are_near(words[left], words[right]):
                old, new = sorted((group[left], group[right]), reverse=True)
                group = [new if number == old else number for number in group]
    return groups_of(group)


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


NINE = "the quick brown fox jumps over one lazy dog"


@pytest.mark.parametrize(
    ("other", "near"),
    [
        ("The quick brown fox jumps over one lazy cat.", True),
        ("the quick brown fox jumps over one lazy dog today", True),
        ("dog lazy one over jumps fox brown quick the", True),
        ("cat lazy one over jumps fox brown quick the", True),
        ("the quick brown fox jumps over one dog", False),  # Eight words.
        ("THE QUICK BROWN FOX JUMPS OVER ONE LAZY DOG!", False),  # The same.
        ("the quick brown fox jumps over two lazy cats", False),
        ("the quick brown fox jumps over one lazy dog dog dog", False),
        ("the the quick brown fox jumps over one lazy dog", True),
    ],
)
def test_near_is_one_word_added_removed_or_replaced(tmp_path: Path, other: str, near: bool) -> None:
    assert as_lists(near_of(tmp_path, [NINE, other])) == ([[0, 1]] if near else [])


near_texts = st.lists(st.sampled_from(FEW_WORDS), min_size=7, max_size=11)


@given(st.lists(near_texts.map(" ".join), max_size=14), st.sampled_from([0, 100, 10**9]))
@example([" ".join(FEW_WORDS)] * 5, 0)
@example([" ".join(FEW_WORDS), " ".join(FEW_WORDS[::-1])] * 3, 0)
def test_near_groups_are_those_that_trying_all_pairs_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], expected: int
) -> None:
    folder = tmp_path_factory.mktemp("spilled")

    assert as_lists(near_of(folder, texts, expected=expected)) == connected(texts)
    assert list(folder.iterdir()) == []


def test_many_parts_and_merges_find_the_same_groups(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    texts = [" ".join(rng.choice([*FEW_WORDS, "k", "l", "m"], 10)) for _ in range(200)]
    whole = as_lists(near_of(tmp_path, texts))

    parted = near_of(tmp_path, texts, expected=500, keys_per_part=10, edges_at_once=3)

    assert as_lists(parted) == whole == connected(texts)


def test_a_chain_of_near_texts_is_one_group(tmp_path: Path) -> None:
    texts = [" ".join(f"w{word}" for word in range(start, start + 9)) for start in range(50)]

    assert as_lists(near_of(tmp_path, texts)) == [list(range(50))]
    assert as_lists(near_of(tmp_path, texts[::2])) == []


def test_a_large_group_is_cut_off_but_shows_different_texts(tmp_path: Path) -> None:
    texts = [f"{NINE} number {number // 3}" for number in range(3 * (MAX_NEAR_GROUP - 10))]
    groups = near_of(tmp_path, texts)

    # The first of each three, then the repetitions of the first five texts.
    expected = [*range(0, len(texts), 3), *(r for r in range(15) if r % 3)]
    assert as_lists(groups) == [sorted(expected)]
    assert len(groups.rows) == MAX_NEAR_GROUP


def test_rows_in_pairs_of_the_same_are_near_others_too(tmp_path: Path) -> None:
    texts = [NINE, NINE + "!", NINE + " now", "something else", NINE + " now?"]

    assert as_lists(same_of(texts)) == [[0, 1], [2, 4]]
    assert as_lists(near_of(tmp_path, texts)) == [[0, 1, 2, 4]]


def test_a_folder_that_is_gone_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        NearKeys(tmp_path / "gone", 1)


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
