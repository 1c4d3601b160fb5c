from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.text.duplicates import Groups, distinct_rows
from core.data.text.near_rows import (
    EDGES_AT_ONCE,
    KEYS_PER_PART,
    MAX_NEAR_GROUP,
    NearKeys,
    near_groups,
    near_keys,
)
from core.data.text.words import index_words
from tests.core.data.profiled import as_lists, groups_of, same_of, words_of

FEW_WORDS = "a b c d e f g h i j".split()  # noqa: SIM905


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


@pytest.mark.parametrize(("characters", "near"), [(16, []), (17, [[0, 1]])])
def test_without_spaces_two_characters_are_a_word(
    tmp_path: Path, characters: int, near: list[list[int]]
) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(characters))

    assert as_lists(near_of(tmp_path, [text, f"好{text[1:]}"])) == near


def test_only_texts_that_are_wanted_and_long_enough_have_keys() -> None:
    block = index_words(pa.array([NINE, f"{NINE} today", "too short"]))

    keys, rows = near_keys(block, np.array([False, True, True]))

    assert rows.tolist() == [1] * 11  # One for each word, and one for all.
    assert len(set(keys.tolist())) == 11


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
