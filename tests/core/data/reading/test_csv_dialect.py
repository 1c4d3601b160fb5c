import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading.csv_dialect import Guess, guess_dialect
from core.data.reading.dialect import Dialect
from tests.core.data.imported import csv_bytes

ROWS = [(str(n), f"question {n}, so; or | what", str(n % 2)) for n in range(40)]


def guess(text: str) -> tuple[str, str, bool]:
    found = guess_dialect(text, final=True)
    assert (found.dialect.is_plain, found.first_line) == (True, 1)
    return found.dialect.delimiter, found.dialect.quote, found.has_header


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


@given(st.text(st.sampled_from("ab1 ,;\t|\"'\\#\n\ré"), max_size=60))
def test_any_text_has_a_dialect(text: str) -> None:
    found = guess_dialect(text, final=True)

    assert found.dialect.delimiter in ",;\t| "
    assert found.dialect.quote in ('"', "'", "")
    assert found.dialect.escape in ("\\", "")
    assert 1 <= found.first_line <= max(len(text.splitlines()), 1)


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

    assert guess_dialect(file.getvalue(), final=True) == Guess(Dialect(delimiter, '"'))


def dialect_of(lines: list[str], line_end: str = "\n") -> tuple[Dialect, int]:
    found = guess_dialect(line_end.join([*lines, ""]), final=True)
    return found.dialect, found.first_line


def speech(delimiter: str = "\t", rows: int = 30) -> list[str]:
    return ["label\tid\ttext".replace("\t", delimiter)] + [
        f"{n % 2}{delimiter}{n}{delimiter}They met on day {n} and said nothing" for n in range(rows)
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
@pytest.mark.parametrize(("opens", "closes"), [(3, 4), (5, 9), (1, 30)])
def test_quotation_marks_that_would_merge_rows_are_letters(
    opens: int, closes: int, delimiter: str, line_end: str
) -> None:
    lines = speech(delimiter)
    lines[opens] = f'1{delimiter}7{delimiter}"I will not talk'
    lines[closes] = f'0{delimiter}9{delimiter}and that is all"'

    assert dialect_of(lines, line_end) == (Dialect(delimiter, ""), 1)


def test_a_text_in_the_first_column_can_merge_rows_too() -> None:
    lines = ["text\tlabel", *(f"what they said on day {n}\t{n % 2}" for n in range(20))]
    lines[4], lines[8] = '"open\t1', 'closed"\t0'

    assert dialect_of(lines) == (Dialect("\t", ""), 1)


@pytest.mark.parametrize(
    "cells",
    [
        ['"two\nlines"'],
        ['"Hello, world\nBye"'],
        ['"one, two\nthree, four"', '"a, b"'],
        ['"say ""no""\nor not"'],
    ],
)
def test_cells_that_need_their_quotation_marks_keep_their_lines(cells: list[str]) -> None:
    rows = [f"{cell},{n % 2}" for n, cell in enumerate([*cells, *["plain words"] * 20])]

    assert dialect_of(["text,label", *rows]) == (Dialect(",", '"'), 1)


def test_one_column_of_sayings_has_no_quoting() -> None:
    lines = ["text", '"I will not talk.', 'He said "no" to it.', 'And that is all."', *"abc"]

    assert dialect_of(lines) == (Dialect(",", ""), 1)
    assert dialect_of(["text", '"first line', 'second line"', *"abc"]) == (Dialect(",", '"'), 1)


ESCAPED = ['0,"She said \\"no\\", and left",0', "1,plain,1", '2,"\\"Yes\\"",0', "3,more,1"]


def test_backslashes_before_quotation_marks_are_escapes() -> None:
    assert dialect_of(["id,text,label", *ESCAPED]) == (Dialect(",", '"', "\\"), 1)
    single = [line.replace('"', "'") for line in ESCAPED]
    quoted = [f"'{n}','it\\'s, so','{n % 2}'" for n in range(9)]
    assert dialect_of(["'id','text','label'", *quoted]) == (Dialect(",", "'", "\\"), 1)
    assert dialect_of(["id,text,label", *single])[0].delimiter == ","


def test_a_backslash_that_ends_a_cell_is_a_letter() -> None:
    rows = [f'{n},"C:\\temp, or {n}\\",{n % 2}' for n in range(9)]

    assert dialect_of(["id,text,label", *rows]) == (Dialect(",", '"'), 1)


@pytest.mark.parametrize(
    "row", ['{n}, "a, b", {y}', '{n}, "ab", {y}', "{n}, some words, {y}", '{n} , "a" , {y}']
)
def test_spaces_behind_delimiters_are_no_part_of_cells(row: str) -> None:
    rows = [row.format(n=n, y=n % 2) for n in range(9)]

    assert dialect_of(["id, text, label", *rows]) == (Dialect(",", '"', "", True), 1)


@pytest.mark.parametrize(
    "row", ['{n}, "a\nb", {y}', '{n}, "a\nb, c\nd", {y}', '{n} ; "a\nb" ; {y}']
)
def test_spaces_stand_behind_delimiters_where_all_cells_have_several_lines(row: str) -> None:
    rows = [row.format(n=n, y=n % 2) for n in range(9)]
    sign = "," if "," in row else ";"

    for header in ("user, review, stars", "id, text, label"):
        lines = [header.replace(",", sign), *rows]
        assert dialect_of(lines) == (Dialect(sign, '"', "", True), 1)


def test_spaces_behind_delimiters_in_texts_do_not_make_these_row_names() -> None:
    rows = [f'{n}, it is so {n}, or "not", {n % 2}' for n in range(9)]

    assert not dialect_of(["id,text,label", *rows])[0].skip_space


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_first_line_can_name_the_delimiter(first: str, line_end: str) -> None:
    rows = [f"{n};a, b, {n};{n % 2}" for n in range(9)]

    assert dialect_of([first, "id;text;label", *rows], line_end) == (Dialect(";"), 2)
    assert dialect_of([first, "Titel", "", "id;text;label", *rows], line_end) == (Dialect(";"), 4)


@pytest.mark.parametrize(
    "above",
    [
        ["Export of a survey"],
        ['Export of "Feedback"', "Created 2024-05-01 09:12", ""],
        ["# made by me, on Monday", "# id, text, label"],
        ["", "", "Report;;"],
        ["Report,,", "Created,2024,", ",,"],
        ['"Report", as of today'],
        ["key,value", "created,2024", ""],
        ['"never closed'],
    ],
)
def test_a_table_is_found_below_other_lines(above: list[str]) -> None:
    rows = [f'{n},"some words, {n}",{n % 2}' for n in range(9)]

    assert dialect_of([*above, "id,text,label", *rows]) == (Dialect(","), len(above) + 1)


@pytest.mark.parametrize(
    "lines",
    [
        ["text", *(f"first, then {n}" for n in range(9))],
        ["text,label", *(f"Hello, world {n},{n % 2}" for n in range(9))],
        [",text,label", *(f"{n},words,{n % 2}" for n in range(9))],
        [",Satz,Art", *(f"{n},words,{n % 2}" for n in range(9))],
        ["Satz,Art", *(f"words {n},{('comment', 'title')[n % 2]}" for n in range(9))],
        ["review", *(f"Good, {n}" for n in range(3)), "Bad", "Awful", "No, no"],
        ["id,text,label,note", *(f"{n},words,{n % 2}," for n in range(9))],
        ['"text","label"', *(f'"{n}","words","{n % 2}"' for n in range(9))],
        ["text,label", *(f"words,{n % 2}," for n in range(9))],
    ],
)
def test_a_header_stays_the_first_line(lines: list[str]) -> None:
    assert dialect_of(lines)[1] == 1


def test_what_r_writes_is_separated_by_spaces() -> None:
    rows = [f'"{n}" "some words, and {n}" {n % 2}' for n in range(1, 9)]

    assert dialect_of(['"text" "label"', *rows]) == (Dialect(" "), 1)


def test_backslashes_before_delimiters_are_escapes() -> None:
    rows = [f"{n},Hello\\, world {n},{n % 2}" for n in range(9)]

    assert dialect_of(["id,text,label", *rows]) == (Dialect(",", '"', "\\"), 1)


def test_single_quotes_around_texts_alone_are_found() -> None:
    rows = [f"{n},'it\\'s {n}, so',{n % 2}" for n in range(9)]

    assert dialect_of(["id,text,label", *rows]) == (Dialect(",", "'", "\\"), 1)


@pytest.mark.parametrize(
    "texts",
    [
        [' "quoted" from the start', "and, so on"],
        ['"quoted", and more', ' "twice" , so'],
        [" all texts", " begin so, too"],
    ],
)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_spaces_within_cells_stay(texts: list[str], quoting: int) -> None:
    rows = [(str(n % 2), texts[n % len(texts)]) for n in range(40)]
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting).writerows([("label", "text"), *rows])

    assert guess_dialect(file.getvalue(), final=True) == Guess(Dialect())
