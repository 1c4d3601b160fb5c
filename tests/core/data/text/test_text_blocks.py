from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.data.text.near_rows import NearKeys
from core.data.text.text_blocks import BlockLimits, TextSource, in_order
from core.data.text.words import split_words
from tests.core.data.profiled import write_texts


def test_labels_are_numbered_over_all_row_groups_and_the_last_is_none(tmp_path: Path) -> None:
    labels = [None, None, "b", None, "a", "b", "c", None]
    paths = write_texts(tmp_path, ["text"] * 8, labels, rows_per_group=2)

    source = TextSource(paths.texts)

    assert [source.labels[code] for code in source.class_ids] == labels
    assert source.labels[-1] is None
    assert len(set(source.labels)) == len(source.labels) == 4
    assert (source.rows, source.groups, source.chars) == (8, 4, 32)


@pytest.mark.parametrize("text", ["我们今天又见面了却什么也没有决定", "They met again today"])
def test_as_many_words_are_expected_as_come(tmp_path: Path, text: str) -> None:
    texts = [f"{text} {row}" for row in range(200)]
    source = TextSource(write_texts(tmp_path, texts).texts)

    words = sum(map(len, split_words(pa.array(texts)).to_pylist()))
    assert words // 2 < source.words < 2 * words


def test_blocks_follow_one_another_and_are_cut_by_rows_and_bytes(tmp_path: Path) -> None:
    texts = ["a", "b", "c", "d", "e" * 30, "f" * 9, "g", "hh", "", ""]
    paths = write_texts(tmp_path, texts, rows_per_group=9)
    source = TextSource(paths.texts, BlockLimits(rows=3, bytes=10))

    with NearKeys(tmp_path, 0) as near:
        read = source.read_blocks(near)
        blocks = [block for group in range(source.groups) for block in read(group)]

    starts = [block.start for block in blocks]
    assert starts == [0, 3, 4, 5, 7, 9]
    assert np.diff([*starts, 10]).tolist() == [len(block.same_keys) for block in blocks]


def test_first_characters_are_those_of_the_asked_rows_in_their_order(tmp_path: Path) -> None:
    paths = write_texts(tmp_path, [f"{row} text" for row in range(30)], rows_per_group=7)

    found = TextSource(paths.texts).first_chars(np.array([29, 0, 7, 6]), 3)

    assert found == ["29 ", "0 t", "7 t", "6 t"]


def test_results_come_in_order_and_no_more_than_some_are_worked_out_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(3) as executor:
        results = in_order(executor, lambda number: number * 10, items(), ahead=2)
        for number, result in enumerate(results):
            assert result == number * 10
            assert len(taken) <= number + 3


def test_a_failure_is_raised_in_its_place() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("broken")
        return number

    done = []
    with ThreadPoolExecutor(2) as executor, pytest.raises(ValueError, match="broken"):
        for number in in_order(executor, work, range(9), ahead=5):
            done.append(number)

    assert done == [0, 1, 2]
