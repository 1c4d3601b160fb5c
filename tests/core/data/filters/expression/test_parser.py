import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.filters.expression.parser import MAX_DEPTH, MAX_EXPRESSION, parse
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
)
from core.errors import BadInput
from tests.messages import assert_one_sentence

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


@given(
    st.lists(st.sampled_from([*"ab'\"`()=<>!,.10  -‘”é\n", " in ", " and ", " is "])).map("".join)
)
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        parse(text)
    except BadInput as error:
        assert_one_sentence(error)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a = 1", "a = 1"),
        ("a==1", "a = 1"),
        ("a<>1 AND b≠2", "a != 1 and b != 2"),
        ("a≤1 and b>=2", "a <= 1 and b >= 2"),
        ("a In('x' , 'y')", "a in ('x', 'y')"),
        ("a NOT IN (1)", "a not in (1)"),
        ("a between 1 and 2 and b = 3", "a between 1 and 2 and b = 3"),
        ("a not between -1 and 2", "a not between -1 and 2"),
        ("a is NULL or a Is Not Missing", "a is missing or a is not missing"),
        ("a not contains 'it''s'", "a not contains 'it''s'"),
        ("a = YES", "a = yes"),
        ("not a = 1 and b = 2", "not (a = 1) and b = 2"),
        ("a = 1 or b = 2 and c = 3", "a = 1 or b = 2 and c = 3"),
        ("(a = 1 or b = 2) and c = 3", "(a = 1 or b = 2) and c = 3"),
        ("((a = 1)) and (b = 2 and (c = 3))", "a = 1 and b = 2 and c = 3"),
        ("not not a = 1", "not (not (a = 1))"),
        ('"a b" = 1', '"a b" = 1'),
        ("`a``b` = 1", '"a`b" = 1'),
        ('"a""b" = 1', '"a""b" = 1'),
        ('"ab" = 1', "ab = 1"),
        ('"and" = 1', '"and" = 1'),
        ("yes = 1", "yes = 1"),
        ("größe_中 = 1", "größe_中 = 1"),
        ("हिन्दी = 1", "हिन्दी = 1"),
        ("a = ‘it’’s’ or “a b” = ’x’", "a = 'it''s' or \"a b\" = 'x'"),
        ("a = 'it’s'", "a = 'it’s'"),
        ("a > −3", "a > -3"),
        ("a>-.5e3", "a > -.5e3"),
        ("a\u00a0=\n1\tand b\u200b = 2", "a = 1 and b = 2"),
        ("a >\u2060= '2026-\u206001'", "a >= '2026-01'"),
        ("a in （'x'，'y'）", "a in ('x', 'y')"),
        ("a = 'x''; drop table texts; --'", "a = 'x''; drop table texts; --'"),
    ],
)
def test_an_expression_has_one_spelling(typed: str, written: str) -> None:
    assert str(parse(typed)) == written


def test_columns_are_named_once_each_in_their_order() -> None:
    assert parse("b = 1 and (a = 2 or not b in (3))").columns_used == ("b", "a")


COLUMN, VALUE = "the name of a column", "a value after “=”"
OPERATORS = "=, !=, <, <=, >, >=, in, between, contains or is missing after"


@pytest.mark.parametrize(
    ("typed", "expected", "found", "action"),
    [
        ("", COLUMN, "the end of the expression", "add a condition such as country = 'US'"),
        ("a = 1 and", f"{COLUMN} after “and”", "the end", "add a condition"),
        ("'US' = a", COLUMN, "“'US'” at character 1", "begin with the column"),
        ("1 < a", COLUMN, "“1” at character 1", "begin with the column"),
        ("and = 1", COLUMN, "“and” at character 1", 'write "and" in double quotes'),
        ("()", f"{COLUMN} after “(”", "“)” at character 2", "add a condition"),
        ("!a = 1", COLUMN, "“!” at character 1", "write not"),
        ("a", f"{OPERATORS} “a”", "the end", "write what is asked of the column"),
        ("a b = 1", f"{OPERATORS} “a”", "“b” at character 3", 'or "a b" in double quotes'),
        ("a.b = 1", f"{OPERATORS} “a”", "“.” at character 2", "stands in double quotes"),
        ("a-1 = 1", f"{OPERATORS} “a”", "“-1” at character 2", "stands in double quotes"),
        ("lower(a) = 'x'", f"{OPERATORS} “lower”", "“(” at character 6", "there are no functions"),
        ("a like 'x'", "a sign or word that compares after “a”", "“like”", "write contains"),
        ("a => 1", "a sign or word that compares after “a”", "“=>”", "write >="),
        ("a: 'x'", "a sign or word that compares after “a”", "“:”", "write ="),
        ("a not = 1", "in, between or contains after “not”", "“=” at character 7", "write one"),
        ("a is 3", "missing after “is”", "“3” at character 6", "write “a is missing”"),
        ("a is not", "missing after “not”", "the end", "write “a is missing”"),
        ("a =", VALUE, "the end", "add one, such as 'US' or 0.8"),
        ("a = US", VALUE, "“US” at character 5", "write texts in single quotes: 'US'"),
        ('a = "it\'s"', VALUE, '“"it\'s"” at character 5', "single quotes: 'it''s'"),
        ("a = null", VALUE, "“null” at character 5", "write “a is missing”"),
        ("a = 2026-01-31", VALUE, "“2026-01-31”", "in single quotes: '2026-01-31'"),
        ("a = 31.1.2026", VALUE, "“31.1.2026”", "in single quotes: '31.1.2026'"),
        ("a = (1)", VALUE, "“(” at character 5", "add one"),
        ("a = not 1", VALUE, "“not” at character 5", "add one"),
        ("a in 'x'", "( after “in”", "“'x'” at character 6", "write the values as ('US', 'CA')"),
        ("a in ()", "a value after “(”", "“)” at character 7", "add one"),
        ("a in (1,)", "a value after “,”", "“)” at character 9", "add one"),
        ("a in (1", "a comma or the ) of the list that begins at character 6", "the end", "add"),
        ("a in ('x, 'y')", "a comma or the )", "“y” at character 12", "check the quotation marks"),
        ("a between 1", "and with a second value after “1”", "the end", "write between 1 and 5"),
        ("a between 1, 2", "and with a second value", "“,”", "write between 1 and 5"),
        ("(a = 1", "the ) for the ( at character 1", "the end", "add it"),
        ("(a = 1 b", "and, or, or the ) for the ( at character 1 after “1”", "“b”", "join"),
        ("a = 1)", "a ( for each )", "“)” at character 6", "remove it"),
        ("a = 1 b = 2", "and, or, or the end after “1”", "“b” at character 7", "join conditions"),
        ("a = 1 && b = 2", "and, or, or the end", "“&&” at character 7", "write and"),
        ("a = 1, b = 2", "and, or, or the end", "“,”", "write numbers without commas"),
        ("a = 1,000", "and, or, or the end", "“,”", "write numbers without commas"),
        ("a = 'x', b = 2", "and, or, or the end", "“,” at character 8", "write and"),
        ("a = 'x' y", "and, or, or the end", "“y”", "check the quotation marks before it"),
        ("a = 1; drop", "and, or, or the end", "“;” at character 6", "join"),
        ("a = 'x", "a second ' for the one at character 5", "the end", "add it; a ' inside"),
        ('"a = 1', 'a second " for the one at character 1', "the end", "add it"),
        ("a = 'x\n", "a second '", "the end", "add it"),
        (f"a = {'x' * 90}", VALUE, f"“{'x' * 40}…” at character 5", "write texts"),
        ("a = \x00", VALUE, "at character 5", "add one"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    typed: str, expected: str, found: str, action: str
) -> None:
    with pytest.raises(BadInput) as caught:
        parse(typed)

    assert_one_sentence(caught.value)
    assert caught.value.expected.startswith(expected)
    assert found in caught.value.found
    assert action in caught.value.action


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("(" * MAX_DEPTH + "a = 1" + ")" * MAX_DEPTH, None),
        ("not " * MAX_DEPTH + "a = 1", None),
        ("(" * (MAX_DEPTH + 1) + "a = 1" + ")" * (MAX_DEPTH + 1), "at most 50"),
        ("not " * 450 + "a = 1", "at most 50"),
        ("(" * MAX_EXPRESSION, "at most 50"),
        (f"a in ({','.join('1' * 996)})", None),
        (" or ".join(["a=1"] * 285), None),
        ("a = 1".ljust(MAX_EXPRESSION), None),
        ("a = 1".ljust(MAX_EXPRESSION + 1), "an expression of at most 2,000 characters"),
    ],
    ids=range(9),
)
def test_limits_are_told(typed: str, expected: str | None) -> None:
    if expected is None:
        assert parse(typed).columns_used == ("a",)
        return
    with pytest.raises(BadInput) as caught:
        parse(typed)
    assert_one_sentence(caught.value)
    assert caught.value.expected.startswith(expected)
