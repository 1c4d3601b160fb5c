import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.filters.expression.parser import MAX_DEPTH, MAX_EXPRESSION, parse
from core.errors import BadInput
from tests.messages import assert_one_sentence

PIECES = [*"ab'\"`()=<>!,.10  -‘”é\n", " in ", " and ", " is "]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
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
