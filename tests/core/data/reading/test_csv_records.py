import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.reading.csv_records import Record, split_records
from core.data.reading.dialect import Dialect

PIECES = st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", " ", "'", "é", "\x0b", "\u2028"])
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def records(text: str, dialect: Dialect = Dialect()) -> list[Record]:  # noqa: B008
    return split_records(text, dialect, final=True)[0]


def lines_of(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def slowly(text: str) -> list[Record]:
    """What the rule says: a broken record loses its first line, and reading goes on behind it."""
    found: list[Record] = []
    lines = lines_of(text)
    while lines:
        rest = iter(lines)
        try:
            cells = next(csv.reader(rest, strict=True))
        except csv.Error:
            found.append(lines.pop(0))
            continue
        if cells:
            found.append(cells)
        lines = list(rest)
    return found


@given(TEXTS)
@example('"a\nb","c\n')
@example('a\n"open\nb,"x"\n"y"z\nc\n')
def test_records_are_those_of_the_rule(text: str) -> None:
    assert records(text) == slowly(text)


@given(TEXTS)
def test_where_nothing_is_broken_it_is_pythons_reader(text: str) -> None:
    try:
        expected = [cells for cells in csv.reader(lines_of(text), strict=True) if cells]
    except csv.Error:
        return
    assert records(text) == expected


@given(TEXTS, st.integers(0, 20))
def test_a_text_can_be_read_in_two_parts(text: str, at: int) -> None:
    head, tail = text[:at], text[at:]
    if head.endswith("\r") and tail.startswith("\n"):
        return  # Two line ends then, but in cells that span lines still the same characters.
    first, used = split_records(head, Dialect(), final=False)
    second, end = split_records(head[used:] + tail, Dialect(), final=True)

    assert first + second == records(text)
    assert end == len(head[used:] + tail)


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        (Dialect(";", "'"), "'a;b';c\n\"d;e\n", [["a;b", "c"], ['"d', "e"]]),
        (Dialect("\t", ""), '"a\tb"\n\'c\td\n', [['"a', 'b"'], ["'c", "d"]]),
        (Dialect(" ", '"'), '"a b" c\n', [["a b", "c"]]),
    ],
)
def test_delimiter_and_quotation_mark_can_be_chosen(
    dialect: Dialect, text: str, expected: list[Record]
) -> None:
    assert records(text, dialect) == expected


def test_a_quotation_mark_that_never_closes_costs_one_line() -> None:
    text = "a,1\n" * 3 + '"b,2\n' + "c,3\n" * 3

    assert records(text) == [["a", "1"]] * 3 + ['"b,2\n'] + [["c", "3"]] * 3


def test_an_unfinished_record_is_left_for_later_or_broken_when_it_grows_too_long() -> None:
    text = 'a,1\n"b\nc\nd\ne,2\n'

    assert split_records(text, Dialect(), final=False) == ([["a", "1"]], 4)
    assert split_records(text, Dialect(), final=False, longest=11) == ([["a", "1"]], 4)
    broken = [["a", "1"], '"b\n', ["c"], ["d"], ["e", "2"]]
    assert split_records(text, Dialect(), final=False, longest=6) == (broken, len(text))


def test_lines_that_each_open_a_quotation_take_time_in_proportion() -> None:
    # Read again from every line, these would take some 10^10 steps.
    text = 'x","b\n' * 100_000 + "\n"

    assert len(records(text)) == 100_000
