from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.data.importing.preview import Columns, check_columns, preview_table
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.tables import open_table
from core.data.text_recipe import TextRecipe
from core.scoring.input_rows import FileRows, Reason, count_rows, file_rows
from tests.core.data.workbooks import xlsx_bytes

CSV = FileFormat(FileKind.CSV, "utf-8")
JSONL = FileFormat(FileKind.JSONL, "utf-8")


def parts(
    folder: Path, content: bytes, format: FileFormat | None = CSV, text: str = "text"
) -> Iterator[FileRows]:
    path = folder / "file"
    path.write_bytes(content)
    opened = open_table(path, format, folder)
    positions = check_columns(Columns(text=text), preview_table(opened))
    found = list(file_rows(opened.table, positions))
    assert [*count_rows(opened.table, positions)][-1] == sum(map(len, found))
    return iter(found)


def table(
    folder: Path, content: bytes, format: FileFormat | None = CSV
) -> list[tuple[object, ...]]:
    """Number, cells, text to score and error of each row."""
    return [
        row
        for rows in parts(folder, content, format)
        for row in zip(
            rows.numbers.tolist(),
            zip(*(column.to_pylist() for column in rows.columns), strict=True),
            rows.texts.to_pylist(),
            rows.errors.to_pylist(),
            strict=True,
        )
    ]


def test_good_rows_are_as_in_the_file(tmp_path: Path) -> None:
    content = b'id,text,note\n1,"a, cat",=1+1\n\n2,"so\nlong",\n'
    assert table(tmp_path, content) == [
        (2, ("1", "a, cat", "=1+1"), "a, cat", None),
        (3, ("2", "so\nlong", ""), "so\nlong", None),
    ]


@pytest.mark.parametrize(
    ("line", "cells", "text", "error"),
    [
        (b"1,,x", ("1", "", "x"), None, "no text"),
        (b"1, \t ,x", ("1", " \t ", "x"), None, "no text"),
        (b"1,\xc2\xa0\xe3\x80\x80,x", ("1", "\xa0\u3000", "x"), None, "no text"),
        (b"1,\0\0,x", ("1", "  ", "x"), None, "no text"),
        (b"1,a\0b,x", ("1", "a b", "x"), "a b", None),
        (
            b"1,caf\xe9 cat,x", ("1", "caf\ufffd cat", "x"), None,
            "bytes that do not fit the encoding",
        ),
        (b"1,a cat,caf\xe9", ("1", "a cat", "caf\ufffd"), "a cat", None),
        (b"1,a cat", ("1", "a cat", ""), "a cat", None),
        (b"1", ("1", "", ""), None, "the wrong number of fields: 1 cell instead of 3"),
        (b"1, ", ("1", " ", ""), None, "no text: 2 cells instead of 3"),
        (
            b"1,a,cat,too many", ("1", "a", "cat"), None,
            "the wrong number of fields: 4 cells instead of 3; beyond the header: 'too many'",
        ),
        (
            b'1,"a" cat,x', ('1,"a" cat,x', "", ""), None,
            "broken quoting: the line stands as it is in the first column",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("others", [b"", b'8,"""so""",x\n', b'8,"""so""",caf\xe9\n'])
def test_a_row_keeps_its_place_and_says_why_it_has_no_score(
    tmp_path: Path, line: bytes, cells: tuple[str, ...], text: str, error: str, others: bytes
) -> None:
    content = b"id,text,note\n" + others + b"0,before,\n" + line + b"\n9,after,\n"
    found = table(tmp_path, content)[-3:]

    assert [row[1][:2] for row in found[::2]] == [("0", "before"), ("9", "after")]
    assert [row[2:] for row in found[::2]] == [("before", None), ("after", None)]
    assert found[1][1:] == (cells, text, error)
    assert [row[0] for row in found] == [n + others.count(b"\n") for n in (2, 3, 4)]


def test_rows_that_cannot_be_scored_are_counted_by_reason(tmp_path: Path) -> None:
    content = b'text,b\na,b\n,b\na\xff,b\na,b,c\n"a"a,b\nb,\xff\n,\n'
    reasons: Counter[str] = Counter()
    replaced = 0
    for rows in parts(tmp_path, content):
        reasons += rows.reasons
        replaced += rows.replaced
    assert reasons == {"empty": 2, "bytes": 1, "fields": 1, "quoting": 1}
    assert replaced == 2


def test_every_reason_has_words() -> None:
    assert all(reason.label for reason in Reason)


def test_lines_that_are_no_json_object_stand_in_the_text_column(tmp_path: Path) -> None:
    content = (
        b'{"id": 1, "text": "a cat"}\r\n{"id": 2, "text"\r\n[3]\n{"id": 4}\n'
        b'{"text": "\\ud800", "id": 5}\n{"text": "a\\u0000b", "id": [1, {"a": null}]}'
    )
    label = "something else than a JSON object: the line stands as it is in the text column"
    assert table(tmp_path, content, JSONL) == [
        (1, ("1", "a cat"), "a cat", None),
        (2, ("", '{"id": 2, "text"'), None, label),
        (3, ("", "[3]"), None, label),
        (4, ("4", None), None, "no text"),
        (5, ("5", "\ufffd"), None, "bytes that do not fit the encoding"),
        (6, ('[1, {"a": null}]', "a b"), "a b", None),
    ]


def test_a_parquet_file_gives_its_own_types_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [1, 2], "text": ["a", None]})
    frame.to_parquet(tmp_path / "made", index=False)
    (rows,) = parts(tmp_path, (tmp_path / "made").read_bytes(), None)
    assert rows.typed.to_pandas().equals(frame)
    assert [column.to_pylist() for column in rows.columns] == [["1", "2"], ["a", None]]
    assert rows.errors.to_pylist() == [None, "no text"]


def test_rows_of_a_sheet_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    content = xlsx_bytes({"S": [["text", "n"], ["a cat", 1], [None, 2], ["a dog", 3.5]]})
    assert table(tmp_path, content, None) == [
        (2, ("a cat", "1"), "a cat", None),
        (3, (None, "2"), None, "no text"),
        (4, ("a dog", "3.5"), "a dog", None),
    ]


@pytest.mark.parametrize(
    ("content", "format"),
    [(b"text,n\n", CSV), (b"text,n", CSV), (xlsx_bytes({"S": [["text", "n"]]}), None)],
)
def test_an_empty_table_is_one_part_of_no_rows(
    tmp_path: Path, content: bytes, format: FileFormat | None
) -> None:
    (rows,) = parts(tmp_path, content, format)
    assert (len(rows), len(rows.columns), len(rows.texts)) == (0, 2, 0)


@pytest.mark.parametrize(
    ("line", "text", "error"),
    [
        (b"1,a title,x,a body", "a title: a body", None),
        (b"1, a title ,x,", "a title", None),
        (b"1,,x,a body", "a body", None),
        (b"1, ,x,\t", None, "no text"),
        (b"1,caf\xe9,x,a body", None, "bytes that do not fit the encoding"),
        (b"1,a title,x,caf\xe9", None, "bytes that do not fit the encoding"),
        (b"1,a title,caf\xe9,a body", "a title: a body", None),
        (b"1,a title,x", None, "the wrong number of fields: 3 cells instead of 4"),
    ],
)
@pytest.mark.parametrize("order", [("title", "body"), ("body", "title")])
def test_columns_are_joined_and_a_row_with_half_a_text_is_said(
    tmp_path: Path, line: bytes, text: str, error: str, order: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_bytes(b"id,title,n,body\n" + line + b"\n9,t,,b\n")
    opened = open_table(tmp_path / "file", CSV, tmp_path)
    recipe = TextRecipe(order, ": ")
    positions = check_columns(Columns(recipe), preview_table(opened))

    (rows,) = file_rows(opened.table, positions, recipe.separator)

    if order[0] == "body" and text is not None:
        text = ": ".join(reversed(text.split(": ")))
    assert rows.texts.to_pylist() == [text, ": ".join(name[0] for name in order)]
    assert rows.errors.to_pylist() == [error, None]


def test_a_line_that_is_no_json_object_stands_in_the_first_of_the_texts_columns(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_bytes(b'nothing\n{"id": 1, "title": "t", "body": "b"}\n')
    opened = open_table(tmp_path / "file", JSONL, tmp_path)
    positions = check_columns(Columns(TextRecipe(("body", "title"))), preview_table(opened))

    found = list(file_rows(opened.table, positions))

    cells = [column[0].as_py() for column in found[0].columns]
    assert (opened.table.header, cells) == (("id", "title", "body"), ["", "", "nothing"])
    assert [text for rows in found for text in rows.texts.to_pylist()] == [None, "b\nt"]
