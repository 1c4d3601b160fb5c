from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.data.importing.cleaning import Cleaning
from core.data.importing.import_report import (
    LONG_TEXT_CHARS,
    ImportReport,
    OnProblem,
    Problem,
    RowProblem,
)
from core.data.importing.label_rules import Merging
from core.data.reading.batches import Positions, RowBatch, TextColumn
from core.errors import BadInput
from tests.messages import assert_one_sentence

ALL = Positions(texts=(0,), label=1, id=2)
Cells = list[str | None]


@pytest.fixture
def report(tmp_path: Path) -> Iterator[ImportReport]:
    with ImportReport(tmp_path / "problems.csv") as report:
        yield report


def strings(cells: Cells) -> TextColumn:
    return TextColumn(pa.array(cells, pa.string()))


def batch(*columns: Cells, first: int = 2, **more: object) -> RowBatch:
    """Rows of a file, from the row `first` on."""
    numbers = np.arange(first, first + len(columns[0]))
    return RowBatch(numbers, {place: strings(cells) for place, cells in enumerate(columns)}, **more)


def problems(report: ImportReport, path: Path) -> list[str]:
    report.close()
    return (path / "problems.csv").read_text("utf-8").splitlines()[1:]


def test_rows_without_faults_stay_as_they_are(report: ImportReport) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)

    rows = cleaning.clean(batch(["one", "two  words"], ["0", "1"], ["a", "b"]))

    assert rows.ids.to_pylist() == ["a", "b"]
    assert rows.texts.to_pylist() == ["one", "two  words"]
    assert rows.labels.to_pylist() == ["0", "1"]
    assert rows.words.to_pylist() == [1, 2]
    assert (cleaning.rows, report.skipped, cleaning.sentences()) == (2, 0, [])


def test_rows_without_words_are_left_out_and_named_by_their_number(
    report: ImportReport, tmp_path: Path
) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)

    rows = cleaning.clean(
        batch(["a", "", None, " \n ", "b"], ["0", "1", "0", "1", "1"], list("vwxyz"))
    )

    assert rows.texts.to_pylist() == ["a", "b"]
    assert rows.ids.to_pylist() == ["v", "z"]
    assert rows.labels.to_pylist() == ["0", "1"]
    assert report.numbers(np.array([0, 1])).tolist() == [2, 6]
    assert problems(report, tmp_path) == ["empty,3,", "empty,4,", "empty,5,"]
    assert (cleaning.rows, report.skipped) == (5, 3)


def test_labels_lose_their_margins_and_missing_ones_are_counted_as_they_are_spelled(
    report: ImportReport,
) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)
    labels: Cells = [" 1 ", "NaN", "", None, "none", "?", "NaN"]

    rows = cleaning.clean(batch(["text"] * 7, labels, list("abcdefg")))

    assert rows.labels.to_pylist() == ["1", None, None, None, "none", None, None]
    assert cleaning.sentences() == [
        "5 rows without a label kept as unlabelled (2 with 'NaN', 1 with '?')"
    ]


def test_labels_of_rows_that_are_left_out_count_for_nothing(report: ImportReport) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)

    cleaning.clean(batch(["", "text"], [None, "1"], ["a", "b"]))

    assert [said for said in cleaning.sentences() if "unlabelled" in said] == []


def test_without_a_column_of_labels_every_row_is_unlabelled_and_nothing_is_said(
    report: ImportReport,
) -> None:
    cleaning = Cleaning(Positions(texts=(0,)), report, first_row=2)

    rows = cleaning.clean(batch(["a", "b"]))

    assert rows.labels.to_pylist() == [None, None]
    assert rows.labels.type == pa.string()
    assert cleaning.sentences() == []


@pytest.mark.parametrize("first_row", [1, 2])
def test_without_a_column_of_ids_rows_are_counted_from_the_first_one(
    report: ImportReport, first_row: int
) -> None:
    cleaning = Cleaning(Positions(texts=(0,)), report, first_row=first_row)

    assert cleaning.clean(batch(["a", "", "b"], first=first_row)).ids.to_pylist() == ["0", "2"]
    assert cleaning.clean(batch(["c"], first=first_row + 3)).ids.to_pylist() == ["3"]


def test_blank_ids_become_the_number_of_rows_above(report: ImportReport) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)
    ids: Cells = ["x", "", None, " \t", "\u00a0\u2003", " y", "\u00e9"]

    rows = cleaning.clean(batch(["text"] * 7, ["1"] * 7, ids))

    assert rows.ids.to_pylist() == ["x", "1", "2", "3", "4", " y", "\u00e9"]


def test_rows_whose_bytes_do_not_fit_the_encoding_are_left_out_with_an_excerpt(
    report: ImportReport, tmp_path: Path
) -> None:
    cleaning = Cleaning(Positions(texts=(0,), label=1), report, first_row=2)
    texts = pa.array([b"good", b"caf\xe9 au lait", b"fine"], pa.binary()).view(pa.string())
    columns = {
        0: TextColumn(texts, marked=np.array([False, True, False])),
        1: strings(["0", "1", "1"]),
    }

    rows = cleaning.clean(RowBatch(np.array([2, 3, 4]), columns))

    assert rows.texts.to_pylist() == ["good", "fine"]
    assert rows.labels.to_pylist() == ["0", "1"]
    assert rows.ids.to_pylist() == ["0", "2"]
    assert problems(report, tmp_path) == ["bytes,3,caf\ufffd au lait"]


def test_a_mark_in_any_column_leaves_the_row_out(report: ImportReport) -> None:
    cleaning = Cleaning(Positions(texts=(0,), label=1), report, first_row=2)
    labels = TextColumn(pa.array(["0", "1"]), marked=np.array([True, False]))

    rows = cleaning.clean(RowBatch(np.array([2, 3]), {0: strings(["a", "b"]), 1: labels}))

    assert rows.texts.to_pylist() == ["b"]


def test_long_texts_are_kept_and_noted_by_characters_not_bytes(
    report: ImportReport, tmp_path: Path
) -> None:
    cleaning = Cleaning(Positions(texts=(0,)), report, first_row=2)
    texts: Cells = ["x" * LONG_TEXT_CHARS, "\u00e9" * LONG_TEXT_CHARS, "x" * (LONG_TEXT_CHARS + 1)]

    rows = cleaning.clean(batch(texts))

    assert rows.texts.to_pylist() == texts
    assert problems(report, tmp_path) == ['long,4,"20,001 characters"']
    assert report.skipped == 0


def test_problems_of_a_batch_stand_in_the_order_of_the_file(
    report: ImportReport, tmp_path: Path
) -> None:
    cleaning = Cleaning(Positions(texts=(0,)), report, first_row=2)
    broken = [RowProblem(3, Problem.QUOTING, "never ends")]
    some = RowBatch(np.array([2, 4]), {0: strings(["", "x" * 30_000])}, broken)

    cleaning.clean(some)

    assert [line.split(",")[:2] for line in problems(report, tmp_path)] == [
        ["empty", "2"], ["quoting", "3"], ["long", "4"],
    ]  # fmt: skip
    assert (cleaning.rows, report.skipped) == (3, 2)


def test_an_import_that_is_to_stop_does_so_at_the_first_row_to_leave_out(tmp_path: Path) -> None:
    with ImportReport(tmp_path / "problems.csv", on_problem=OnProblem.STOP) as report:
        cleaning = Cleaning(Positions(texts=(0,)), report, first_row=2)
        with pytest.raises(BadInput, match="no text in row 3") as caught:
            cleaning.clean(batch(["a", "", ""]))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("inside", "outside", "said"),
    [(1, 0, "1 NUL character replaced by spaces"), (3, 1_000, "1,003 NUL characters replaced by")],
)
def test_nul_characters_are_counted_over_all_columns(
    report: ImportReport, inside: int, outside: int, said: str
) -> None:
    cleaning = Cleaning(Positions(texts=(0,)), report, first_row=2)
    column = TextColumn(pa.array(["a  b"]), nul_count=inside)

    cleaning.clean(RowBatch(np.array([2]), {0: column}, nul_count=outside))

    (sentence,) = cleaning.sentences()
    assert sentence.startswith(said)


def test_a_batch_of_no_rows_gives_none(report: ImportReport) -> None:
    cleaning = Cleaning(ALL, report, first_row=2)

    rows = cleaning.clean(batch([], [], []))

    assert [len(column) for column in rows] == [0, 0, 0, 0, 0, 0]
    assert cleaning.rows == 0


def test_a_missing_label_is_said_whether_the_cell_is_empty_or_null(report: ImportReport) -> None:
    cleaning = Cleaning(Positions(texts=(0,), label=1), report, first_row=2)

    rows = cleaning.clean(batch(["a", "b", "c", "d"], ["x", None, "", "NA"]))

    assert rows.labels.to_pylist() == ["x", None, None, None]
    assert cleaning.sentences() == ["3 rows without a label kept as unlabelled (1 with 'NA')"]


def test_lists_of_labels_become_labels_or_are_reported(
    report: ImportReport, tmp_path: Path
) -> None:
    cleaning = Cleaning(Positions(texts=(0,), label=1), report, first_row=2)

    rows = cleaning.clean(batch(["a", "b", "c"], ['["x"]', "[]", '["x", "y"]']))

    assert rows.labels.to_pylist() == ["x", None, None]
    assert problems(report, tmp_path) == ['label_list,4,"[""x"", ""y""]"']
    assert cleaning.sentences() == [
        "1 row with several labels, or none for the whole text, kept as unlabelled",
        "1 row without a label kept as unlabelled (1 with '[]')",
    ]


def test_spellings_of_one_class_are_merged_where_that_is_wanted(report: ImportReport) -> None:
    cleaning = Cleaning(
        Positions(texts=(0,), label=1), report, first_row=2, merging=Merging(["spam"])
    )

    rows = cleaning.clean(batch(["a", "b", "c"], ["Spam", "spam", "ham"]))

    assert rows.labels.to_pylist() == ["spam", "spam", "ham"]
    assert cleaning.sentences() == ["1 row with 'Spam' counted as 'spam'"]
