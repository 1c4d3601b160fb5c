from dataclasses import replace

import pytest

from core.data.column import Column, ColumnKind
from core.data.filters.expression.check import checked
from core.data.filters.expression.example import example
from core.data.filters.expression.parser import parse
from tests.core.data.filters.expression.columns import COLUMNS


def test_the_example_is_about_columns_of_two_kinds() -> None:
    assert example(COLUMNS) == "score > 0 and posted >= '2026-01-31'"
    assert example(COLUMNS[:1]) == "country is not missing"


@pytest.mark.parametrize("kind", ColumnKind)
def test_it_can_be_asked_whatever_the_kind_and_name(kind: ColumnKind) -> None:
    columns = [Column('a "b" and', kind, 0)]

    assert checked(parse(example(columns)), columns).columns_used == ('a "b" and',)


def test_sensitive_columns_are_no_example() -> None:
    assert example([replace(column, sensitive=True) for column in COLUMNS]) == ""
