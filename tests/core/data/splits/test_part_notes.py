import numpy as np
import pytest

from core.data.labelled import Labelled
from core.data.splits.part_notes import class_notes, listed, rows_said, size_notes
from core.data.splits.split import SplitPlan


def rows(count: int) -> np.ndarray:
    return np.arange(count)


def test_sizes_as_asked_are_not_spoken_of() -> None:
    parts = {"train": rows(80), "validation": rows(10), "test": rows(10)}

    assert size_notes("So", SplitPlan(), parts, 100) == []


def test_sizes_that_differ_are_said_in_one_sentence() -> None:
    parts = {"train": rows(82), "validation": rows(8), "test": rows(9)}

    assert size_notes("So", SplitPlan(), parts, 100) == [
        "So, so there are 82 instead of 80 in train, 8 instead of 9 in validation and 9 instead of"
        " 10 in test."
    ]


def test_classes_that_nobody_has_are_not_missed() -> None:
    labelled = Labelled(rows(4), np.array([0, 2, 0, 2]), ("a", "b", "c"))

    assert class_notes({"train": rows(2), "test": np.array([2])}, labelled) == [
        "The test part has no row of 'c'."
    ]
    assert class_notes({"train": rows(4), "test": rows(0)}, labelled) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a", "b"], "'a', 'b'"),
        ([str(number) for number in range(1_007)], "'0', '1', '2', '3', '4' and 1,002 more"),
        (["x" * 50], f"'{'x' * 40}…'"),
    ],
)
def test_names_are_listed_as_far_as_there_is_room(names: list[str], said: str) -> None:
    assert listed(names) == said


def test_one_row_is_no_rows() -> None:
    assert [rows_said(count) for count in (1, 2, 1_000)] == ["1 row", "2 rows", "1,000 rows"]
