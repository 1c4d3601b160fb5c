from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.importing.kinds.shapes import Strings, trimmed
from core.data.importing.kinds.survey import ColumnSurvey, shapes_of
from tests.core.data.importing.kinds.surveys import survey, values

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


@given(st.lists(CELLS.filter(bool).map(str) | st.text("0123456789-+.,eE:/TZ ", max_size=20)))
def test_what_a_cell_looks_like_does_not_depend_on_its_neighbours(cells: list[str]) -> None:
    column = trimmed(pa.array(cells, pa.string()))

    alone = [shapes_of(Strings.of(column[i : i + 1]))[0].tolist() for i in range(len(cells))]

    assert [[shape] for shape in shapes_of(Strings.of(column))[0].tolist()] == alone
