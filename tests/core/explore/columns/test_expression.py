import pytest

from core.data.column import Column, ColumnKind
from core.data.filters.row_filter import RowFilter
from core.explore.columns.expression import group_expression
from core.explore.columns.groups import ELSEWHERE, NO_VALUE, Group, GroupKind, groups_of
from core.explore.search import matching_rows
from tests.core.explore.columned import KINDS, Columned, make_columned


@pytest.fixture(scope="module")
def columned(tmp_path_factory: pytest.TempPathFactory) -> Columned:
    return make_columned(tmp_path_factory.mktemp("columned"))


def rows_where(columned: Columned, expression: str) -> list[int]:
    row_filter = RowFilter(where=expression)
    return matching_rows(columned.workspace, columned.dataset, row_filter).tolist()


FOUND = [(name, False) for name, kind in KINDS.items() if kind is not ColumnKind.TEXT]
FOUND += [(name, True) for name, kind in KINDS.items() if kind is ColumnKind.NUMBER]
MOST = 2


@pytest.mark.parametrize(("name", "binned"), FOUND)
def test_an_expression_finds_the_rows_of_its_group(
    columned: Columned, name: str, binned: bool
) -> None:
    column = next(each for each in columned.dataset.columns if each.name == name)
    if binned:  # As if it had more different numbers than can stand alone.
        column = Column(name, column.kind, column.place, different=100)
    found = groups_of(columned.workspace, columned.dataset, column)
    assert found.groups

    for place, group in list(enumerate(found.groups))[:: 1 + len(found.groups) // MOST]:
        expected = [row for row, its in enumerate(found.places) if its == place]
        assert rows_where(columned, group_expression(column, group)) == expected

    missing = [row for row, its in enumerate(found.places) if its == NO_VALUE]
    none = Group("missing", GroupKind.MISSING)
    assert rows_where(columned, group_expression(column, none)) == missing
    values = tuple(value for group in found.groups for value in group.values)
    others = Group("others", GroupKind.OTHERS, values)
    elsewhere = [row for row, its in enumerate(found.places) if its == ELSEWHERE]
    if values:
        assert rows_where(columned, group_expression(column, others)) == elsewhere


def test_stretches_that_follow_each_other_are_found_together(columned: Columned) -> None:
    column = next(each for each in columned.dataset.columns if each.name == "a b")
    found = groups_of(columned.workspace, columned.dataset, column)

    expected = [row for row, place in enumerate(found.places) if 2 <= place <= 5]
    expression = group_expression(column, *found.groups[2:6])

    assert rows_where(columned, expression) == expected
    assert len(expected) > 10


@pytest.mark.parametrize(
    ("kind", "group", "expression"),
    [
        (ColumnKind.CATEGORY, Group.of_value("it's"), "\"a \"\"b\" = 'it''s'"),
        (ColumnKind.YES_NO, Group.of_value("yes"), '"a ""b" = yes'),
        (ColumnKind.NUMBER, Group.of_value("-2.5"), '"a ""b" = -2.5'),
        (
            ColumnKind.NUMBER,
            Group("", GroupKind.STRETCH, start=1.0, end=2.5),
            '"a ""b" >= 1 and "a ""b" < 2.5',
        ),
        (ColumnKind.NUMBER, Group("", GroupKind.STRETCH, end=2.0), '"a ""b" < 2'),
        (ColumnKind.NUMBER, Group("", GroupKind.STRETCH, start=2.0), '"a ""b" >= 2'),
        (ColumnKind.NUMBER, Group("", GroupKind.STRETCH), '"a ""b" is not missing'),
        (ColumnKind.ID, Group("", GroupKind.OTHERS), '"a ""b" is not missing'),
        (ColumnKind.TEXT, Group("", GroupKind.STRETCH, start=2.0), ""),
        (ColumnKind.CATEGORY, Group.of_value("a\u200bb"), ""),
        (ColumnKind.CATEGORY, Group.of_value("a" * 2_000), ""),
    ],
)
def test_names_and_values_are_quoted(kind: ColumnKind, group: Group, expression: str) -> None:
    assert group_expression(Column('a "b', kind, 0), group) == expression
