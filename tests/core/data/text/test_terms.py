from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.text.terms import (
    LIMITS,
    TERMS_SCHEMA,
    TermBlock,
    TermCounts,
    TermLimits,
    block_terms,
    count_terms,
)
from core.data.text.words import index_words, split_words

LABELS = ("0", "1", "two", None)

Example = tuple[str, int]


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def block_of(examples: list[Example], limits: TermLimits = LIMITS) -> TermBlock:
    texts = pa.array([text for text, _ in examples], pa.string())
    class_ids = np.array([code for _, code in examples], np.int32)
    return block_terms(index_words(texts), class_ids, len(LABELS), limits=limits)


def counted(
    blocks: list[list[Example]],
    executor: Executor,
    *,
    min_rows: int = 1,
    limits: TermLimits = LIMITS,
) -> TermCounts:
    made = [block_of(examples, limits) for examples in blocks]
    return count_terms(made, LABELS, min_rows=min_rows, executor=executor, limits=limits)


def rows_by_term(examples: list[Example]) -> dict[int, Counter[tuple[str, str | None]]]:
    """Rows of each size, term and label, with sets."""
    found: dict[int, Counter[tuple[str, str | None]]] = {1: Counter(), 2: Counter()}
    split = split_words(pa.array([text for text, _ in examples], pa.string())).to_pylist()
    for words, (_, code) in zip(split, examples, strict=True):
        found[1].update((word, LABELS[code]) for word in set(words))
        found[2].update((f"{one} {two}", LABELS[code]) for one, two in set(pairwise(words)))
    return found


def as_counters(table: pa.Table) -> dict[int, Counter[tuple[str, str | None]]]:
    found: dict[int, Counter[tuple[str, str | None]]] = {1: Counter(), 2: Counter()}
    for entry in table.to_pylist():
        found[entry["size"]][entry["term"], entry["label"]] += entry["rows"]
    assert sum(map(len, found.values())) == len(table)
    return found


def common_only(
    rows: dict[int, Counter[tuple[str, str | None]]], min_rows: int
) -> dict[int, Counter[tuple[str, str | None]]]:
    kept = {}
    for size, counts in rows.items():
        all_labels: Counter[str] = Counter()
        for (term, _), count in counts.items():
            all_labels[term] += count
        kept[size] = Counter({k: n for k, n in counts.items() if all_labels[k[0]] >= min_rows})
    return kept


words = st.lists(st.sampled_from(["a", "b", "c", "d'e", "é", "?"]), max_size=7).map(" ".join)
blocks_of_examples = st.lists(
    st.lists(st.tuples(words, st.integers(0, 3)), max_size=12), min_size=1, max_size=4
)


@given(blocks_of_examples, st.integers(1, 4))
def test_terms_are_counted_as_with_sets(
    executor: Executor, blocks: list[list[Example]], min_rows: int
) -> None:
    counts = counted(blocks, executor, min_rows=min_rows)
    expected = rows_by_term([example for block in blocks for example in block])

    assert counts.table.schema == TERMS_SCHEMA
    assert as_counters(counts.table) == common_only(expected, min_rows)
    for size in (1, 2):
        sums: Counter[str] = Counter()
        for (_, label), rows in expected[size].items():
            sums[label or ""] += rows
        assert counts.totals[str(size)] == dict(sums)
        assert counts.different[str(size)] == len({term for term, _ in expected[size]})


@pytest.mark.parametrize(
    "limits", [TermLimits(keys_per_pass=7), TermLimits(count_bits=2), TermLimits(key_bits=14)]
)
def test_tight_limits_change_nothing(executor: Executor, limits: TermLimits) -> None:
    rng = np.random.default_rng(3)
    blocks = [
        [(" ".join(rng.choice(list("abcd"), 5)), int(rng.integers(4))) for _ in range(60)]
        for _ in range(3)
    ]
    free = counted(blocks, executor, min_rows=3)
    tight = counted(blocks, executor, min_rows=3, limits=limits)

    assert tight == free


def test_a_term_that_takes_too_many_bits_is_a_bug_not_a_wrong_count(executor: Executor) -> None:
    with pytest.raises(OverflowError):
        counted(
            [[("a b c d e f g h i j k l m n o p q", 0)]], executor, limits=TermLimits(key_bits=8)
        )


def test_the_commonest_terms_come_first_in_each_size(executor: Executor) -> None:
    table = counted([[("b a", 0), ("a c", 1), ("a b", 0), ("b a", 3)]], executor).table

    found = [(row["term"], row["label"], row["rows"]) for row in table.to_pylist()]
    assert found == [
        *[("a", "0", 2), ("a", "1", 1), ("a", None, 1)],
        *[("b", "0", 2), ("b", None, 1)],
        ("c", "1", 1),
        *[("b a", "0", 1), ("b a", None, 1)],
        ("a b", "0", 1),
        ("a c", "1", 1),
    ]


def test_pairs_do_not_reach_into_the_next_text(executor: Executor) -> None:
    counts = counted([[("a", 0), ("", 0), ("b", 0), ("c d", 0), ("?", 0)], [("e", 0)]], executor)

    assert counts.different == {"1": 5, "2": 1}


@pytest.mark.parametrize("blocks", [[], [[]], [[("", 0), ("!", 1)]]])
def test_no_words_make_an_empty_table(executor: Executor, blocks: list[list[Example]]) -> None:
    counts = counted(blocks, executor)

    assert len(counts.table) == 0
    assert counts.table.schema == TERMS_SCHEMA
    assert counts.totals == {"1": {}, "2": {}}
    assert counts.different == {"1": 0, "2": 0}


def test_a_word_in_more_rows_than_a_count_holds_is_counted_right(executor: Executor) -> None:
    rows = (1 << LIMITS.count_bits) + 5
    counts = counted([[("word", 1)] * rows, [("word", 1)]], executor)

    assert counts.table["rows"].to_pylist() == [rows + 1]
