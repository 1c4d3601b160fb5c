import pytest

from core.data.column import ColumnKind
from tests.core.data.importing.kinds.surveys import survey

CATEGORY, NUMBER, TIME = ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME
YES_NO, TEXT, ID = ColumnKind.YES_NO, ColumnKind.TEXT, ColumnKind.ID


def test_a_misfit_is_counted_and_placed() -> None:
    one, three = ["7"] * 9 + ["n.b."], ["n.b.", *["7"] * 27, "x", "\x00<b>"]

    assert survey(one).note == (
        "A number in all rows but 1 (row 10: 'n.b.'), so kept as a category"
    )
    assert survey(three).note == (
        "A number in all rows but 3 (the first is row 1: 'n.b.'), so kept as a category"
    )
    assert survey([*one, "NA", None]).note == survey(one).note
    assert survey([str(i) for i in range(30)] + ["n b"]).note == (
        "A number in all rows but 1 (row 31: 'n b'), so kept as text"
    )
    assert survey(["2020-01-01"] * 9 + ["2021-02-30"]).note == (
        "A date or time in all rows but 1 (row 10: '2021-02-30'), so kept as a category"
    )
    assert survey(["no"] * 9 + ["maybe"]).note == (
        "Yes or no in all rows but 1 (row 10: 'maybe'), so kept as a category"
    )


def test_nothing_is_said_of_misfits_where_many_do_not_fit() -> None:
    assert survey(["7"] * 8 + ["a", "b"]).note == ""
    assert survey(["12345"] * 30 + ["02139"]).note == ""


@pytest.mark.parametrize(
    ("wanted", "note"),
    [
        (NUMBER, "Not numbers in 2 rows (the first is row 2: 'x'), so kept as text"),
        (TIME, "Not dates or times in 3 rows (the first is row 1: '7'), so kept as text"),
        (YES_NO, "Neither yes nor no in 3 rows (the first is row 1: '7'), so kept as text"),
    ],
)
def test_a_chosen_kind_gives_way_to_text(wanted: ColumnKind, note: str) -> None:
    finding = survey(["7", "x", "y z", None], wanted=wanted)

    assert (finding.kind, finding.note) == (TEXT, note)


def test_several_formats_are_named_with_their_rows() -> None:
    cells = ["31/12/2020", "2020-12-31", "1 Jan 2020"] * 4 + ["30/12/2020"]

    assert survey(cells).kind is ColumnKind.CATEGORY
    assert survey(cells).note == (
        "Dates in 3 formats, such as '31/12/2020' (5 rows), '2020-12-31' (4 rows), so kept as a "
        "category; write them in one"
    )
    assert survey(["31/12/2020", "12/31/2020"]).note.startswith("Dates in 2 formats")


def test_times_without_a_zone_among_others_are_said_to_be_utc() -> None:
    assert survey(["2020-01-01T00:00:00Z", "2020-01-02"]).note == (
        "Taken as UTC in 1 row without a time zone, as in '2020-01-02' (row 2)"
    )


def test_numbers_in_several_styles_are_named() -> None:
    note = (
        "Decimals or thousands are written in several ways, as in '1,5' (row 1) and '2.5' (row 2), "
        "so kept as text; write them in one"
    )

    assert survey(["1,5", "2.5", "7"]).note == note
    assert survey(["1,5", "2.5", "7"], wanted=NUMBER).note == note
    assert survey(["1,234,567", "1.234.567"]).note.startswith("Decimals or thousands are written")


def test_dates_in_several_formats_are_named_where_a_time_was_chosen() -> None:
    assert survey(["2020-01-01", "31.12.2020"], wanted=TIME).note == (
        "Dates in 2 formats, such as '2020-01-01' (1 row), '31.12.2020' (1 row), so kept as text; "
        "write them in one"
    )


def test_a_number_that_may_be_a_date_is_said_to_be_one() -> None:
    assert survey(["20200131", "20200229"]).note == (
        "'20200131' (row 1) may be a date: if so, choose date or time"
    )
    assert survey(["20200131", "20200230"]).note == ""


def test_notes_hold_the_beginning_of_a_cell_on_one_line() -> None:
    long = survey([*["7"] * 20, "line\n\x00 " + "word " * 99]).note

    assert long.startswith("A number in all rows but 1 (row 21: 'line word word")
    assert len(long) < 120
