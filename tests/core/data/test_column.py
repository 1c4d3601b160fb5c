import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import Column, ColumnKind, column_called, distinct_names


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a (2)", "a (3)"]),
        (["a", "a", "a (2)"], ["a", "a (3)", "a (2)"]),
        (["", "a", "a", "a (2)"], ["column 1", "a", "a (3)", "a (2)"]),
        (["", " ", "column 1"], ["column 1 (2)", "column 2", "column 1"]),
        (["select", 'a"b', "a.b", "текст", "a "], ["select", 'a"b', "a.b", "текст", "a "]),
    ],
)
def test_each_name_stands_once_and_stays_as_it_is_where_it_can(
    header: list[str], names: list[str]
) -> None:
    assert distinct_names(header) == names


@given(names=st.lists(st.sampled_from(["", "a", "a (2)", "column 1", "column 2", "b"]), max_size=9))
def test_distinct_names_are_distinct_and_keep_what_occurs_once(names: list[str]) -> None:
    made = distinct_names(names)
    assert len(set(made)) == len(made) == len(names)
    assert "" not in made
    for new, old in zip(made, names, strict=True):
        assert new == old or not old or names.count(old) > 1


def test_numbers_times_and_truth_have_values_and_other_kinds_are_compared_as_written() -> None:
    columns = [Column(kind.value, kind, place) for place, kind in enumerate(ColumnKind)]

    assert [column.cells for column in columns] == ["c0", "c1", "c2", "c3", "c4", "c5"]
    assert {column.kind for column in columns if column.values != column.cells} == {
        ColumnKind.NUMBER, ColumnKind.TIME, ColumnKind.YES_NO,
    }  # fmt: skip
    assert column_called(columns, "time") is columns[2]
    assert column_called(columns, "c2") is None
