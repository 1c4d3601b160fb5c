from pathlib import Path

import pytest

from core.data.importing.preview import Preview, preview_file
from core.data.reading.formats import FileFormat, FileKind
from tests.core.data.workbooks import xlsx_bytes

ROWS = [f"{n},some words here {n},{n % 2}" for n in range(1_000)]


def preview_of(path: Path, content: str | bytes, format: FileFormat | None = None) -> Preview:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return preview_file(path, format)


def table(*lines: str, rows: list[str] | None = None) -> str:
    return "\n".join([*lines, *(ROWS if rows is None else rows), ""])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_nothing_is_said_of_a_plain_file(path: Path, encoding: str) -> None:
    content = table("id,text,label", "a,Grüße,b")

    assert preview_of(path, content.encode(encoding)).doubts == ()


def test_a_guess_at_the_encoding_is_said(path: Path) -> None:
    russian = [f"{n},Отличное место, вернёмся ещё раз,да".replace(", ", " ") for n in range(30)]
    preview = preview_of(path, table("id,text,label", rows=russian).encode("cp1251"))

    assert preview.format.encoding == "cp1251"
    (doubt,) = preview.doubts
    assert "a guess: Windows-1251 (Cyrillic)" in doubt
    chosen = FileFormat(FileKind.CSV, "koi8-r")
    assert not any("guess" in doubt for doubt in preview_file(path, chosen).doubts)


@pytest.mark.parametrize("kind", [FileKind.CSV, FileKind.JSONL])
def test_bytes_that_do_not_fit_are_said_wherever_they_are(path: Path, kind: FileKind) -> None:
    rows = ROWS if kind is FileKind.CSV else [f'{{"text": "ä{n}"}}' for n in range(9_000)]
    head = "id,text,ä\n" * 9_000 if kind is FileKind.CSV else ""
    content = (head + table(rows=rows)).encode() + b'{"text": "\xe9"}\n'
    preview = preview_of(path, content, FileFormat(kind, "utf-8"))

    assert any("There is 1 place with bytes that do not fit UTF-8" in d for d in preview.doubts)


def test_lines_above_the_table_are_said(path: Path) -> None:
    (doubt,) = preview_of(path, table("A title", "", "id,text,label")).doubts
    assert doubt == "The table begins in line 3; the 2 lines above it are left out."
    rows = [["A title"], ["text", "label"], *([f"words {n}", n % 2] for n in range(9))]
    (doubt,) = preview_of(path, xlsx_bytes({"a": rows})).doubts
    assert doubt == "The table begins in row 2; the row above it is left out."


def test_a_header_one_short_is_said(path: Path) -> None:
    (doubt,) = preview_of(path, table("text,label")).doubts

    assert "one more cell" in doubt


def test_rows_of_another_width_than_the_header_are_said(path: Path) -> None:
    preview = preview_of(path, table("id,text,label", rows=["1,a,b,c"] * 20))

    assert any("20 of the first 20 rows have a different number" in d for d in preview.doubts)


def test_nothing_is_said_of_rows_that_end_with_delimiters(path: Path) -> None:
    rows = [f"{n},some words,{n % 2}" + ",," * (n % 3 == 0) for n in range(90)]

    assert preview_of(path, table("id,text,label", rows=rows)).doubts == ()


def test_rows_that_a_quotation_mark_merges_are_said(path: Path) -> None:
    lines = [*ROWS, '7,"I will not,1', '8,and so on",0', '9,"a, b",0']
    preview = preview_of(path, table("id,text,label", rows=lines))

    assert preview.format.quote == '"'
    assert any("1 cell spans several lines" in d and "line 1,002" in d for d in preview.doubts)


@pytest.mark.parametrize("above", [["A title"], ["A title", ""], ["# mine", 'say "so"', "so"]])
def test_lines_above_the_table_are_no_rows_of_it(path: Path, above: list[str]) -> None:
    lines = [*ROWS, '7,"I will not,1', '8,and so on",0']
    preview = preview_of(path, table(*above, "id,text,label", rows=[*lines, '9,"a, b",0']))

    assert any(f"line {1_002 + len(above):,} on" in doubt for doubt in preview.doubts)
    tabs = [row.replace(",", "\t") for row in lines]
    preview = preview_of(path, table(*above, "id\ttext\tlabel", rows=tabs))
    assert preview.format.quote == ""
    assert [doubt for doubt in preview.doubts if "above" not in doubt] == []


def test_lines_of_another_width_are_said_where_there_is_no_quoting(path: Path) -> None:
    content = table("id,text,label") + "1,2\n"
    preview = preview_of(path, content, FileFormat(FileKind.CSV, "utf-8", quote=""))

    assert any(doubt.startswith("1 line has a different number") for doubt in preview.doubts)


def test_broken_quoting_is_said(path: Path) -> None:
    content = table("id,text,label", rows=[*ROWS, '1,"a, b",0', '2,"c" d,1'])
    preview = preview_of(path, content)

    assert any(doubt.startswith("1 row has broken quoting") for doubt in preview.doubts)


@pytest.mark.parametrize("sign", ["::", "##", "§", "!#", ":"])
def test_a_sign_that_divides_every_line_is_said_where_lines_are_read_whole(
    path: Path, sign: str
) -> None:
    rows = [f"{n}{sign}some words here{sign}{'ham' if n % 2 else 'ad'}" for n in range(30)]
    (doubt,) = preview_of(path, table(f"id{sign}text{sign}label", rows=rows)).doubts

    assert f"has {sign!r} in it as often as the others" in doubt
    assert ("choose it as the delimiter" in doubt) is (sign == ":")


def test_texts_alone_are_not_said_to_be_undivided(path: Path) -> None:
    rows = [f"Why is it so {n}? I ask {'@you' if n % 2 else 'again!'}" for n in range(30)]

    assert preview_of(path, table("text", rows=rows)).doubts == ()


@pytest.mark.parametrize("text", ["สินค้านี้ดี จริง", "यह अच्छा है।", "とても良い。また買う", "جيد، جدا؟"])
def test_vowel_signs_and_the_ends_of_sentences_of_any_script_divide_nothing(
    path: Path, text: str
) -> None:
    assert preview_of(path, table("text", rows=[text] * 30)).doubts == ()


@pytest.mark.parametrize("labels", [("0", "1"), ("-1.0", "+1.0"), ("DESC:manner", "NUM:count")])
def test_labels_that_only_a_space_parts_from_texts_are_said(
    path: Path, labels: tuple[str, str]
) -> None:
    rows = [f"{labels[n % 2]} some words {n}" for n in range(30)]
    (doubt,) = preview_of(path, table(rows=rows)).doubts

    assert f"begins with one of 2 words such as '{labels[0]}', '{labels[1]}'" in doubt


@pytest.mark.parametrize("row", ["{n} some words", "{w} some words", "{w}: some words"])
def test_other_words_at_the_beginning_are_not_said_to_be_labels(path: Path, row: str) -> None:
    rows = [row.format(n=n, w=("Why", "How")[n % 2]) for n in range(30)]

    assert not any("labels" in doubt for doubt in preview_of(path, table(rows=rows)).doubts)


def test_carriage_returns_inside_lines_are_said_but_none_at_their_ends(path: Path) -> None:
    assert preview_of(path, table("id,text,label").replace("\n", "\r\r\n")).doubts == ()
    assert preview_of(path, table("id,text,label").replace("\n", "\r")).doubts == ()
    (doubt,) = preview_of(path, table("id,text,label", "a,so\rmany words,0")).doubts
    assert doubt.startswith("1 carriage return stands inside lines")


def test_cells_that_are_merged_over_rows_are_said(path: Path) -> None:
    rows = [["text", "label"], *([f"words {n}", "ad" if n == 0 else None] for n in range(9))]
    preview = preview_of(path, xlsx_bytes({"a": rows}, merged=["B2:B10", "A1:B1"]))

    assert [row[1] for row in preview.rows] == ["ad"] * 9
    assert preview.doubts[0].startswith("1 cell is merged over several rows")


def test_more_lines_of_names_below_the_first_are_said(path: Path) -> None:
    qualtrics = ["Response ID,What was it?,Spam?", *['"{""ImportId"":""Q""}",b,c']]
    (doubt,) = preview_of(path, table("id,text,label", *qualtrics)).doubts
    assert doubt.startswith("The first 2 rows below the column names look like more")
    (doubt,) = preview_of(path, table("id,text,label", ",Open-Ended Response,Response")).doubts
    assert doubt.startswith("The first row below the column names looks like more")
