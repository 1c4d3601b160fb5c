import io
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.data.output.output_kind import OutputKind
from core.data.output.table_output import open_output
from core.data.output.workbook import MAX_CELL_CHARS, MAX_ROWS, check_sheet
from core.errors import BadInput
from tests.messages import assert_one_sentence

TEXTS = st.one_of(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), min_size=1
    ),
    st.sampled_from(["=1+1", "007", " a ", "a\nb", "\r\n", "<b>&amp;", "_x000D_", "_x005F_x000D_"]),
    st.sampled_from(["_x0041_x0042_", "my_xml", "\x07", "TRUE", "1e5", "2026-01-31"]),
)


def read_back(*batches: pa.RecordBatch) -> list[list[object]]:
    sink = io.BytesIO()
    with open_output(sink, OutputKind.EXCEL, batches[0].schema) as output:
        for batch in batches:
            output.write(batch)
    sink.seek(0)
    return CalamineWorkbook.from_filelike(sink).get_sheet_by_index(0).to_python()


@given(header=TEXTS, cells=st.lists(TEXTS, max_size=8))
def test_any_text_is_read_back_as_it_was(header: str, cells: list[str]) -> None:
    found = read_back(pa.record_batch([pa.array(cells, pa.string())], [header]))
    assert found == [[header], *([cell] for cell in cells)]


def test_what_is_missing_is_an_empty_cell_in_its_place() -> None:
    batch = pa.record_batch({"a": ["x", None], "b": [None, "y"], "c": ["z", "z"]})
    assert read_back(batch, batch) == [
        ["a", "b", "c"], ["x", "", "z"], ["", "y", "z"], ["x", "", "z"], ["", "y", "z"],
    ]  # fmt: skip


def test_numbers_truth_and_times_are_cells_of_their_kind() -> None:
    moment = datetime(2026, 1, 31, 8, 30)
    batch = pa.record_batch(
        {
            "n": pa.array([1.5, float("-inf"), None]),
            "row": pa.array([7, 0, 1], pa.int64()),
            "ok": pa.array([True, False, None]),
            "at": pa.array([moment, datetime(1899, 1, 1), None], pa.timestamp("us")),
        }
    )
    assert read_back(batch)[1:] == [
        [1.5, 7.0, True, moment],
        ["-inf", 0.0, False, "1899-01-01 00:00:00.000000"],
        ["", 1.0, "", ""],
    ]


def test_signs_that_no_xml_file_may_hold_are_escaped_as_excel_does() -> None:
    assert read_back(pa.record_batch({"a": ["\ufffe", "_xFFFE_"]}))[1:] == [["_xFFFE_"]] * 2


def test_more_columns_than_letters_are_all_there() -> None:
    names = [f"c{n}" for n in range(800)]
    batch = pa.RecordBatch.from_arrays([pa.array([name]) for name in names], names)
    assert read_back(batch) == [names, names]


def test_a_text_that_is_too_long_for_a_cell_is_said_with_its_place() -> None:
    fits = "ä" * MAX_CELL_CHARS
    assert read_back(pa.record_batch({"a": [fits]}))[1] == [fits]

    with pytest.raises(BadInput, match=r"32,768 in line 3, column 'text'.*Parquet") as caught:
        read_back(pa.record_batch({"text": ["short", "🙂" * (MAX_CELL_CHARS // 2) + "ab"]}))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("rows", "columns", "found"), [(MAX_ROWS, 1, "1,048,576"), (1, 16_385, "16,385")]
)
def test_what_no_sheet_holds_is_refused(rows: int, columns: int, found: str) -> None:
    check_sheet(MAX_ROWS - 1, 16_384)
    with pytest.raises(BadInput, match=f"for Excel, but found {found}") as caught:
        check_sheet(rows, columns)
    assert_one_sentence(caught.value)
