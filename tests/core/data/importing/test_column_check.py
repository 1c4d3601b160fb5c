import pytest

from core.data.importing.column_check import column_cells, doubts, value_counts
from core.data.importing.preview import Columns

HEADER = ("id", "text", "label")
ROWS = tuple((str(n), f"a text, number {n}", str(n % 2)) for n in range(20))


def test_a_sensible_choice_raises_no_doubt() -> None:
    assert doubts(HEADER, ROWS, Columns("text", "label", "id")) == []


def test_cells_are_trimmed_and_short_rows_left_out() -> None:
    assert column_cells(("a", "b"), [("1", " x "), ("2",), ("3", "")], "b") == ["x", ""]


def test_values_are_counted_commonest_first() -> None:
    assert value_counts(["b", "a", "b", ""]) == [("b", 2), ("a", 1), ("", 1)]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (Columns("id"), "only numbers"),
        (Columns("text", "text"), "chosen twice"),
        (Columns("text", "id"), "another value in each row"),
        (Columns("text", None, "label"), "18 repeats in the first 20 rows"),
    ],
)
def test_an_odd_choice_is_said(columns: Columns, said: str) -> None:
    assert said in " ".join(doubts(HEADER, ROWS, columns))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", " "], "is empty in the first 2 rows"),
        (["a", "", "bb"], "shorter than 3 characters on average"),
        (["1", "-2.5", "1e3", ""], "only numbers"),
        (["na\ufffdve", "plain"], "1 of the first 2 rows of t hold the sign \ufffd"),
    ],
)
def test_an_odd_text_column_is_said(cells: list[str], said: str) -> None:
    found = doubts(("t",), [(cell,) for cell in cells], Columns("t"))
    assert len(found) == 1
    assert said in found[0]


def test_few_rows_with_a_label_each_are_nothing_odd() -> None:
    assert doubts(HEADER, ROWS[:2], Columns("text", "label", "id")) == []


def test_an_empty_label_column_is_said() -> None:
    rows = [("some text", "")] * 3
    assert "is empty" in doubts(("t", "l"), rows, Columns("t", "l"))[0]


def test_a_file_without_rows_is_said() -> None:
    assert doubts(HEADER, (), Columns("text", "label", "id")) == [
        "There are no rows below the column names."
    ]
