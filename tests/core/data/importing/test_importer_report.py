"""What an import says of the rows it left out, kept or found odd."""

from pathlib import Path

import pytest

from core.data.dataset import list_datasets
from core.data.importing.import_report import OnProblem
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from core.workspace import Workspace
from tests.core.data.imported import (
    csv_bytes,
    imported,
    nothing_half_written,
    problems_of,
    report_is_truthful,
    rows_of,
)
from tests.messages import assert_one_sentence

HEADER = ("id", "text", "label")


def test_each_row_left_out_stands_in_the_report(workspace: Workspace, file: Path) -> None:
    content = 'text,label\na,1\nb\nc,0,9\n ,0\n\n,\nd,0\n"x"y,1\ne,\n"f\n,1\ng,0\n'
    file.write_text(content)
    format = FileFormat(FileKind.CSV, "utf-8")
    result = import_file(workspace, file, format=format)

    assert report_is_truthful(workspace, result)
    assert [row[:2] for row in rows_of(workspace, result.dataset)] == [
        ("0", "a"),
        ("5", "d"),
        ("7", "e"),
        ("10", "g"),
    ]
    assert problems_of(workspace, result.dataset) == [
        ("fields", 3, "1 field: b"),
        ("fields", 4, "3 fields: c | 0 | 9"),
        ("empty", 5, ""),
        ("empty", 6, ""),
        ("quoting", 8, '"x"y,1'),
        ("quoting", 10, '"f'),
        ("empty", 11, ""),
    ]
    assert (result.rows_in_file, result.skipped) == (11, 7)
    assert result.problems == {"quoting": 2, "fields": 2, "empty": 3}
    assert result.dataset.notes == (
        "2 rows with the wrong number of fields left out (the first is row 3)",
        "3 rows with no text left out (the first is row 5)",
        "2 rows with broken quoting left out (the first is row 8)",
        "1 row without a label kept as unlabelled",
    )


def test_row_numbers_hold_far_into_a_file(workspace: Workspace, file: Path) -> None:
    lines = ["text,label", *(f"question {n},{n % 2}" for n in range(5_000))]
    lines[4_321] = "no label here"
    dataset = imported(workspace, file, "\n".join(lines), chunk_bytes=3_000)

    assert dataset.rows == 4_999
    assert problems_of(workspace, dataset) == [("fields", 4_322, "1 field: no label here")]


def test_bytes_that_do_not_fit_matter_in_the_chosen_columns_only(
    workspace: Workspace, file: Path
) -> None:
    lines = [
        "a,ü,0".encode(),
        b"b,caf\xe9,0",
        b"c\xff,x,1",
        b"d,x,\xff1",
        b"e,\xff\xfe,1",
        b'"f\xc3",x,1',
    ]
    file.write_bytes(b"text,other,label\n" + b"\n".join(lines))
    chosen = Columns("text", "label")
    result = import_file(workspace, file, chosen, format=FileFormat(FileKind.CSV, "utf-8"))

    assert report_is_truthful(workspace, result)
    assert [row[1] for row in rows_of(workspace, result.dataset)] == ["a", "b", "e"]
    assert problems_of(workspace, result.dataset) == [
        ("bytes", 4, "c\N{REPLACEMENT CHARACTER}"),
        ("bytes", 5, "d"),
        ("bytes", 7, "f\N{REPLACEMENT CHARACTER}"),
    ]


def test_conflicting_labels_are_reported_when_all_rows_are_known(
    workspace: Workspace, file: Path
) -> None:
    rows = [
        ("So what?", "0"),
        ("", "0"),
        ("Something else", "1"),
        ("so WHAT", "1"),
        ("  so what!", "0"),
        ("twice", "1"),
        ("Twice", "1"),
    ]
    file.write_bytes(csv_bytes([("text", "label"), *rows]))
    result = import_file(workspace, file)

    assert report_is_truthful(workspace, result)
    assert result.problems == {"empty": 1, "conflict": 3}
    assert problems_of(workspace, result.dataset)[1:] == [
        ("conflict", 2, "0: So what?"),
        ("conflict", 5, "1: so WHAT"),
        ("conflict", 6, "0: so what!"),
    ]
    again = import_file(workspace, file)
    assert (again.dataset, again.is_new) == (result.dataset, False)
    assert again.problems == result.problems


def test_the_figures_of_a_second_import_are_its_own(workspace: Workspace, file: Path) -> None:
    first = imported(workspace, file, "text,label\na,0\nb,1\n")
    file.write_text("text,label\na,0\nb,1\nno label\n,1\n")
    again = import_file(workspace, file)

    assert (again.dataset, again.is_new) == (first, False)
    assert (again.rows_in_file, again.skipped) == (4, 2)
    assert again.problems == {"fields": 1, "empty": 1}
    assert first.problems == {}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("b", "the wrong number of fields in row 3 (1 field: b)"),
        (" ,1", "no text in row 3"),
        ('"b"c,1', 'broken quoting in row 3 ("b"c,1)'),
    ],
)
def test_an_import_may_stop_at_the_first_bad_row(
    workspace: Workspace, file: Path, bad: str, said: str
) -> None:
    file.write_text(f"text,label\na,0\n{bad}\nc,0\n,\n")
    with pytest.raises(BadInput) as caught:
        import_file(workspace, file, format=FileFormat(FileKind.CSV), on_problem=OnProblem.STOP)

    assert_one_sentence(caught.value)
    assert caught.value.found == said
    assert list_datasets(workspace) == []
    assert nothing_half_written(workspace)


def test_an_import_does_not_stop_at_rows_that_are_kept(workspace: Workspace, file: Path) -> None:
    content = f"id,text,label\n1,a,0\n1,{'long ' * 5_000},1\n1,A,1\n"
    dataset = imported(workspace, file, content, on_problem=OnProblem.STOP)

    assert dataset.problems == {"long": 1, "conflict": 2, "repeated_id": 2}


def test_a_text_of_100_000_characters_is_kept_whole_with_a_note(
    workspace: Workspace, file: Path
) -> None:
    for length in (100_000, 3_500_000, 9_000_000):
        dataset = imported(workspace, file, f"text,label\n{'word ' * (length // 5)},1\nb,0\n")
        assert len(rows_of(workspace, dataset)[0][1]) == length
        assert problems_of(workspace, dataset) == [("long", 2, f"{length:,} characters")]
        assert dataset.notes[0] == (
            "1 row with more than 20,000 characters kept whole; a model reads only their beginning"
        )


def test_long_means_characters_not_bytes(workspace: Workspace, file: Path) -> None:
    dataset = imported(workspace, file, f"text,label\n{'é' * 20_000},1\n{'é' * 20_001},0\n")

    assert problems_of(workspace, dataset) == [("long", 3, "20,001 characters")]
