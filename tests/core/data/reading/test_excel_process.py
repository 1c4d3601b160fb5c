"""The process that reads a sheet: what it writes, and what of its end comes back."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.reading.excel_process import (
    HEAD_ROWS,
    MAX_ROW_CHARACTERS,
    ROWS,
    SHEET,
    SHEETS,
    write_sheet,
)
from core.data.reading.limited_process import ReadingFailed
from core.errors import BadInput, Cancelled, DiskError
from tests.core.data.workbooks import old_xls_bytes, xlsx_bytes
from tests.core.small_disk import no_file_above
from tests.messages import assert_one_sentence


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "rows.arrow"


def book(folder: Path, content: bytes) -> Path:
    (folder / "book").write_bytes(content)
    return folder / "book"


def rows_in(target: Path) -> list[tuple[object, ...]]:
    """Number and cells of each row."""
    with pa.OSFile(str(target)) as file, pa.ipc.open_stream(file) as stream:
        batches = list(stream)
    # Columns have no names of their own.
    columns = [[cell for batch in batches for cell in batch.column(place).to_pylist()]
               for place in range(batches[0].num_columns)]  # fmt: skip
    return list(zip(*columns, strict=True))


def test_rows_that_are_not_blank_are_written_as_text_under_their_numbers(
    tmp_path: Path, target: Path
) -> None:
    rows = [[], ["text", 1.5], [None, None], ["", True], [None, ""], ["ü\n", 10.0]]
    write_sheet(
        book(tmp_path, xlsx_bytes({"Data": rows, "b": [["x"]]})), "", target, head_only=False
    )

    assert rows_in(target) == [
        (2, "text", "1.5"), (4, None, "true"), (6, "ü\n", "10"),
    ]  # fmt: skip
    described = pa.ipc.open_stream(target.read_bytes()).schema.metadata
    assert json.loads(described[SHEETS]) == ["Data", "b"]
    assert (described[SHEET], described[ROWS]) == (b"Data", b"5")  # Those above are not counted.


def test_of_a_long_sheet_the_first_rows_some_and_the_last_are_enough(
    tmp_path: Path, target: Path
) -> None:
    cells = [[f"text {number}"] for number in range(1, 30_001)]
    file = book(tmp_path, xlsx_bytes({"a": cells, "b": [["x"], ["y"]]}))

    write_sheet(file, "a", target, head_only=True)
    found = [number for number, _ in rows_in(target)]
    assert found[:HEAD_ROWS] == list(range(1, HEAD_ROWS + 1))
    assert found[-1] == 30_000
    assert HEAD_ROWS < len(found) < 15_000
    write_sheet(file, "b", target, head_only=True)
    assert rows_in(target) == [(1, "x"), (2, "y")]


@pytest.mark.parametrize(
    ("sheets", "sheet", "said"),
    [
        ({"a": [["x"]], "b": []}, "c", "one of the file's sheets (a, b), but found 'c'"),
        ({"a": [["x"]], "b": []}, "b", "the empty sheet 'b'"),
        ({"a": [[], [None, ""]]}, "", "the empty sheet 'a'"),
    ],
)
def test_what_the_process_refuses_is_the_callers_sentence(
    tmp_path: Path, target: Path, sheets: dict, sheet: str, said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        write_sheet(book(tmp_path, xlsx_bytes(sheets)), sheet, target, head_only=False)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_a_file_that_is_no_workbook_is_damage_in_the_librarys_words(
    tmp_path: Path, target: Path
) -> None:
    with pytest.raises(ReadingFailed, match="Cannot detect file format"):
        write_sheet(book(tmp_path, b"text,label\na,0\n"), "", target, head_only=False)


def test_damage_that_ends_the_process_does_not_end_this_one(tmp_path: Path, target: Path) -> None:
    content = old_xls_bytes()
    content = content[:1_782] + b"\xd8m\xfau+" + content[1_787:]

    with pytest.raises(ReadingFailed):
        write_sheet(book(tmp_path, content), "", target, head_only=False)


def test_raising_from_the_progress_ends_the_process_before_it_writes(
    tmp_path: Path, target: Path
) -> None:
    calls = []

    def stop(done: int, total: int) -> None:
        calls.append((done, total))
        raise Cancelled("the import")

    with pytest.raises(Cancelled):
        write_sheet(book(tmp_path, old_xls_bytes()), "", target, head_only=False, progress=stop)

    assert calls == [(0, 1)]
    assert not target.exists()


def test_a_cell_that_is_merged_over_rows_is_in_each_of_them(tmp_path: Path, target: Path) -> None:
    rows = [
        ["Title", None, None], ["id", None, "label"], [None, "text", None], [1, "a", "ad"],
        [2, "b", None], [3, "c", None], [4, "d", None], [5, None, None], [6, "e", None],
    ]  # fmt: skip
    merged = ["A1:C1", "A2:A3", "C4:C6", "B7:B8"]
    write_sheet(book(tmp_path, xlsx_bytes({"a": rows}, merged=merged)), "", target, head_only=False)

    assert [row[1:] for row in rows_in(target)] == [
        ("Title", None, None), ("id", None, "label"), ("id", "text", None), ("1", "a", "ad"),
        ("2", "b", "ad"), ("3", "c", "ad"), ("4", "d", None), ("5", "d", None), ("6", "e", None),
    ]  # fmt: skip


def test_a_row_longer_than_any_is_refused(tmp_path: Path, target: Path) -> None:
    rows = [["text", "label"], ["a" * MAX_ROW_CHARACTERS, "12"]]
    with pytest.raises(BadInput, match=r"found 16,777,218 in row 2") as refused:
        write_sheet(book(tmp_path, xlsx_bytes({"a": rows})), "", target, head_only=False)
    assert_one_sentence(refused.value)


def test_rows_of_long_texts_are_written_part_by_part(tmp_path: Path, target: Path) -> None:
    rows = [["text"], *([f"{number}" + "a" * (MAX_ROW_CHARACTERS // 3)] for number in range(8))]
    write_sheet(book(tmp_path, xlsx_bytes({"a": rows})), "", target, head_only=False)

    with pa.OSFile(str(target)) as file, pa.ipc.open_stream(file) as stream:
        assert len(list(stream)) > 3
    assert [cell[0] for _, cell in rows_in(target)] == list("t01234567")


@pytest.mark.parametrize("head_only", [True, False])
def test_a_cell_that_stands_in_very_many_rows_is_refused(
    tmp_path: Path, target: Path, head_only: bool
) -> None:
    rows = [["text", "label"], ["a" * 500_000, 0], *([None, number] for number in range(1_000))]
    content = xlsx_bytes({"a": rows}, merged=["A2:A1002"])
    with pytest.raises(BadInput, match=r"save the sheet as CSV") as refused:
        write_sheet(book(tmp_path, content), "", target, head_only=head_only)
    assert_one_sentence(refused.value)


def test_a_full_disk_is_no_damage_of_the_sheet(tmp_path: Path, target: Path) -> None:
    file = book(tmp_path, xlsx_bytes({"a": [["text"], ["a" * 3_000_000]]}))
    with no_file_above(1_000), pytest.raises(DiskError, match="the rows of the sheet") as refused:
        write_sheet(file, "", target, head_only=False)
    assert_one_sentence(refused.value)
