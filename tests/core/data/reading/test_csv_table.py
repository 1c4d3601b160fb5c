"""Chunks of a CSV file, read by Arrow or by Python: both must give the same."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.importing.import_report import Problem, RowProblem
from core.data.reading import csv_cuts, csv_table
from core.data.reading.batches import Positions
from core.data.reading.csv_table import MAX_ROW_BYTES, CsvTable
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from tests.core.data.imported import csv_bytes
from tests.messages import assert_one_sentence

PIECES = ['"', '""', ",", ",", "\n", "\n", "\r\n", "\r", "a", "bc", " ", "é", "\ufeff", "'", "\0"]
MESSY = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
CELLS = st.text(st.sampled_from(["a", "b", " ", ",", '"', "\n", "\r", "é", "\ufeff"]), max_size=5)
TIDY = st.lists(st.tuples(CELLS, CELLS), max_size=12)
CSV = FileFormat(FileKind.CSV, "utf-8")


def read(
    file: Path,
    format: FileFormat = CSV,
    *,
    chunk_bytes: int = 1 << 20,
    max_row_bytes: int = MAX_ROW_BYTES,
    without_arrow: bool = False,
) -> tuple[list[tuple[object, ...]], list[RowProblem]]:
    """(number, cell, cell, …) of each row, and the rows left out."""
    rows: list[tuple[object, ...]] = []
    broken: list[RowProblem] = []
    with pytest.MonkeyPatch.context() as patch:
        if without_arrow:
            patch.setattr(csv_cuts, "is_regular", lambda *_: False)
        table = CsvTable(file, format, chunk_bytes=chunk_bytes, max_row_bytes=max_row_bytes)
        for batch in table.batches(Positions((0,), 1 if len(table.header) > 1 else None)):
            columns = [batch.columns[n].texts.cast("binary").to_pylist() for n in batch.columns]
            rows += zip(batch.numbers.tolist(), *columns, strict=True)
            broken += batch.broken
    return rows, broken


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "table.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@settings(max_examples=300)
@given(text=MESSY, chunk_bytes=st.integers(1, 12), header=st.booleans())
@example(text='a,b\n"c\n",d\n', chunk_bytes=4, header=False)
@example(text='a,"b\nc,d\ne,f"\n', chunk_bytes=5, header=False)
@example(text="\ufeffa,b\n\ufeffc,d\n", chunk_bytes=8, header=False)
def test_arrow_and_python_give_the_same_however_the_file_is_cut(
    folder: Path, text: str, chunk_bytes: int, header: bool
) -> None:
    head = "text,label\n" if header else "first,0\n"
    file = written(folder, head + text)
    format = FileFormat(FileKind.CSV, "utf-8", has_header=header)
    expected = read(file, format, without_arrow=True)

    assert read(file, format) == expected
    assert read(file, format, chunk_bytes=chunk_bytes) == expected
    assert read(file, format, chunk_bytes=chunk_bytes, without_arrow=True) == expected


@settings(max_examples=150)
@given(
    rows=TIDY,
    delimiter=st.sampled_from([",", ";", "\t", "|", " ", "~"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    chunk_bytes=st.integers(1, 20),
)
def test_what_pythons_csv_module_writes_comes_back(
    folder: Path,
    rows: Sequence[tuple[str, str]],
    delimiter: str,
    line_end: str,
    quoting: int,
    chunk_bytes: int,
) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # Then the writer leaves line ends bare that are not its own.
        rows = [(" ".join(text.split()), " ".join(label.split())) for text, label in rows]
    table = [("text", "label"), *rows]
    content = csv_bytes(table, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    lines = io.StringIO(content.decode(), newline="")
    assert [tuple(row) for row in csv.reader(lines, delimiter=delimiter, strict=True)] == table
    file = written(folder, content)
    expected = [(n, a.encode(), b.encode()) for n, (a, b) in enumerate(rows, 2)]

    for size in (1 << 20, chunk_bytes):
        found = read(file, FileFormat(FileKind.CSV, "utf-8", delimiter), chunk_bytes=size)
        assert found == (expected, [])


@given(lines=st.lists(st.text(st.sampled_from("ab\"' é"), min_size=1, max_size=6), max_size=9))
def test_without_quoting_quotation_marks_are_letters(folder: Path, lines: list[str]) -> None:
    file = written(folder, "text\tlabel\n" + "".join(f"{line}\t1\n" for line in lines))
    rows = [(n, line.encode(), b"1") for n, line in enumerate(lines, 2)]

    for size in (1 << 20, 5):
        found = read(file, FileFormat(FileKind.CSV, "utf-8", "\t", ""), chunk_bytes=size)
        assert found == (rows, [])


@given(cells=st.lists(CELLS, max_size=9), quoting=st.sampled_from([csv.QUOTE_ALL]))
def test_one_column_is_a_table_too(folder: Path, cells: list[str], quoting: int) -> None:
    file = written(folder, csv_bytes([("text",), *((c,) for c in cells)], quoting=quoting))
    rows = [(n, cell.encode()) for n, cell in enumerate(cells, 2)]

    for size in (1 << 20, 5):
        assert read(file, chunk_bytes=size) == (rows, [])


@settings(max_examples=150)
@given(
    lines=st.lists(
        st.binary(max_size=6).filter(lambda line: not {10, 13, 34, 44, 0} & set(line)), max_size=9
    ),
    chunk_bytes=st.integers(1, 20),
)
def test_bytes_that_do_not_fit_are_marked_and_move_no_row(
    folder: Path, lines: list[bytes], chunk_bytes: int
) -> None:
    file = written(folder, b"text,label\n" + b"".join(line + b",1\n" for line in lines))
    found, broken = read(file, chunk_bytes=chunk_bytes)

    assert broken == []
    assert [number for number, *_ in found] == list(range(2, len(lines) + 2))
    for line, (_, cell, label) in zip(lines, found, strict=True):
        assert label == b"1"
        assert cell.decode("utf-8", "replace") == line.decode("utf-8", "replace")


def test_rows_of_another_width_are_left_out_with_their_numbers(tmp_path: Path) -> None:
    content = 'text,label\na,1\nb\n\n"c\n,",2,3\nd,4\n"only ""this"""\n'
    expected = (
        [(2, b"a", b"1"), (5, b"d", b"4")],
        [
            RowProblem(3, Problem.FIELDS, "1 field: b"),
            RowProblem(4, Problem.FIELDS, "3 fields: c , | 2 | 3"),
            RowProblem(6, Problem.FIELDS, '1 field: only "this"'),
        ],
    )

    for size in (1 << 20, 3):
        assert read(written(tmp_path, content), chunk_bytes=size) == expected


def test_most_chunks_of_an_ordinary_file_go_to_arrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f'so "quoted",\nand {n}', str(n % 2)) for n in range(3_000)]
    file = written(tmp_path, csv_bytes([("text", "label"), *rows]))
    expected = [(n, a.encode(), b.encode()) for n, (a, b) in enumerate(rows, 2)]
    table = CsvTable(file, CSV, chunk_bytes=10_000)
    by_python: list[object] = []
    monkeypatch.setattr(csv_table, "_python_rows", lambda *call: by_python.append(call))
    batches = list(table.batches(Positions((0,), 1)))

    assert len(batches) >= 8
    assert sum(len(batch.numbers) for batch in batches) == len(expected)
    assert not by_python


def test_a_quotation_that_grows_too_long_costs_its_first_line_only(tmp_path: Path) -> None:
    lines = [f"line {n},{n % 2}" for n in range(5_000)]
    lines[1_000] = '"never closed,1'
    file = written(tmp_path, "\n".join(["text,label", *lines, 'the "last",0']))

    for size in (100, 3_000, 1 << 20):
        rows, broken = read(file, chunk_bytes=size, max_row_bytes=2_000)
        assert broken == [RowProblem(1_002, Problem.QUOTING, '"never closed,1')]
        assert [number for number, *_ in rows] == [n for n in range(2, 5_003) if n != 1_002]


def test_a_first_line_with_broken_quoting_is_refused(tmp_path: Path) -> None:
    for content in ('"text,label\na,0\n', '"text"s,label\na,0\n'):
        with pytest.raises(BadInput, match="broken quoting") as caught:
            CsvTable(written(tmp_path, content), CSV)
        assert_one_sentence(caught.value)


def test_without_a_header_columns_have_numbers_and_the_first_row_is_one(tmp_path: Path) -> None:
    file = written(tmp_path, "a,1\nb\nc,2\nd,3\n")
    format = FileFormat(FileKind.CSV, "utf-8", has_header=False)
    table = CsvTable(file, format)

    assert table.header == ("column 1", "column 2")
    assert table.head(2) == [("a", "1"), ("b",)]
    assert read(file, format) == (
        [(1, b"a", b"1"), (3, b"c", b"2"), (4, b"d", b"3")],
        [RowProblem(2, Problem.FIELDS, "1 field: b")],
    )


@pytest.mark.parametrize("without_arrow", [False, True])
def test_what_is_left_of_rows_without_columns_comes_along(
    tmp_path: Path, without_arrow: bool
) -> None:
    content = 'a,b\n1,2\n3\n"4 ""x""\ny",5,6\n7,8\n'
    content += '"9" z,1\r\n"10",\n' if without_arrow else ""
    (batch,) = CsvTable(written(tmp_path, content), CSV).batches(Positions((0,), others=(1,)))

    broken = [["3"], ['4 "x"\ny', "5", "6"]] + [['"9" z,1']] * without_arrow
    assert batch.remains == broken
    assert len(batch.broken) == len(broken)
    assert batch.typed is None


def test_other_columns_are_read_along(tmp_path: Path) -> None:
    file = written(tmp_path, 'a,b,c,d\n1,2,"3",4\n')
    (batch,) = CsvTable(file, CSV).batches(Positions((2,), 0, others=(1, 2)))

    assert {place: column.texts.to_pylist() for place, column in batch.columns.items()} == {
        0: ["1"], 1: ["2"], 2: ["3"],
    }  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("chunk_bytes", [1, 5, 1 << 20])
def test_a_table_can_begin_in_a_later_line(tmp_path: Path, line_end: str, chunk_bytes: int) -> None:
    lines = ["A title", "", "text,label", "a,0", "b,1", ""]
    file = written(tmp_path, line_end.join(lines))
    with_header = FileFormat(FileKind.CSV, "utf-8", first_line=3)
    without = FileFormat(FileKind.CSV, "utf-8", has_header=False, first_line=4)
    rows = [(4, b"a", b"0"), (5, b"b", b"1")]

    assert read(file, with_header, chunk_bytes=chunk_bytes) == (rows, [])
    assert read(file, without, chunk_bytes=chunk_bytes) == (rows, [])
    assert CsvTable(file, with_header).header == ("text", "label")
    assert CsvTable(file, with_header).head(9) == [("a", "0"), ("b", "1")]


@pytest.mark.parametrize("first_line", [2, 9])
def test_where_no_table_begins_is_said_in_one_sentence(tmp_path: Path, first_line: int) -> None:
    file = written(tmp_path, "text,label\n\n")
    with pytest.raises(BadInput, match=f"line {first_line}") as caught:
        CsvTable(file, FileFormat(FileKind.CSV, "utf-8", first_line=first_line))
    assert_one_sentence(caught.value)


def test_a_text_that_is_the_name_of_the_only_column_is_a_row(tmp_path: Path) -> None:
    rows, broken = read(written(tmp_path, "text\na\ntext\nb\n"))

    assert [cell for _, cell in rows] == [b"a", b"text", b"b"]
    assert not broken


@pytest.mark.parametrize("without_arrow", [False, True])
@pytest.mark.parametrize(
    "again", ["text,label", "\ufefftext,label", '"text","label"', "text, label"]
)
def test_a_header_in_the_middle_is_no_row(tmp_path: Path, again: str, without_arrow: bool) -> None:
    file = written(tmp_path, f"text,label\na,0\n{again}\nb,1\ntext,2\n")
    rows, broken = read(file, without_arrow=without_arrow)

    assert rows == [(2, b"a", b"0"), (4, b"b", b"1"), (5, b"text", b"2")]
    assert [(found.row, found.problem) for found in broken] == [(3, Problem.HEADER)]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("text,label\n1,a,x\n2,b,y\n", [(2, b"a", b"x"), (3, b"b", b"y")]),
        ("text,label\na,x,\nb,y,\n", [(2, b"a", b"x"), (3, b"b", b"y")]),
        ("text,label,\na,x\nb,y\n", [(2, b"a", b"x"), (3, b"b", b"y")]),
        ("text,label\na,x,,\nb,y\n", [(2, b"a", b"x"), (3, b"b", b"y")]),
    ],
)
def test_a_header_one_short_and_empty_ends_of_rows_are_understood(
    tmp_path: Path, content: str, rows: list[tuple[object, ...]]
) -> None:
    file = written(tmp_path, content)
    table = CsvTable(file, CSV)
    places = Positions((table.header.index("text"),), table.header.index("label"))
    found = [
        (number, *cells)
        for batch in table.batches(places)
        for number, *cells in zip(
            batch.numbers.tolist(),
            *(column.texts.cast("binary").to_pylist() for column in batch.columns.values()),
            strict=True,
        )
    ]

    assert found == rows


def test_spaces_on_either_side_of_cells_are_left_out_but_those_in_quotation_marks_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    path.write_text('id , text , label\n0 , so it is  , a\n1 , " kept " , b \n2 , "x, ""y"" " ,c\n')
    found = CsvTable(path, FileFormat(FileKind.CSV, "utf-8", skip_space=True))

    assert found.header == ("id", "text", "label")
    assert found.head(9) == [("0", "so it is", "a"), ("1", " kept ", "b"), ("2", 'x, "y" ', "c")]


@pytest.mark.parametrize("chunk_bytes", [3, 1 << 20])
def test_escapes_and_spaces_are_read(tmp_path: Path, chunk_bytes: int) -> None:
    escaped = FileFormat(FileKind.CSV, "utf-8", escape="\\")
    file = written(tmp_path, 't,l\n"a \\"b\\", c",0\n"C:\\temp \\\\",1\nd\\, e,1\n"f ""g""",0\n')
    assert [row[1:] for row in read(file, escaped, chunk_bytes=chunk_bytes)[0]] == [
        (b'a "b", c', b"0"), (b"C:\\temp \\", b"1"), (b"d, e", b"1"), (b'f "g"', b"0"),
    ]  # fmt: skip
    spaced = FileFormat(FileKind.CSV, "utf-8", skip_space=True)
    file = written(tmp_path, 't, l\n"a, b" , "0"\nc, 1\n "d ""e"", f", 1\n')
    assert [row[1:] for row in read(file, spaced, chunk_bytes=chunk_bytes)[0]] == [
        (b"a, b", b"0"), (b"c", b"1"), (b'd "e", f', b"1"),
    ]  # fmt: skip
