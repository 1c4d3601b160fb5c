from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.column import ColumnKind
from core.data.filters.expression.syntax import (
    BETWEEN,
    ORDERING,
    SEARCHING,
    Both,
    Comparison,
    Either,
    Expression,
    Negation,
    Operator,
    Value,
    ValueKind,
    name_written,
)
from core.data.filters.row_filter import RowFilter
from core.errors import BadInput, SincerelyError
from core.explore.expression_sql import checked_for, expression_sql
from core.explore.order import BY_SCORE, LONGEST
from core.explore.search import find_matches, find_rows, matching_rows
from tests.core.explore.columned import KINDS, ROWS, TEXTS, Columned, make_columned
from tests.core.explore.small import write_columns
from tests.messages import assert_one_sentence

MOMENTS = ["2025", "2026", "2026-01", "2026-01-01", "2026-01-31", "2026-01-15 08:59", "2027"]
LISTS = (Operator.IN, Operator.NOT_IN)


@pytest.fixture(scope="module")
def columned(tmp_path_factory: pytest.TempPathFactory) -> Columned:
    return make_columned(tmp_path_factory.mktemp("columned"))


def values(kind: ColumnKind, operator: Operator) -> st.SearchStrategy[Value]:
    numbers = st.sampled_from(["-1.5", "0", "0.8", "1", "7", "10", "2020", "1e300"])
    if kind is ColumnKind.NUMBER:
        return numbers.map(lambda written: Value(ValueKind.NUMBER, written))
    if kind is ColumnKind.TIME:
        return st.sampled_from(MOMENTS).map(lambda written: Value(ValueKind.TEXT, written))
    if kind is ColumnKind.YES_NO:
        return st.sampled_from(["yes", "no"]).map(lambda word: Value(ValueKind.WORD, word))
    texts = st.sampled_from([*TEXTS, "'; drop", "e", "U"])
    typed = texts.map(lambda written: Value(ValueKind.TEXT, written))
    return (
        typed
        if operator in BETWEEN
        else typed | numbers.map(lambda written: Value(ValueKind.NUMBER, written))
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    name, kind = draw(st.sampled_from(list(KINDS.items())))
    refused = SEARCHING if kind.has_values else frozenset()
    refused |= ORDERING if kind is ColumnKind.YES_NO else frozenset()
    operator = draw(st.sampled_from([each for each in Operator if each not in refused]))
    if operator in (Operator.MISSING, Operator.NOT_MISSING):
        return Comparison(name, operator)
    most = 3 if operator in LISTS else 2 if operator in BETWEEN else 1
    least = 2 if operator in BETWEEN else 1
    of = values(kind, operator)
    found = draw(st.lists(of, min_size=least, max_size=most))
    return Comparison(name, operator, tuple(found))


EXPRESSIONS = st.recursive(
    comparisons(),
    lambda inner: (
        inner.map(Negation)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Both(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts)))
    ),
    max_leaves=4,
)


def found(columned: Columned, where: str, **others: object) -> list[int]:
    row_filter = RowFilter(where=where, **others)
    return matching_rows(columned.workspace, columned.dataset, row_filter).tolist()


@settings(max_examples=50)
@given(EXPRESSIONS)
def test_an_expression_finds_the_rows_that_meet_it(
    columned: Columned, expression: Expression
) -> None:
    try:
        rows = found(columned, str(expression))
    except BadInput as error:
        assert "a value from" in error.expected  # Bounds that are the wrong way around.
        return
    assert rows == columned.rows(expression)


@settings(max_examples=20)
@given(comparisons())
def test_not_finds_exactly_the_other_rows(columned: Columned, comparison: Comparison) -> None:
    try:
        rows = found(columned, str(comparison))
    except BadInput:
        return
    others = found(columned, f"not ({comparison})")
    assert sorted(rows + others) == list(range(ROWS))


@pytest.mark.parametrize("name", KINDS)
def test_columns_are_found_whatever_they_are_called(columned: Columned, name: str) -> None:
    written = name_written(name)
    missing = [row for row, value in enumerate(columned.values[name]) if value is None]

    assert found(columned, f"{written} is missing") == missing
    assert found(columned, f"`{name}` is not null") == sorted({*range(ROWS)} - {*missing})


def test_a_cell_that_is_missing_has_no_other_value(columned: Columned) -> None:
    countries = columned.values["country"]
    others = [row for row, value in enumerate(countries) if value not in (None, "US")]

    assert found(columned, "country != 'US'") == others
    assert found(columned, "country not in ('US')") == others
    assert len(found(columned, "not country = 'US'")) > len(others)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("text contains 'e\u0301'", "text contains 'É'"),
        ("country contains 'US'", "country in ('US', 'us')"),
        ("country > 2019 and country < 2021", "country in ('2020', 2020.0)"),
        ("country between 10 and 2019.5", "country = '1e1'"),
    ],
)
def test_what_is_said_otherwise_finds_the_same(columned: Columned, typed: str, same: str) -> None:
    rows = found(columned, typed)

    assert rows == found(columned, same)
    assert rows


def test_a_list_may_be_as_long_as_an_expression(columned: Columned) -> None:
    numbers = ",".join(["1"] * 980)
    days = ",".join(["'2026'"] * 240)

    assert found(columned, f"score in ({numbers})") == found(columned, "score = 1")
    assert found(columned, f'"a b" in ({days})') == found(columned, "\"a b\" = '2026'")
    assert found(columned, " or ".join(["score=1"] * 180)) == found(columned, "score = 1")
    assert found(columned, "not " * 50 + "score=1") == found(columned, "score = 1")


def test_it_goes_with_all_other_conditions_and_orders(columned: Columned) -> None:
    row_filter = RowFilter(text="text", labels=("1",), rows=tuple(range(50)), where="score > 0.5")
    rows = find_rows(columned.workspace, columned.dataset, row_filter, order=LONGEST)

    scores = [columned.values["score"][row] for row in rows.rows["row"]]
    assert rows.total == len(scores) > 0
    assert all(score > 0.5 for score in scores)
    assert rows.labels == {"0": 0, "1": rows.total}
    lengths = rows.rows["n_words"].tolist()
    assert lengths == sorted(lengths, reverse=True)


def test_it_goes_with_scores_and_their_order(columned: Columned, tmp_path: Path) -> None:
    scores = [row * 7 % 100 / 100 for row in range(ROWS)]
    path = write_columns(tmp_path / "scores.parquet", row=range(ROWS), score=scores)
    row_filter = RowFilter(run="any", lowest=0.5, where="label is missing")

    rows = find_matches(
        columned.workspace, columned.dataset, row_filter, order=BY_SCORE, scores=path
    ).rows.tolist()

    missing = [row for row, value in enumerate(columned.values["label"]) if value is None]
    meant = [row for row in missing if scores[row] >= 0.5]
    assert rows == sorted(meant, key=lambda row: -scores[row])


def test_a_column_that_is_gone_is_said(columned: Columned) -> None:
    gone = replace(columned.dataset, columns=columned.dataset.columns[1:])

    with pytest.raises(BadInput, match="the name of a column, but found “country”") as caught:
        find_matches(columned.workspace, gone, RowFilter(where="country = 'US'"))
    assert_one_sentence(caught.value)


def test_what_the_data_set_made_of_a_column_is_said(columned: Columned) -> None:
    dataset = replace(columned.dataset, label_column="is_toxic")

    with pytest.raises(BadInput, match="“is_toxic” at character 1, the label") as caught:
        find_matches(columned.workspace, dataset, RowFilter(where="is_toxic = 1"))
    assert_one_sentence(caught.value)


def test_a_file_of_columns_that_is_missing_is_damage(columned: Columned) -> None:
    path = columned.workspace.dataset(columned.dataset.id).columns
    aside = path.rename(path.with_suffix(".aside"))
    try:
        with pytest.raises((FileNotFoundError, SincerelyError)):
            found(columned, "score > 1")
    finally:
        aside.rename(path)


def test_nothing_typed_is_in_the_sql(columned: Columned) -> None:
    row_filter = RowFilter(where="country = '''; drop' and \"'; drop view texts; --\" = yes")

    sql, parameters = expression_sql(checked_for(columned.dataset, row_filter.expression))

    assert "drop" not in sql
    assert list(parameters.values()) == ["'; drop", True]
