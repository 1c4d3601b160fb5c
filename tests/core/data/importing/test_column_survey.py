from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.importing.column_survey import ColumnFinding, ColumnSurvey
from tests.core.data.importing.surveys import survey, values

CATEGORY, NUMBER, TIME = ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME
YES_NO, TEXT, ID = ColumnKind.YES_NO, ColumnKind.TEXT, ColumnKind.ID
CELLS = st.none() | st.sampled_from(
    [
        *("1", "0", "1.5", "1,5", "1,234", "1.234", "1.234.567", "1,234.5", "12,34,567", "00123"),
        *("+491701234567", "1e400", "inf", "9007199254740993", "−5", "1'234", "1 234", "\u00a07 "),
        *("NA", "-", "nan", "yes", "NO", "true", "t", "F", "20200131", "1539202764", "２０", "١٢"),
        *("2020-01-01", "2020-01", "2021-02-30", "0000-00-00", "2020-01-01T10", "31/12/2020"),
        *("12/31/2020", "1/2/2020", "2/2/2020", "1-2-2020", "31.12.2020", "2020/1/2"),
        *("1 Jan 2020", "Jan 1, 2020", "2020-01-01T10:11:12Z", "2020-01-01 10:11:12.1234567 +01"),
        *("Wed Oct 10 20:19:24 +0000 2018", "", " ", "\u3000", "\u200b", "\x00", "1\n2", "a\tb"),
        *("a", "é", "🙂", "'; --", "日本 語", "x" * 300),
    ]
)
COLUMNS = st.lists(CELLS, max_size=30) | st.lists(st.text(max_size=12) | st.none(), max_size=8)
NEARLY = st.builds(
    lambda cell, other, before, after: [cell] * before + [other] + [cell] * after,
    CELLS,
    CELLS,
    st.integers(0, 12),
    st.integers(0, 12),
)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["US", "GB", "US", "GB"], CATEGORY),
        (["same", "same"], CATEGORY),
        (["a", "a", "b", "c"], TEXT),
        (["a", None, ""], TEXT),
        ([f"{'long' * 20}{i % 2}" for i in range(20)], TEXT),
        ([f"u{i}" for i in range(20)], ID),
        ([f"u{i}" for i in range(19)], TEXT),
        ([f"a b{i}" for i in range(20)], TEXT),
        ([f"日本{i}" for i in range(20)], TEXT),
        ([f"{i:065}" for i in range(20)], TEXT),
        ([f"u{i // 2}" for i in range(20)], CATEGORY),
        ([f"u{i % 13}" for i in range(20)], TEXT),
        (["1", "2"], NUMBER),
        (["0", "1"], YES_NO),
        (["1.0", "0.0", ""], YES_NO),
        (["1", "1"], NUMBER),
        (["0"], NUMBER),
        (["0", "1", "2"], NUMBER),
        (["Yes", "NO", "yes"], YES_NO),
        (["true"], YES_NO),
        (["T", "f"], YES_NO),
        (["y", "N", "n/a"], YES_NO),
        (["y", "no", "y", "no"], CATEGORY),
        (["2020-01-01"], TIME),
        (["2019", "2020"], NUMBER),
        (["NA", "NA"], CATEGORY),
        (["NA", "NA", "x", "x"], CATEGORY),
        (["02139", "10001"], TEXT),
        (["02139", "10001"] * 2, CATEGORY),
        ([f"+4917012345{i}" for i in range(10, 40)], ID),
        ([str(2**53 + i) for i in range(30)], ID),
        (["10.0.0.1", "10.0.0.2"], TEXT),
        (["50%", "60%", "$5"], TEXT),
        ([], TEXT),
        ([None, "", " \u3000"], TEXT),
    ],
)
def test_the_kind_follows_from_all_cells(cells: list[str | None], kind: ColumnKind) -> None:
    assert survey(cells).kind is kind


@pytest.mark.parametrize("name", ["id", "QID", "tweet_id", "userId", "Row ID", " uid "])
def test_whole_numbers_that_differ_are_ids_where_the_name_says_so(name: str) -> None:
    assert survey(["3", "1", "2"], name).kind is ID
    assert survey(["3", "1", "1"], name).kind is NUMBER
    assert survey(["3.5", "1", "2"], name).kind is NUMBER
    assert survey(["3", "1", "2"], "paid").kind is NUMBER


def test_a_category_has_a_thousand_values_at_most() -> None:
    assert survey([f"v {i % 1000}" for i in range(4000)]).kind is CATEGORY
    assert survey([f"v {i % 1001}" for i in range(4004)]).kind is TEXT


def test_words_for_a_missing_value_are_missing_among_numbers_and_values_among_words() -> None:
    among_numbers, among_words = survey(["1", "NA", "", "-"]), survey(["x", "NA", "", "-"])

    assert (among_numbers.missing, among_numbers.different) == (3, 1)
    assert among_numbers.note == "Missing in 2 rows that say so, as in 'NA' (row 2)"
    assert (among_words.missing, among_words.different) == (1, 3)
    assert survey(["yes", "?"]).note == "'?' (row 2) counts as missing"


def test_yes_and_no_are_booleans() -> None:
    assert values(["Yes", " no ", "NA", None]) == [True, False, None, None]
    assert values(["1.0", "0", ""]) == [True, False, None]
    assert survey(["Yes", "yes", "YES", "no"]).different == 2


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


@pytest.mark.parametrize("few", [["seven"], ["2020-01-01"], ["00123"], ["1,2,3"]])
def test_rows_at_the_end_of_a_sorted_file_decide_too(few: list[str]) -> None:
    cells = pa.array([*map(str, range(200_000)), *few])

    finding = survey(cells)

    assert finding.kind is ID
    assert finding.different == 200_001
    assert ("row 200,001" in finding.note) == (few != ["00123"])


def test_a_file_that_begins_with_other_rows_is_judged_as_a_whole() -> None:
    cells = pa.array(["unknown"] * 100_000 + [f"{i}.5" for i in range(900_000)])

    assert survey(cells).note == (
        "A number in all rows but 100,000 (the first is row 1: 'unknown'), so kept as text"
    )


def test_a_chosen_kind_is_kept_where_all_cells_fit() -> None:
    assert values(["00123", "5"], wanted=NUMBER) == [123.0, 5.0]
    assert values(["yes", "TRUE", "0"], wanted=YES_NO) == [True, True, False]
    assert survey(["1"], wanted=YES_NO).kind is YES_NO
    assert survey(["9007199254740993"], wanted=NUMBER).note == (
        "'9007199254740993' (row 1) is rounded"
    )
    for kind in ColumnKind:
        assert survey([], wanted=kind).kind is kind
        assert survey(["NA"], wanted=kind).kind is kind
    for kind in (TEXT, CATEGORY, ID):
        assert survey(["1", "2", "x"], wanted=kind) == ColumnFinding(kind, 0, 3)


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


def test_a_chosen_category_has_ten_thousand_values_at_most() -> None:
    cells = [str(i) for i in range(10_001)]

    assert survey(cells[:-1], wanted=CATEGORY).kind is CATEGORY
    assert survey(cells, wanted=CATEGORY) == ColumnFinding(
        TEXT,
        0,
        10_001,
        "Has 10,001 different values, more than the 10,000 of a category, so kept as text",
    )


@pytest.mark.parametrize(
    ("cell", "moment", "said"),
    [
        ("1539202764", datetime(2018, 10, 10, 20, 19, 24), "seconds since 1970"),
        ("1539202764.5", datetime(2018, 10, 10, 20, 19, 24, 500_000), "seconds since 1970"),
        ("1539202764001", datetime(2018, 10, 10, 20, 19, 24, 1000), "milliseconds since 1970"),
        ("1539202764000001", datetime(2018, 10, 10, 20, 19, 24, 1), "microseconds since 1970"),
        ("1539202764000000000", datetime(2018, 10, 10, 20, 19, 24), "nanoseconds since 1970"),
        ("2018", datetime(2018, 1, 1), "years"),
        ("20180228", datetime(2018, 2, 28), "year, month and day"),
    ],
)
def test_numbers_become_times_where_a_person_says_so(
    cell: str, moment: datetime, said: str
) -> None:
    finding = survey([cell, None], wanted=TIME)

    assert finding.note == f"Numbers read as {said}, as in '{cell}' (row 1)"
    assert finding.values(pa.array([cell, None])).to_pylist() == [moment, None]
    assert survey([cell]).kind is NUMBER or len(cell) > 16


@given(COLUMNS | NEARLY, st.sampled_from([None, *ColumnKind]), st.randoms(), st.integers(1, 9))
def test_neither_the_cuts_nor_the_order_of_batches_matter(
    cells: list[str | None], wanted: ColumnKind | None, rng: object, batch: int
) -> None:
    column, numbers = pa.array(cells, pa.string()), np.arange(1, len(cells) + 1)
    order = list(range(0, len(cells), batch))
    rng.shuffle(order)  # type: ignore[attr-defined]
    surveyed = ColumnSurvey()
    for start in order:
        surveyed.add(column.slice(start, batch), numbers[start : start + batch])

    assert surveyed.finding("c", wanted) == survey(cells, wanted=wanted)


@given(COLUMNS | NEARLY, st.sampled_from([None, *ColumnKind]))
def test_no_value_is_lost(cells: list[str | None], wanted: ColumnKind | None) -> None:
    column = pa.array(cells, pa.string())
    finding = survey(cells, wanted=wanted)
    found = finding.values(column)

    assert len(found) == len(cells)
    if finding.kind.has_values:
        assert found.null_count == finding.missing
        assert found.type in (pa.float64(), pa.timestamp("us"), pa.bool_())
        assert len(found.drop_null().unique()) == finding.different
    else:
        assert found is column
        assert finding.missing == sum(1 for cell in cells if cell is None or not cell.strip())
        assert finding.different == len({c for c in cells if c is not None and c.strip()})
    assert len(finding.note) <= 200
    assert not set(finding.note) & set(map(chr, range(32)))


def test_many_different_cells_are_read_as_few_are() -> None:
    cells = [f"{i}.25" for i in range(9000)]
    cells[5000], cells[7000] = " NA ", None
    column = pa.array(cells)
    finding = survey(column, batch=4500)

    many, few = finding.values(column), [finding.values(column[i : i + 9]) for i in (4998, 6998)]

    assert (finding.kind, finding.missing) == (NUMBER, 2)
    assert [many[i : i + 9] for i in (4998, 6998)] == few
    assert many.null_count == 2


def test_cells_that_came_later_and_do_not_fit_are_null() -> None:
    for cells in (["1.5"], ["1,5"], ["2020-01-01"], ["31/12/2020"], ["yes"]):
        later = survey(cells).values(pa.array([*cells, "other", "1e400", "1,2,3"]))
        assert later.null_count == 3
