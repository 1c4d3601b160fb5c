import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.importing.kinds.numbers import STYLES
from tests.core.data.importing.kinds.surveys import survey, values

AMOUNTS = st.integers(-(10**9), 10**9).map(lambda hundredths: hundredths / 100)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WRITTEN = st.sampled_from([repr, "{:+}".format, "{:.17e}".format, " {:.17g}\t".format])


def grouped(amount: float, thousands: str, decimal: str) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", thousands + decimal))


@given(st.lists(FINITE, min_size=1), WRITTEN)
def test_numbers_come_back_as_they_were_written(numbers: list[float], write: object) -> None:
    cells = [write(number).replace("inf", "0") for number in numbers]  # type: ignore[operator]
    exact = [cell for cell in cells if "." in cell or "e" in cell or len(cell) < 15]
    codes = [cell for cell in exact if cell.strip()[0] == "+" and cell[1:].isdecimal()]

    if exact and not codes:
        assert values(exact, wanted=ColumnKind.NUMBER) == [float(cell) for cell in exact]
        assert survey(exact).kind in (ColumnKind.NUMBER, ColumnKind.YES_NO)


@given(
    st.lists(AMOUNTS, min_size=1),
    st.sampled_from([",.", ".,", " .", " ,", "\u00a0,", "\u202f,", "'.", "’,"]),
)
def test_grouped_numbers_come_back_where_one_shows_the_style(
    amounts: list[float], style: str
) -> None:
    amounts = [*amounts, 1234567.25]
    finding = survey([grouped(amount, *style) for amount in amounts])

    assert finding.kind is ColumnKind.NUMBER
    assert values([grouped(amount, *style) for amount in amounts]) == amounts
    assert "housands separated by" in finding.note


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3", "−4", "5.", ".5", "1e3", "1E-2"], [1, -2, 3, -4, 5, 0.5, 1000, 0.01]),
        (["1,5", "2", "0,512"], [1.5, 2, 0.512]),
        (["0,512", "1,234"], [0.512, 1.234]),
        (["1,5e3", "-,5"], [1500, -0.5]),
        (["1,234", "1,234,567"], [1234, 1234567]),
        (["1,234", "2.5", "3.125"], [1234, 2.5, 3.125]),
        (["1,234.5", "12"], [1234.5, 12]),
        (["12,34,567", "1,234"], [1234567, 1234]),
        (["1.234", "1.234.567"], [1234, 1234567]),
        (["1.234,5", "1.234"], [1234.5, 1234]),
        (["1.234", "2.5"], [1.234, 2.5]),
        (["1.234"], [1.234]),
        (["1 234", "5,5"], [1234, 5.5]),
        (["1 234", "5.5"], [1234, 5.5]),
        (["1'234", "999"], [1234, 999]),
        (["9007199254740991"], [2**53 - 1]),
        (["1e-400"], [0]),
    ],
)
def test_a_column_of_numbers_is_read_in_one_style(cells: list[str], expected: list[float]) -> None:
    assert survey(cells).kind is ColumnKind.NUMBER
    assert values(cells) == expected


@pytest.mark.parametrize(
    "cell",
    [
        *("inf", "-inf", "infinity", "1e400", "-1e400", "00123", "-007", "00.5", "+491701234567"),
        *("9007199254740992", "0x1F", "1_000", "1e", "e5", ",", "1.2.3", "1,2,3", "1,,2", "1,23,4"),
        *("0,123,456", "1.2345,6", "1,2.3", "12,345.678,9", "1..2", "--5", "5-", "(5)", "5%", "$5"),
        *("5€", "２", "١٢", "1'23", "½", "10:30", "12:30:05", "1/2", "192.168.1.1"),
    ],
)
def test_what_is_no_number_stays_as_written(cell: str) -> None:
    assert survey([cell, "7", "8"]).kind is ColumnKind.TEXT
    assert survey([cell]).kind is ColumnKind.TEXT


@pytest.mark.parametrize("others", [[], ["12"], ["1.234"], ["n.b."] + ["12"] * 9])
def test_a_comma_that_may_mean_two_things_is_said(others: list[str]) -> None:
    cells, note = ["1,234", *others], "The comma in '1,234' (row 1) may begin decimals"

    assert survey(cells).kind is not ColumnKind.NUMBER
    assert survey(cells).note.startswith(note)
    assert survey(cells, wanted=ColumnKind.NUMBER).note.startswith(note)


def test_the_style_is_said_with_the_cell_that_shows_it() -> None:
    assert survey(["7", "1,234", "1,5"]).note == "Decimal commas, as in '1,5' (row 3)"
    assert survey(["7", "NA", "1 234"]).note == (
        "Thousands separated by spaces, as in '1 234' (row 3); 'NA' (row 2) counts as missing"
    )


@given(st.text(max_size=12))
def test_no_text_becomes_a_number_that_is_not_finite(cell: str) -> None:
    for style in STYLES:
        for value in values([cell], wanted=ColumnKind.NUMBER):
            assert not isinstance(value, float) or math.isfinite(value), style
