import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.importing.import_report import ImportReport, OnProblem, Problem, RowProblem, excerpt
from core.errors import BadInput
from tests.messages import assert_one_sentence

FOUND = [
    RowProblem(3, Problem.FIELDS, "1 field: a"),
    RowProblem(4, Problem.LONG, "20,001 characters"),
    RowProblem(9, Problem.FIELDS, 'so "called", 2'),
]


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_problems_are_counted_and_written_as_they_come(tmp_path: Path) -> None:
    with ImportReport(tmp_path / "problems.csv") as report:
        report.add(FOUND[:1])
        report.add(FOUND[1:])

    assert report.problems == {"fields": 2, "long": 1}
    assert report.skipped == 2
    assert lines(tmp_path / "problems.csv") == [
        ["problem", "row", "detail"],
        ["fields", "3", "1 field: a"],
        ["long", "4", "20,001 characters"],
        ["fields", "9", 'so "called", 2'],
    ]
    assert report.sentences() == [
        "2 rows with the wrong number of fields left out (the first is row 3)",
        "1 row with more than 20,000 characters kept whole; a model reads only their beginning",
    ]


def test_it_may_stop_at_a_row_that_is_to_be_left_out(tmp_path: Path) -> None:
    with ImportReport(tmp_path / "problems.csv", on_problem=OnProblem.STOP) as report:
        report.add(FOUND[1:2])
        with pytest.raises(BadInput, match=r"fields in row 1,003 \(1 field: a\)") as caught:
            report.add([FOUND[0]._replace(row=1_003)])
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_words_for_people(problem: Problem) -> None:
    assert problem.label
    assert problem.skips == (
        problem.value in ("quoting", "fields", "bytes", "json", "header", "empty")
    )


@given(st.text(max_size=300))
def test_an_excerpt_is_short_and_on_one_line(text: str) -> None:
    found = excerpt(text)

    assert len(found) <= 80
    assert len(found.splitlines()) <= 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in found)
    assert found == found.strip()


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert excerpt("So, what?") == "So, what?"
    assert excerpt(" a\tb\r\n\0c\u2028d ") == "a b c d"
    assert excerpt("x" * 80) == "x" * 80
    assert excerpt("x" * 81) == "x" * 79 + "…"
    assert excerpt("x" * 10_000_000) == "x" * 79 + "…"


@given(st.lists(st.lists(st.integers(1, 4), max_size=6), max_size=6))
def test_each_row_of_the_data_set_knows_its_place_in_the_file(steps: list[list[int]]) -> None:
    numbers, at = [], 1
    for batch in steps:
        numbers.append([at := at + step for step in batch])
    flat = [number for batch in numbers for number in batch]
    report = ImportReport(Path("/dev/null"))
    report.rows_in_file = at
    with report:
        for batch in numbers:
            report.kept(np.array(batch, np.int64))

    if flat:
        assert report.numbers(np.arange(len(flat))).tolist() == flat
