import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.importing.preview import Columns, Preview, check_columns, guess_columns, preview_file
from core.data.reading.batches import Positions
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from tests.core.data.imported import csv_bytes
from tests.core.data.workbooks import xlsx_bytes
from tests.messages import assert_one_sentence

HEADER = ("id", "text", "label")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "questions"


def preview_of(file: Path, content: bytes, format: FileFormat | None = None) -> Preview:
    file.write_bytes(content)
    return preview_file(file, format)


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        ("qid,question_text,target", Columns("question_text", "target", "qid")),
        ("ID,Comment_Text,Toxic", Columns("Comment_Text", "Toxic", "ID")),
        ("count,tweet,class", Columns("tweet", "class", None)),
        ("a,longest,b", Columns("longest", None, None)),
        ("text,label,label_fine", Columns("text", "label", None)),
    ],
)
def test_columns_are_guessed_by_name_and_else_by_length(
    file: Path, header: str, guess: Columns
) -> None:
    content = f"{header}\n1,a long enough text,0\n2,and a second one,1\n"

    assert preview_of(file, content.encode()).guess == guess


def test_without_a_name_a_column_of_few_values_holds_the_labels() -> None:
    rows = tuple((f"u{n}", ("ham", "spam")[n % 2], f"message number {n}") for n in range(20))

    assert guess_columns(("a", "b", "c"), rows) == Columns("c", "b", None)
    assert guess_columns(("a", "b", "c"), rows[:5]) == Columns("c", None, None)
    assert guess_columns(("b",), tuple((row[1],) for row in rows)) == Columns("b", None, None)


def test_days_are_no_labels_and_likelier_names_go_first() -> None:
    rows = tuple(
        (f"2024/01/0{n % 3 + 1}", f"message number {n}", "ab"[n % 2], "yn"[n % 2], f"{n % 9}")
        for n in range(40)
    )
    assert guess_columns(("When", "Text", "Split", "Klasse", "n"), rows).label == "Klasse"
    assert guess_columns(("When", "Text", "a", "b", "Stars"), rows).label == "Stars"
    assert guess_columns(("When", "Text"), rows).label is None
    assert guess_columns(("When", "Text", "lang"), rows).label == "lang"


def test_many_classes_are_labels_if_their_column_is_called_so() -> None:
    rows = tuple((f"message number {n}", f"class {n % 50}") for n in range(400))

    assert guess_columns(("text", "intent"), rows).label == "intent"
    assert guess_columns(("text", "who"), rows).label is None


def test_the_preview_shows_header_and_first_rows(file: Path) -> None:
    rows = [(str(n), "x" * 50, "0") for n in range(1_000)]
    preview = preview_of(file, csv_bytes([HEADER, *rows]))

    assert preview.header == HEADER
    assert preview.rows == tuple(rows[:200])
    assert preview.sheets == ()
    assert preview.format == FileFormat(FileKind.CSV, "utf-8")


def parquet_bytes(names: list[str], rows: list[list[str]]) -> bytes:
    written = pa.BufferOutputStream()
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, names), written)
    return bytes(written.getvalue())


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
def test_columns_are_known_whatever_unseen_signs_stand_around_their_names(
    file: Path, kind: str
) -> None:
    names: list[str] = ["\ufefftext\u00a0", "\u200blabel "]
    rows = [[f"some words {n}", f"{n % 2}"] for n in range(3)]
    content = {
        "csv": "\n".join(map(",".join, [names, *rows])).encode("utf-8-sig"),
        "jsonl": "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode(),
        "parquet": parquet_bytes(names, rows),
        "xlsx": xlsx_bytes({"a": [names, *rows]}),
    }
    preview = preview_of(file, content[kind])

    assert (preview.header, preview.guess) == (("text", "label"), Columns("text", "label"))
    assert list(preview.rows) == [tuple(row) for row in rows]


def test_the_preview_shows_no_row_that_it_has_cut_off(file: Path) -> None:
    rows = [("1", "short", "0"), *((str(n), "x" * 90_000, "1") for n in range(2, 9))]
    preview = preview_of(file, csv_bytes([HEADER, *rows]))

    assert preview.rows == tuple(rows[: len(preview.rows)])
    assert len(preview.rows) == 3


def test_the_preview_shows_the_beginning_of_a_first_row_that_is_very_long(file: Path) -> None:
    preview = preview_of(file, csv_bytes([("text", "label"), ("x" * 900_000, "1")]))

    assert preview.header == ("text", "label")
    assert [len(cell) for cell in preview.rows[0]] == [(1 << 18) - len("text,label\r\n")]


def test_rows_of_another_width_and_broken_ones_are_shown_too(file: Path) -> None:
    preview = preview_of(file, b'text,label\na,0\nb\n"c"d,1\ne,1,2\n', FileFormat(FileKind.CSV))

    assert preview.rows == (("a", "0"), ("b",), ('"c"d,1',), ("e", "1", "2"))


def test_bytes_that_do_not_fit_are_shown_by_a_sign(file: Path) -> None:
    preview = preview_of(file, b"te\xffxt,label\n\xfca,0\n", FileFormat(FileKind.CSV, "utf-8"))

    assert preview.header == ("te\N{REPLACEMENT CHARACTER}xt", "label")
    assert preview.rows == (("\N{REPLACEMENT CHARACTER}a", "0"),)


def test_each_part_of_the_format_can_be_corrected(file: Path) -> None:
    content = "a;b,c\n'd;e',f\n".encode("utf-16")

    assert preview_of(file, content).header == ("a;b", "c")
    chosen = FileFormat(FileKind.CSV, "utf-16", ";", "'", has_header=False)
    preview = preview_file(file, chosen)
    assert preview.format == chosen
    assert preview.header == ("column 1", "column 2")
    assert preview.rows == (("a", "b,c"), ("'d;e',f",))


def test_a_packed_workbook_shows_its_sheets(file: Path) -> None:
    sheets = {"one": [["text", "label"], ["a", 1]], "two": [["x"], ["y"]]}
    content = gzip.compress(xlsx_bytes(sheets))
    preview = preview_of(file, content)

    assert preview.sheets == ("one", "two")
    assert preview.format == FileFormat(FileKind.EXCEL, sheet="one", compression="gzip")
    assert (preview.header, preview.rows) == (("text", "label"), (("a", "1"),))
    second = preview_file(file, FileFormat(FileKind.EXCEL, sheet="two", compression="gzip"))
    assert (second.header, second.rows) == (("x",), (("y",),))


@pytest.mark.parametrize("kind", [FileKind.PARQUET, FileKind.EXCEL, FileKind.JSONL])
def test_a_file_of_another_kind_than_said_is_refused(file: Path, kind: FileKind) -> None:
    with pytest.raises(BadInput) as caught:
        preview_of(file, b"text,label\na,0\n", FileFormat(kind))
    assert_one_sentence(caught.value)


def test_a_file_in_another_packing_than_said_is_refused(file: Path) -> None:
    with pytest.raises(BadInput, match="a file that is compressed with zip") as caught:
        preview_of(file, b"text,label\na,0\n", FileFormat(FileKind.CSV, compression="zip"))
    assert_one_sentence(caught.value)
    with pytest.raises(BadInput, match="but found one that is compressed with gzip"):
        preview_of(file, gzip.compress(b"text,label\na,0\n"), FileFormat(FileKind.CSV))


def test_chosen_columns_become_positions(file: Path) -> None:
    preview = preview_of(file, b"id,x,text,x,label\n1,,a,,0\n")

    assert check_columns(Columns("text"), preview) == Positions((2,))
    assert check_columns(Columns("text", "label", "id"), preview) == Positions((2,), 4, 0)
    assert check_columns(Columns("text", None, "text"), preview).wanted == [2]
    with pytest.raises(BadInput, match="2 columns called 'x'"):
        check_columns(Columns("x"), preview)


@pytest.mark.parametrize("kind", ["csv", "gz", "jsonl", "json", "parquet", "xlsx"])
def test_labels_are_found_in_a_file_that_is_sorted_by_them(tmp_path: Path, kind: str) -> None:
    rows = [("ab"[n >= 700], f"a message of some words, {n}") for n in range(1_000)]
    table = [("kind", "words"), *rows]
    objects = [{"kind": label, "words": text} for label, text in rows]
    file = tmp_path / f"sorted.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(objects), file)
    elif kind == "xlsx":
        file.write_bytes(xlsx_bytes({"a": table}))
    elif kind in ("json", "jsonl"):
        lines = "\n".join(map(json.dumps, objects))
        file.write_text(lines if kind == "jsonl" else json.dumps(objects))
    else:
        content = csv_bytes(table)
        file.write_bytes(gzip.compress(content) if kind == "gz" else content)

    preview = preview_file(file)
    assert preview.guess == Columns("words", "kind")
    assert {row[0] for row in preview.sample.rows} == {"a", "b"}
    assert {row[0] for row in preview.rows} == {"a"}


def test_too_many_columns_are_refused(file: Path) -> None:
    with pytest.raises(BadInput, match="at most 10,000 columns, but found 10,001") as caught:
        preview_of(file, (",".join(f"c{n}" for n in range(10_001)) + "\n").encode())
    assert_one_sentence(caught.value)
