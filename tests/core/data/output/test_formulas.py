import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.output.formulas import guarded, risky_cells, unguarded

TEXTS = st.text(
    st.sampled_from("=+-@\t\r\n'＝＋－＠0.5 ax\"") | st.characters(exclude_categories=["Cs"])
)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1+1", "－1+1", "＠a",
        "'=1+1", "''=1", "=", "-", "+a", "-5%", "-1,5", "-5\n", "=5", "-5-5", "+1.5.2",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(cell: str) -> None:
    assert guarded(pa.array([cell])).to_pylist() == ["'" + cell]
    assert unguarded("'" + cell) == cell


@pytest.mark.parametrize(
    "cell", ["", "a", "a=b", "-5", "+5", "-5.25", "5", "'a", "'", "'-5", " =1", "a\n=1", "naïve"]
)
def test_numbers_and_plain_texts_stay(cell: str) -> None:
    assert guarded(pa.array([cell])).to_pylist() == [cell]
    assert unguarded(cell) == cell


@given(cells=st.lists(st.none() | TEXTS))
def test_no_formula_is_left_and_undoing_gives_the_cells_back(cells: list[str | None]) -> None:
    column = pa.array(cells, pa.string())
    after = guarded(column)
    assert [cell and unguarded(cell) for cell in after.to_pylist()] == [
        cell and unguarded(cell) if cell == safe else cell
        for cell, safe in zip(cells, after.to_pylist(), strict=True)
    ]
    assert not any(cell and cell[0] in "=@\t\r\n＝＋－＠" for cell in after.to_pylist())
    marked = risky_cells(column).to_pylist()
    assert marked == [
        None if cell is None else cell != safe
        for cell, safe in zip(cells, after.to_pylist(), strict=True)
    ]


@given(cells=st.lists(TEXTS))
def test_a_text_that_was_written_is_read_back_whatever_it_is(cells: list[str]) -> None:
    assert [unguarded(cell) for cell in guarded(pa.array(cells, pa.string())).to_pylist()] == cells
