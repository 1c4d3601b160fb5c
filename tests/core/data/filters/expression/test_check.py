from datetime import datetime

import pytest

from core.data.column import Column, ColumnKind
from core.data.filters.expression.check import checked
from core.data.filters.expression.moments import Moment
from core.data.filters.expression.parser import parse
from core.data.filters.expression.syntax import Condition
from core.errors import BadInput
from tests.core.data.filters.expression.columns import COLUMNS
from tests.messages import assert_one_sentence

DAY = Moment(datetime(2026, 1, 31), datetime(2026, 1, 31, 23, 59, 59, 999_999))


def condition(typed: str, columns: tuple[Column, ...] = COLUMNS) -> Condition:
    found = checked(parse(typed), columns)
    assert isinstance(found, Condition)
    return found


@pytest.mark.parametrize(
    ("typed", "operands"),
    [
        ("score > 0.8", (0.8,)),
        ("score in (1, -2)", (1.0, -2.0)),
        ("posted = '2026-01-31'", (DAY,)),
        ("posted > 9999", (Moment(datetime(9999, 1, 1), datetime.max),)),
        ("is_toxic in (YES, 'No', 1, false)", (True, False, True, False)),
        ("country = 2020", ("2020",)),
        ("country = 007", ("007",)),
        ("country > 2020", (2020.0,)),
        ("country > '2020'", ("2020",)),
        ("country between 'A' and 'B'", ("A", "B")),
        ("title contains 5", ("5",)),
        ("\"author id\" in (5, 'x')", ("5", "x")),
        ("score is missing", ()),
    ],
)
def test_values_are_in_the_kind_of_their_column(typed: str, operands: tuple[object, ...]) -> None:
    assert condition(typed).operands == operands


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("COUNTRY = 'x'", "country"),
        ("grösse = 1", "Größe"),
        ("Gro\u0308ße = 1", "Größe"),
        ("\"country  CODE\" = 'x'", "Country code"),
    ],
)
def test_a_name_much_like_that_of_one_column_is_its(typed: str, name: str) -> None:
    assert condition(typed).column.name == name


def test_of_names_alike_each_is_known_by_its_own_spelling() -> None:
    columns = (Column("A", ColumnKind.NUMBER, 0), Column("a", ColumnKind.NUMBER, 1))

    assert condition("a = 1", columns).column.place == 1
    with pytest.raises(BadInput, match="write “A” or “a” if that is meant"):
        condition('"a " = 1', columns)


def test_all_parts_are_checked_and_written_with_the_names_of_the_columns() -> None:
    found = checked(parse("not (COUNTRY = 'x' or Score > 1) and TITLE is missing"), COLUMNS)

    assert str(found) == "not (country = 'x' or score > 1) and title is missing"


@pytest.mark.parametrize(
    ("typed", "expected", "found", "action"),
    [
        ("countri = 'x'", "the name of a column", "“countri” at character 1", "write “country” or"),
        ("score = 1 and zzz = 2", "the name of a column", "“zzz” at character 15", "choose among"),
        ("label = 'x'", "the name of a further column", "the label", "by its own field"),
        ("score = '0.8'", "a number for “score”", "“'0.8'” at character 9", "0.8 without quotes"),
        ("score = 'x'", "a number for “score”", "“'x'”", "write one such as 0.8"),
        ("score = 'nan'", "a number for “score”", "“'nan'”", "write one such as 0.8"),
        ("score = yes", "a number for “score”", "“yes”", "write one such as 0.8"),
        ("score < 1e999", "a number for “score”", "“1e999”", "write one such as 0.8"),
        ("score contains '1'", "a column of texts for contains", "numbers in “score”", "between"),
        ("posted > '5 May'", "a date such as '2026-01-31'", "“'5 May'” at character 10", "write"),
        ("posted > '2026-02-30'", "a date such as", "“'2026-02-30'”", "write one that exists"),
        ("posted > 5", "a date such as", "“5” at character 10", "or '2026' for all of it"),
        ("posted = no", "a date such as", "“no”", "write one"),
        ("posted contains '1'", "a column of texts for contains", "dates in “posted”", "between"),
        ("is_toxic = 'maybe'", "yes or no for “is_toxic”", "“'maybe'”", "write = yes or = no"),
        ("is_toxic = 2", "yes or no for “is_toxic”", "“2” at character 12", "write = yes or = no"),
        ("is_toxic > 0", "a column with an order for >", "yes and no in", "compare with = yes"),
        ("is_toxic not contains 'y'", "a column of texts for not contains", "yes and no", "= yes"),
        ("country = yes", "a value in single quotes", "“yes” at character 11", "write 'yes'"),
        ("country = ''", "something to compare", "“''” at character 11", "“country is missing”"),
        ("country in ('a', ' ')", "something to compare", "“' '”", "“country is missing”"),
        ("title contains ''", "some letters for “title”", "“''”", "write what the column should"),
        ("title between 1 and '5'", "two numbers or two texts", "“'5'”", "both in single quotes"),
        ("title between 'b' and 'a'", "a value from “'b'” on", "“'a'”", "between “'a'” and “'b'”"),
        ("score between 2 and 1", "a value from “2” on", "“1” at character 21", "write between"),
        ("posted between 2026 and 2025", "a value from “2026” on", "“2025”", "write between"),
        ("country > 1e999", "a number for “country”", "“1e999”", "write one such as 0.8"),
    ],
)
def test_what_a_column_cannot_be_asked_is_said(
    typed: str, expected: str, found: str, action: str
) -> None:
    with pytest.raises(BadInput) as caught:
        checked(parse(typed), COLUMNS, {"label": "label", "": "id"})

    assert_one_sentence(caught.value)
    assert caught.value.expected.startswith(expected)
    assert found in caught.value.found
    assert action in caught.value.action


def test_a_data_set_without_further_columns_says_so() -> None:
    with pytest.raises(BadInput, match="Expected a data set with further columns") as caught:
        checked(parse("a = 1"), ())
    assert_one_sentence(caught.value)


def test_one_day_or_value_may_be_both_bounds() -> None:
    assert condition("posted between '2026-01-31' and '2026-01-31'").operands == (DAY, DAY)
    assert condition("posted between '2026-01-31' and '2026-01'").operands[0] == DAY
    assert condition("score between 1 and 1.0").operands == (1.0, 1.0)
