import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.filters.expression.parser import parse
from core.data.filters.expression.syntax import (
    BETWEEN,
    Both,
    Comparison,
    Either,
    Expression,
    Negation,
    Operator,
    Value,
    ValueKind,
    name_written,
    quoted,
)

LISTS = (Operator.IN, Operator.NOT_IN)
MISSING = (Operator.MISSING, Operator.NOT_MISSING)
NAMES = st.text(st.sampled_from("aZ_9é中क\u094d '\"`.-\n'“’;$"), min_size=1, max_size=5) | (
    st.sampled_from(["and", "NOT", "in", "yes", "null", "select", "c0", "1e5", "’", "naïve"])
)
VALUES = (
    st.builds(Value, st.just(ValueKind.TEXT), st.text(max_size=4).map(lambda t: t.strip("\u200b")))
    | st.builds(Value, st.just(ValueKind.NUMBER), st.sampled_from(["1", "-0.5", "+.5e-3", "7."]))
    | st.builds(Value, st.just(ValueKind.WORD), st.sampled_from(["yes", "no", "true", "false"]))
)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    operator = draw(st.sampled_from(Operator))
    most = 0 if operator in MISSING else 2 if operator in BETWEEN else 4 if operator in LISTS else 1
    least = 1 if operator in LISTS else most
    values = draw(st.lists(VALUES, min_size=least, max_size=most))
    return Comparison(draw(NAMES), operator, tuple(values))


def joined(made: type[Both | Either], parts: list[Expression]) -> Expression:
    """As parentheses that say nothing are left out."""
    flat = [each.parts if isinstance(each, made) else (each,) for each in parts]
    return made(tuple(inner for some in flat for inner in some))


def _parts(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3)
    return (
        st.builds(Negation, inner)
        | several.map(lambda parts: joined(Both, parts))
        | several.map(lambda parts: joined(Either, parts))
    )


EXPRESSIONS = st.recursive(comparisons(), _parts, max_leaves=6)


@given(EXPRESSIONS)
def test_an_expression_written_out_is_read_as_the_same(expression: Expression) -> None:
    assert parse(str(expression)) == expression


def test_columns_are_named_once_each_in_their_order() -> None:
    assert parse("b = 1 and (a = 2 or not b in (3))").columns_used == ("b", "a")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("country", "country"),
        ("größe_中", "größe_中"),
        ("yes", "yes"),
        ("", '""'),
        ("a b", '"a b"'),
        ('a"b', '"a""b"'),
        ("2nd", '"2nd"'),
        ("In", '"In"'),
        ("a.b", '"a.b"'),
        ("😀", '"😀"'),
    ],
)
def test_a_name_stands_in_quotation_marks_where_it_must(name: str, written: str) -> None:
    assert name_written(name) == written
    assert parse(f"{written} = 1").columns_used == (name,)


def test_quotation_marks_of_texts_are_doubled() -> None:
    assert quoted("it's") == "'it''s'"
