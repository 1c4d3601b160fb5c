import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.importing.importer import import_file
from core.data.importing.preview import Columns, preview_file
from core.data.reading.batches import Positions
from core.data.reading.excel_table import ExcelTable
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput, SincerelyError
from core.workspace import Workspace
from tests.core.data.imported import (
    nothing_half_written,
    problems_of,
    report_is_truthful,
    rows_of,
)
from tests.core.data.workbooks import old_xls_bytes, xlsx_bytes
from tests.messages import assert_one_sentence

ROWS = [
    [None, "text", "label", "uid"],
    [None, "Why?", 0, 10.0],
    [],
    [None, "Who <is> it & where?", 1.0, 11],
    [None, None, 1, 12],
    [None, 3.5, True, None],
    [None, "Naïve", None, "x"],
]


def written(folder: Path, content: bytes) -> Path:
    (folder / "book.xlsx").write_bytes(content)
    return folder / "book.xlsx"


def test_a_sheet_is_a_table_with_the_row_numbers_of_the_spreadsheet(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = written(tmp_path, xlsx_bytes({"Data": [[], [], *ROWS]}))
    result = import_file(workspace, file)

    assert report_is_truthful(workspace, result)
    assert result.dataset.file_format == "Excel, sheet Data"
    assert rows_of(workspace, result.dataset) == [
        ("10", "Why?", "0"),
        ("11", "Who <is> it & where?", "1"),
        ("4", "3.5", "true"),
        ("x", "Naïve", None),
    ]
    assert problems_of(workspace, result.dataset) == [("empty", 7, "")]
    assert result.rows_in_file == 5


def test_the_old_format_is_read_too(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(old_xls_bytes())
    dataset = import_file(workspace, tmp_path / "book").dataset

    assert rows_of(workspace, dataset) == [("0", "café", "1"), ("1", "b", "0")]
    assert dataset.file_format == "Excel, sheet Old"


def test_the_first_sheet_with_rows_is_taken_unless_another_is_chosen(tmp_path: Path) -> None:
    sheets = {"hidden": [["a"], ["b"]], "none": [], "first": [["c"], ["d"]], "last": [["e"]]}
    file = written(tmp_path, xlsx_bytes(sheets, hidden=["hidden"]))
    preview = preview_file(file)

    assert preview.sheets == ("none", "first", "last", "hidden")
    assert preview.format == FileFormat(FileKind.EXCEL, sheet="first")
    assert (preview.header, preview.rows) == (("c",), (("d",),))
    assert ExcelTable(file, tmp_path, sheet="hidden").header == ("a",)
    with pytest.raises(BadInput, match="'gone'") as caught:
        ExcelTable(file, tmp_path, sheet="gone")
    assert_one_sentence(caught.value)


def test_without_a_header_columns_have_numbers(workspace: Workspace, tmp_path: Path) -> None:
    rows = [[number, f"a question, {number}"] for number in range(1, 9)]
    file = written(tmp_path, xlsx_bytes({"a": rows}))
    preview = preview_file(file)

    assert not preview.format.has_header
    assert preview.header == ("column 1", "column 2")
    assert preview.rows[0] == ("1", "a question, 1")
    dataset = import_file(workspace, file).dataset
    assert dataset.rows == 8
    assert dataset.file_format == "Excel, sheet a, no header"
    chosen = FileFormat(FileKind.EXCEL, has_header=True)
    assert import_file(workspace, file, Columns("a question, 1"), format=chosen).dataset.rows == 7


def test_a_table_is_found_below_titles_and_its_header_left_out_where_it_comes_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    body = [[f"words {number}", "ab"[number % 2]] for number in range(8)]
    rows = [
        ["Survey of May"],
        [],
        ["by me"],
        ["text", "label"],
        *body,
        ["text", "label"],
        ["c", "a"],
    ]
    file = written(tmp_path, xlsx_bytes({"a": rows}))
    preview = preview_file(file)

    assert preview.format == FileFormat(FileKind.EXCEL, sheet="a", first_line=4)
    assert preview.header == ("text", "label")
    result = import_file(workspace, file, format=preview.format)
    assert [text for _, text, _ in rows_of(workspace, result.dataset)][-2:] == ["words 7", "c"]
    assert problems_of(workspace, result.dataset) == [("header", 13, "text | label")]
    assert report_is_truthful(workspace, result)


def test_a_table_begins_in_the_row_that_is_chosen(tmp_path: Path) -> None:
    file = written(tmp_path, xlsx_bytes({"a": [["text"], ["b"], ["c"], ["d"]]}))
    table = ExcelTable(file, tmp_path, header=True, first_line=2)

    assert (table.header, table.head(9)) == (("b",), [("c",), ("d",)])
    with pytest.raises(BadInput, match="row 9") as caught:
        ExcelTable(file, tmp_path, header=True, first_line=9)
    assert_one_sentence(caught.value)


def test_rows_come_in_batches(tmp_path: Path) -> None:
    rows = [["text"], *([f"row {n}"] for n in range(2, 10_000))]
    table = ExcelTable(written(tmp_path, xlsx_bytes({"a": rows})), tmp_path)
    batches = list(table.batches(Positions((0,))))

    numbers = [number for batch in batches for number in batch.numbers.tolist()]
    assert [len(batch.numbers) for batch in batches] == [8_191, 1_807]
    assert numbers == list(range(2, 10_000))
    texts = [text for batch in batches for text in batch.columns[0].texts.to_pylist()]
    assert texts == [f"row {number}" for number in numbers]
    assert [b.done for b in batches] == sorted(b.done for b in batches)
    assert batches[-1].done == table.size


CELLS = st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé <&", max_size=3)


@settings(max_examples=8)  # Each starts a process.
@given(rows=st.lists(st.lists(CELLS, max_size=3), max_size=40))
def test_every_cell_comes_back(
    rows: list[list[object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    file = written(folder, xlsx_bytes({"a": [["first", "second", "third"], *rows]}))
    table = ExcelTable(file, folder, header=True)
    wanted = {
        number: [value if value != "" else None for value in [*row, None, None, None][:3]]
        for number, row in enumerate(rows, 2)
    }
    expected = {n: row for n, row in wanted.items() if any(value is not None for value in row)}
    found: dict[int, list[object]] = {}
    for batch in table.batches(Positions((0,), 1, 2)):
        columns = [batch.columns[position].texts.to_pylist() for position in range(3)]
        cells = zip(*columns, strict=True)
        found |= dict(zip(batch.numbers.tolist(), map(list, cells), strict=True))

    texts = {bool: lambda v: "true" if v else "false", int: str}
    assert found == {
        n: [texts.get(type(value), lambda v: v)(value) for value in row]
        for n, row in expected.items()
    }


def _repacked(content: bytes, part: str, at: int, by: bytes) -> bytes:
    """The workbook with damage inside one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                data = data[: at % len(data)] + by + data[at % len(data) + len(by) :]
            new.writestr(name, data)
    return buffer.getvalue()


PARTS = ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"]


@settings(max_examples=8)
@given(part=st.sampled_from(PARTS), at=st.integers(0, 999), by=st.binary(min_size=1, max_size=6))
def test_damage_in_a_workbook_is_said_or_does_not_matter(
    part: str, at: int, by: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    file = written(folder, _repacked(xlsx_bytes({"a": ROWS}), part, at, by))
    _imports_or_refuses(folder, file)


@settings(max_examples=8)
@given(at=st.integers(0, 5_631), by=st.binary(min_size=1, max_size=6), cut=st.integers(0, 5_000))
@example(at=1_782, by=b"\xd8m\xfau+", cut=0)  # The library's process ends at this one.
def test_damage_in_an_old_workbook_is_said_or_does_not_matter(
    at: int, by: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    content = old_xls_bytes()
    content = content[:at] + by + content[at + len(by) :]
    file = written(folder, content[: len(content) - (cut if cut > 2_500 else 0)])
    _imports_or_refuses(folder, file)


def _imports_or_refuses(folder: Path, file: Path) -> None:
    workspace = Workspace(folder / "workspace")
    try:
        result = import_file(workspace, file)
    except SincerelyError as error:
        assert_one_sentence(error)
    else:
        assert report_is_truthful(workspace, result)
    assert nothing_half_written(workspace)


def test_a_workbook_that_unfolds_into_very_much_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", bytes(300 << 20))
    with pytest.raises(BadInput, match=r"a spreadsheet of 315 MB, decompressed") as refused:
        ExcelTable(path, tmp_path)
    assert_one_sentence(refused.value)
