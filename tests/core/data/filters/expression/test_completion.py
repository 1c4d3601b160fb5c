from dataclasses import replace

import pytest

from core.data.column import Column, ColumnKind
from core.data.filters.expression.completion import completions
from core.data.filters.expression.syntax import Operator
from tests.core.data.filters.expression.columns import COLUMNS

BEGINNINGS = ["country", "score", "posted", "is_toxic", "title", '"author id"', "Größe"]
BEGINNINGS += ['"Country code"', "not", "("]
ALL = [operator.value for operator in Operator]
OF_NUMBERS = [name for name in ALL if "contains" not in name]
OF_TRUTH = ["=", "!=", "in", "not in", "is missing", "is not missing"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", BEGINNINGS),
        ("score = 1 and ", BEGINNINGS),
        ("not ", BEGINNINGS),
        ("(", BEGINNINGS),
        ("c", ["country", '"Country code"']),
        ("score = 1 or COU", ["country", '"Country code"']),
        ('"auth', ['"author id"']),
        ("`auth", ['"author id"']),
        ("zzz", []),
        ("country ", ALL),
        ('"author id" ', ALL),
        ("unknown ", ALL),
        ("score ", OF_NUMBERS),
        ("posted ", OF_NUMBERS),
        ("IS_TOXIC ", OF_TRUTH),
        ("country i", ["in", "is missing", "is not missing"]),
        ("country not ", ["in", "between", "contains"]),
        ("score not ", ["in", "between"]),
        ("score is ", ["missing", "not missing"]),
        ("score is not ", ["missing"]),
        ("is_toxic = ", ["yes", "no"]),
        ("is_toxic = n", ["no"]),
        ("score = ", []),
        ("country = 'U", []),
        ("score = 1 ", ["and", "or"]),
        ("score = 1", ["and", "or"]),
        ("(score = 1 ", ["and", "or", ")"]),
        ("score between 1 ", ["and"]),
        ("country in ", ["("]),
        ("country in ('a' ", [",", ")"]),
        ("score = = ", []),
        ("score = 1 or " * 200, []),
        ("country = US and ", []),
    ],
)
def test_what_can_stand_next_is_offered(typed: str, words: list[str]) -> None:
    assert completions(typed, COLUMNS) == words


def test_words_are_completed_where_they_are_being_typed() -> None:
    assert completions("cou = 'US' and score > 1", COLUMNS, end=3) == ["country", '"Country code"']


def test_sensitive_columns_are_not_offered() -> None:
    columns = [replace(column, sensitive=column.name != "score") for column in COLUMNS]

    assert completions("", columns) == ["score", "not", "("]


def test_names_are_offered_as_they_must_be_written() -> None:
    columns = [Column(name, ColumnKind.TEXT, place) for place, name in enumerate(['a"b', "and"])]

    assert completions('"a""', columns) == ['"a""b"']
    assert completions("an", columns) == ['"and"']
