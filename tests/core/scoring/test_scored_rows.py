from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import NotFound
from core.scoring.scored_file import SCORES_SCHEMA
from core.scoring.scored_rows import Order, RowSlice, rows_from, sliced_rows

ROWS = [
    (1, "a", 0.1, "0", None),
    (2, "b", 0.95, "1", None),
    (3, "a", 0.1, "0", None),
    (4, None, None, None, "no text"),
    (5, "c", 0.55, "1", None),
    (6, "d", 0.48, "0", None),
    (7, "b", 0.95, "1", None),
]


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    path = tmp_path / "scores[1].parquet"
    columns = list(zip(*ROWS, strict=True))
    row, text, score, label, error = columns
    values = {"row": row, "text": text, "score": score, "calibrated": score}
    table = pa.Table.from_pydict({**values, "label": label, "error": error}, SCORES_SCHEMA)
    pq.write_table(table, path)
    return path


def numbers(scores: Path, chosen: RowSlice) -> list[int]:
    return sliced_rows(scores, chosen, threshold=0.5)["row"].to_pylist()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.HIGHEST, [2, 7, 5, 6, 1, 3]),
        (Order.LOWEST, [1, 3, 6, 5, 2, 7]),
        (Order.DOUBTFUL, [6, 5, 1, 3, 2, 7]),
        (Order.UNSCORED, [4]),
    ],
)
def test_rows_come_in_the_order_asked_for_and_equal_scores_in_the_files(
    scores: Path, order: Order, expected: list[int]
) -> None:
    assert numbers(scores, RowSlice(order, 10)) == expected
    assert numbers(scores, RowSlice(order, 2)) == expected[:2]


def test_a_random_sample_is_the_same_each_time_and_leaves_out_rows_without_a_score(
    scores: Path,
) -> None:
    first = numbers(scores, RowSlice(Order.RANDOM, 10))

    assert sorted(first) == [1, 2, 3, 5, 6, 7]
    assert first != sorted(first)
    assert numbers(scores, RowSlice(Order.RANDOM, 10)) == first


def test_only_rows_with_a_label_and_only_the_first_of_equal_texts(scores: Path) -> None:
    assert numbers(scores, RowSlice(Order.HIGHEST, 10, label="0")) == [6, 1, 3]
    assert numbers(scores, RowSlice(Order.HIGHEST, 10, distinct=True)) == [2, 5, 6, 1]
    assert numbers(scores, RowSlice(Order.HIGHEST, 10, label="' OR 1=1 --")) == []


def test_rows_from_a_threshold_on_are_counted(scores: Path) -> None:
    found = [rows_from(scores, threshold) for threshold in (0.0, 0.55, 0.56, 1.0)]

    # 0.55 in the file is the nearest float32, which is above it.
    assert found == [6, 3, 2, 0]


def test_scores_that_are_gone_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        rows_from(tmp_path / "gone.parquet", 0.5)
