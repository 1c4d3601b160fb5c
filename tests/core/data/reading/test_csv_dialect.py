import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading.csv_dialect import guess_dialect, has_header
from core.data.reading.csv_records import Dialect
from tests.core.data.imported import csv_bytes

ROWS = [(str(n), f"question {n}, so; or | what", str(n % 2)) for n in range(40)]


def guess(text: str) -> tuple[str, str, bool]:
    (delimiter, quote), header = guess_dialect(text, final=True)
    return delimiter, quote, header


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_the_one_that_gives_rows_of_one_width(
    delimiter: str, line_end: str
) -> None:
    rows = [("id", "text", "label"), *ROWS]
    text = csv_bytes(rows, delimiter=delimiter, lineterminator=line_end).decode()

    assert guess(text) == (delimiter, '"', True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text\nfirst\n\n   \nsecond\n", (",", '"', True)),
        ("text\nfirst, of all\nsecond\nthird, or so, at least\n", (";", '"', True)),
        ('"text, as written, in full";label\n"a, b";1\nc;0\n', (";", '"', True)),
        ("text;label\na, b;0\nc, d;1\ne, f;0\n", (";", '"', True)),
        ("text,label\na\nb\nc\n", (",", '"', True)),
        ("a,b,c\n1,2\n1,2,3\n1,2,3\n1\n", (",", '"', True)),
        ('a,b\n"x, y",1\n"z\nz",2\n', (",", '"', True)),
        ("'a','b, c'\n'd, e','f'\n'g','h'\n", (",", "'", True)),
        ("a,b\n'tis,1\n'twas,2\nit,3\n", (",", '"', True)),
        ('ham\t"Hi, he said\nspam\tWin" now\nham\t"So\nham\tyes"\nspam\tno\n', ("\t", "", False)),
        ('id\ttext\n1\t"quoted\ttab"\n2\t"open\n3\tb\n', ("\t", '"', True)),
        ("", (",", '"', True)),
        ("\n\n", (",", '"', True)),
    ],
)
def test_these_files_are_understood(text: str, expected: tuple[str, str, bool]) -> None:
    assert guess(text) == expected


@pytest.mark.parametrize(
    "rows",
    [
        [["a"]],
        [["text"], ["Hello"], ["World"]],
        [["What do you think of it all?", "Age"], ["I like it a lot", "30"], ["No", "4"]],
        [["", "0", "1"], ["0", "a text", "1"], ["1", "b", "0"]],
        [["text", "2"], ["a", "1"], ["b", "2"]],
        [["a", "b"], ["a", "c"], ["d", "e"]],
        [["name", "x"], ["1"], ["2", "3", "4"]],
    ],
)
def test_these_have_a_header(rows: list[list[str]]) -> None:
    assert has_header(list(rows))


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "a question"], ["2", "another"], ["3", "and more"]],
        [["0.5", "x"], ["1,5", "y"], ["-2e3", "z"]],
        [["ham", "a"], ["ham", "b"], ["spam", "c"], ["spam", "d"], ["ham", "e"]],
        [["What is the meaning of life?"], ["Why is the sky so blue?"], ["And who are you?"]],
    ],
)
def test_these_have_none(rows: list[list[str]]) -> None:
    assert not has_header(list(rows))


@given(st.text(st.sampled_from("ab1 ,;\t|\"'\n\ré"), max_size=60))
def test_any_text_has_a_dialect(text: str) -> None:
    (delimiter, quote), header = guess_dialect(text, final=True)

    assert delimiter in ",;\t|"
    assert quote in ('"', "'", "")
    assert header in (True, False)


@given(
    rows=st.lists(
        st.tuples(st.text("ab, '", min_size=1), st.text('cd"\n;é', max_size=9)),
        min_size=1,
        max_size=9,
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_is_quoted_throughout_is_understood(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("text", "to"), *rows])

    assert guess_dialect(file.getvalue(), final=True) == (Dialect(delimiter, '"'), True)
