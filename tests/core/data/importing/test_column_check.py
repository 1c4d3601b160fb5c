from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.data.importing.column_check import (
    class_counts,
    class_spellings,
    column_cells,
    doubts,
    missing_spellings,
    value_counts,
)
from core.data.importing.label_rules import DEFAULT_RULES, LabelRules
from core.data.importing.preview import Columns
from tests.core.data.importing.previews import preview_of_rows

HEADER = ("id", "text", "label")
ROWS = tuple((str(n), f"a text, number {n}", str(n % 2)) for n in range(20))


def test_a_sensible_choice_raises_no_doubt() -> None:
    assert doubts(preview_of_rows(HEADER, ROWS), Columns("text", "label", "id")) == []


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
        (Columns("text", None, "label"), "18 repeats in all 20 rows"),
    ],
)
def test_an_odd_choice_is_said(columns: Columns, said: str) -> None:
    assert said in " ".join(doubts(preview_of_rows(HEADER, ROWS), columns))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", " "], "is empty in all 2 rows"),
        (["a", "", "bb"], "shorter than 3 characters on average"),
        (["1", "-2.5", "1e3", ""], "only numbers"),
        (["na\ufffdve", "plain"], "1 row of t among all 2 rows with the sign \ufffd"),
    ],
)
def test_an_odd_text_column_is_said(cells: list[str], said: str) -> None:
    found = doubts(preview_of_rows(("t",), [(cell,) for cell in cells]), Columns("t"))
    assert len(found) == 1
    assert said in found[0]


def test_few_rows_with_a_label_each_are_nothing_odd() -> None:
    assert doubts(preview_of_rows(HEADER, ROWS[:2]), Columns("text", "label", "id")) == []


def test_an_empty_label_column_is_said() -> None:
    rows = [("some text", "")] * 3
    assert "is empty" in doubts(preview_of_rows(("t", "l"), rows), Columns("t", "l"))[0]


def test_a_file_without_rows_is_said() -> None:
    assert doubts(preview_of_rows(HEADER, ()), Columns("text", "label", "id")) == [
        "There are no rows below the column names."
    ]


def label_doubts(
    labels: Sequence[str], *, whole: bool = True, rules: LabelRules = DEFAULT_RULES
) -> str:
    rows = [(f"some text, {number}", label) for number, label in enumerate(labels)]
    preview = preview_of_rows(("text", "label"), rows, whole=whole)
    return " ".join(doubts(preview, Columns("text", "label"), rules))


def test_a_label_column_with_one_value_is_said() -> None:
    assert label_doubts(["ham"] * 30, whole=False) == (
        "The label column label has one value, 'ham', in 30 rows from all over the file."
    )


def test_a_column_with_one_value_may_hold_labels_where_not_all_rows_were_seen() -> None:
    rows = [(f"some text, {number}", "x") for number in range(30)]

    for whole in (False, True):
        found = doubts(preview_of_rows(("text", "b"), rows, whole=whole), Columns("text"))
        assert [f"The column b has one value, {'x'!r}" in said for said in found] == (
            [] if whole else [True]
        )


def test_lists_of_several_labels_are_said() -> None:
    labels = ['["a"]', '["b"]', '["a", "b"]', '[[0, 3, "PER"]]'] * 5

    said = label_doubts(labels)
    assert "5 rows among all 20 rows have several labels in label, and no class therefore." in said
    assert "5 rows among all 20 rows have no label of the whole text" in said


def test_columns_that_mark_parts_of_the_texts_are_said() -> None:
    rows = [(f"some words, {n}", '[{"start": 0, "end": 4, "label": "X"}]') for n in range(12)]

    assert doubts(preview_of_rows(("text", "entities"), rows), Columns("text")) == [
        "The column entities holds labels of parts of the texts, which are no classes."
    ]


def test_labels_that_count_as_none_are_said_unless_they_are_a_class() -> None:
    labels = ["NA", "EU", "US", "NA"] * 5

    assert label_doubts(labels) == (
        "In label, 'NA' (10) counts as no label; say so if it is a class."
    )
    assert label_doubts(labels, rules=LabelRules(classes=("NA",))) == ""
    preview = preview_of_rows(("text", "label"), [("a", "NA"), ("b", ""), ("c", "EU")])
    assert missing_spellings(preview, "label") == ["NA"]
    assert class_counts(preview, "label", DEFAULT_RULES) == [("", 2), ("EU", 1)]


def test_spellings_of_one_class_are_said_unless_they_are_merged() -> None:
    labels = ["Spam", "spam", "spam", "SPAM", "ham"] * 5

    assert "spellings of one class, which can be merged: 'spam', 'Spam', 'SPAM'." in (
        label_doubts(labels)
    )
    assert label_doubts(labels, rules=LabelRules(merge_spellings=True)) == ""
    rows = [("a", label) for label in labels]
    preview = preview_of_rows(("text", "label"), rows)
    assert class_spellings(preview, "label", DEFAULT_RULES) == [["spam", "Spam", "SPAM"]]


def test_classes_of_a_single_row_are_said_where_all_rows_were_seen() -> None:
    labels = [*["a", "b"] * 5, "c", "d"]

    assert "'c', 'd' have a single row each" in label_doubts(labels)
    assert "single row" not in label_doubts(labels, whole=False)


def test_texts_with_different_labels_are_said() -> None:
    rows = [(f"text {n // 2}", "ab"[n % 2]) for n in range(12)]

    found = doubts(preview_of_rows(("text", "label"), rows), Columns("text", "label"))
    assert "6 texts occur with different labels in all 12 rows." in found


def test_texts_that_are_lists_are_said() -> None:
    found = doubts(preview_of_rows(("text",), [('["a", "b"]',)] * 3), Columns("text"))
    assert found == ["The text column text holds lists or objects, not plain text."]


def test_sheets_that_are_not_read_are_said() -> None:
    rows = [("some words", "a"), ("some more", "b")]
    found = doubts(preview_of_rows(("t", "l"), rows, sheets=("x", "y")), Columns("t", "l"))
    assert found == ["Only the sheet 'x' is read, not 'y'."]


def test_texts_that_may_mean_that_there_is_none_are_said() -> None:
    rows = [*ROWS, ("x", "nan", "0"), ("y", "None", "1"), ("z", "nan", "1")]
    said = doubts(preview_of_rows(HEADER, rows), Columns("text", "label", "id"))

    assert any("In text, 'nan' (2), 'None' (1) is read as a text" in doubt for doubt in said)


def test_classes_that_are_several_labels_in_one_cell_are_said() -> None:
    said = label_doubts([*["ham", "spam"] * 9, "ham#spam", "ham|spam", "and/or", "a#b"])

    assert "'ham#spam', 'ham|spam' look like several labels in one cell" in said
    assert label_doubts(["and/or", "x#y"] * 9) == ""


def test_columns_with_the_same_classes_as_the_label_are_said() -> None:
    header = ("text", "toxic", "threat", "insult", "odd")
    rows = [(f"a text, number {n}", str(n % 2), str(n % 3 % 2), "0", str(n % 3)) for n in range(20)]
    said = doubts(preview_of_rows(header, rows), Columns("text", "toxic"))

    assert said == [
        "'threat' has the same classes as the label column toxic: a row has one label here, and"
        " only that column is read."
    ]


def test_texts_of_another_encoding_than_the_rest_are_said() -> None:
    garbled = "a café, number".encode().decode("cp1252")
    rows = [(str(n), f"{garbled if n < 3 else 'é ü ß'} {n}", str(n % 2)) for n in range(20)]
    preview = preview_of_rows(HEADER, rows)
    read_as = replace(preview, format=replace(preview.format, encoding="cp1252"))
    columns = Columns("text", "label", "id")

    assert doubts(preview, columns) == []
    assert doubts(read_as, columns)[0].startswith("3 rows of text among all 20 rows would be UTF-8")
