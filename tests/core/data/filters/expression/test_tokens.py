import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.filters.expression.tokens import TokenKind, tokens

WORD, NAME, TEXT = TokenKind.WORD, TokenKind.NAME, TokenKind.TEXT
SIGN, OPEN, STRANGE = TokenKind.SIGN, TokenKind.OPEN, TokenKind.STRANGE


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a>=1", [(WORD, "a"), (SIGN, ">="), (TokenKind.NUMBER, "1")]),
        ("a<>b≠c", [(WORD, "a"), (SIGN, "!="), (WORD, "b"), (SIGN, "!="), (WORD, "c")]),
        ("a==b≤c", [(WORD, "a"), (SIGN, "="), (WORD, "b"), (SIGN, "<="), (WORD, "c")]),
        ("1e 2nd 1_0 ٣", [(WORD, "1e"), (WORD, "2nd"), (WORD, "1_0"), (WORD, "٣")]),
        ("'it''s' '' ‘x’’y’ ’z‘", [(TEXT, "it's"), (TEXT, ""), (TEXT, "x'y"), (TEXT, "z")]),
        ('"a""b" `c``d` “e” „f“', [(NAME, 'a"b'), (NAME, "c`d"), (NAME, "e"), (NAME, "f")]),
        ("'it’s' \"'\"", [(TEXT, "it’s"), (NAME, "'")]),
        ("a 'b", [(WORD, "a"), (OPEN, "b")]),
        ("'a''", [(OPEN, "a'")]),
        (
            "a && b; =>",
            [(WORD, "a"), (STRANGE, "&&"), (WORD, "b"), (STRANGE, ";"), (STRANGE, "=>")],
        ),
        ("naïve हिन्दी e\u0301", [(WORD, "naïve"), (WORD, "हिन्दी"), (WORD, "e\u0301")]),
        ("（a，b）", [(SIGN, "("), (WORD, "a"), (SIGN, ","), (WORD, "b"), (SIGN, ")")]),
        ("a\u2060b\u200b", [(WORD, "ab")]),
        (" \u00a0\n", []),
    ],
)
def test_a_text_is_cut_into_words_and_signs(typed: str, found: list[tuple[TokenKind, str]]) -> None:
    assert [(each.kind, each.said) for each in tokens(typed)[:-1]] == found


@pytest.mark.parametrize("typed", ["-1", "+.5", "2.", "1e-3", "12.25E+3", "007"])
def test_numbers_are_taken_whole(typed: str) -> None:
    (number, _) = tokens(typed)

    assert (number.kind, number.said) == (TokenKind.NUMBER, typed)


@pytest.mark.parametrize("typed", ["2026-01-31", "2026-1", "31.1.2026", "1/2/2026"])
def test_dates_without_quotation_marks_are_known_as_such(typed: str) -> None:
    assert [each.kind for each in tokens(typed)] == [TokenKind.DATE, TokenKind.END]


def test_a_minus_of_word_processors_is_one() -> None:
    assert tokens("\u22124")[0].said == "-4"


@given(st.text(st.sampled_from("a1 .-'\"`’“=<&(,é\n")))
def test_tokens_stand_where_they_say_and_leave_out_only_blanks(text: str) -> None:
    *found, end = tokens(text)

    between = text
    for token in reversed(found):
        assert text[token.place - 1 : token.end] == token.typed
        between = between[: token.place - 1] + between[token.end :]
    assert not between.strip()
    assert (end.kind, end.place) == (TokenKind.END, len(text) + 1)
