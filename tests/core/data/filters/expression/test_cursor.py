from core.data.filters.expression.cursor import Cursor, Wanted, shown
from core.data.filters.expression.tokens import TokenKind, tokens
from tests.messages import assert_one_sentence


def test_it_goes_over_the_tokens_and_knows_what_may_stand_next() -> None:
    cursor = Cursor(tokens("a ="))
    assert (cursor.wanted, cursor.after) == (Wanted.CONDITION, "")

    assert cursor.take(Wanted.OPERATOR).said == "a"
    assert (cursor.token.said, cursor.wanted, cursor.after) == ("=", Wanted.OPERATOR, " after “a”")
    cursor.take(Wanted.VALUE)
    assert cursor.token.kind is TokenKind.END


def test_what_is_refused_is_named_with_its_place() -> None:
    for typed, found in (("  x", "“x” at character 3"), ("", "the end of the expression")):
        error = Cursor(tokens(typed)).refused("a value", "add one")
        assert (error.expected, error.found, error.action) == ("a value", found, "add one")
        assert_one_sentence(error)


def test_an_open_quotation_mark_is_what_is_wrong() -> None:
    error = Cursor(tokens(" 'x")).refused("a name", "add one")

    assert error.expected == "a second ' for the one at character 2"


def test_what_was_typed_is_shown_on_one_short_line() -> None:
    assert shown("a\n\x00 b") == "“a b”"
    assert shown("x" * 50) == f"“{'x' * 40}…”"
