import re

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.filters.row_filter import Match, RowFilter
from core.data.text.words import split_words
from core.errors import BadInput
from core.explore.hits import find_spans

TEXTS = st.lists(
    st.text(st.sampled_from("abÉé'’ -.K\u212a\u0130中\ufdd0\n"), max_size=20), max_size=4
)


def marked(text: str, row_filter: RowFilter) -> list[str]:
    """What of one text is marked."""
    return [text[start:end] for start, end in find_spans([text], row_filter)[0]]


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("trump", "Trump, trump's TRUMP trumped", ["Trump", "TRUMP"]),
        ("trump", "trump trump", ["trump", "trump"]),
        ('"white house"', "White-House white,  house", ["White-House", "white,  house"]),
        ("don't", "DON’T don't dont", ["DON’T", "don't"]),
        ("a b", "b a", ["b", "a"]),
        ('"a b" b', "a b", ["a b"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("a -b", "a b", ["a"]),
        ("-b", "a b", []),
        ("house", "'house' house'", ["house", "house"]),
        ("été", "Été 中 été", ["Été", "été"]),
        ("k", "\u212a 😀 k", ["\u212a", "k"]),
        ("", "a", []),
    ],
)
def test_words_are_marked_without_the_signs_around_them(
    typed: str, text: str, expected: list[str]
) -> None:
    assert marked(text, RowFilter(typed)) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\bcat\b", "concat cat", ["cat"]),
        ("é+", "Ééa é", ["Éé", "é"]),
        ("a*", "baab", ["aa"]),
        ("x|", "yxy", ["x"]),
        ("^a", "aa", ["a"]),
        ("(b)(c)", "abcbc", ["bc", "bc"]),
        (r"\\0", r"a\0", [r"\0"]),
        ("(?-i)A", "aA", ["A"]),
        ("\ufdd0", "a\ufdd0b", ["\ufdd0"]),
        ("😀.", "a😀bc", ["😀b"]),
        ("z", "a", []),
    ],
)
def test_hits_of_a_regular_expression_are_marked(
    pattern: str, text: str, expected: list[str]
) -> None:
    assert marked(text, RowFilter(pattern, Match.REGEX)) == expected


def test_a_pattern_that_cuts_characters_apart_does_no_harm() -> None:
    for text in ("é中😀", "abc"):
        spans = find_spans([text], RowFilter(r"\C", Match.REGEX))[0]
        assert {place for span in spans for place in span} <= set(range(len(text) + 1))


def test_a_text_with_every_noncharacter_has_no_marks() -> None:
    text = "a" + "".join(chr(point) for point in range(0xFDD0, 0xFDF0))

    assert find_spans([text, "a"], RowFilter("a", Match.REGEX)) == [[], []]


def test_many_hits_in_a_long_text_are_found_in_one_pass() -> None:
    spans = find_spans(["é" * 200_000], RowFilter("é", Match.REGEX))[0]

    assert spans == [(place, place + 1) for place in range(200_000)]


@given(TEXTS, st.sampled_from(["a", "é", "b a", "a b'b", "k", "i", '"a a" b']))
@example(["a a a a"], '"a a" b')
def test_a_text_has_marks_if_it_has_one_of_the_terms(texts: list[str], typed: str) -> None:
    row_filter = RowFilter(typed)
    terms = {term.words for term in row_filter.terms}
    for text, spans in zip(texts, find_spans(texts, row_filter), strict=True):
        words = tuple(split_words(pa.array([text]))[0].as_py())
        runs = {words[a:b] for a in range(len(words)) for b in range(a + 1, len(words) + 1)}
        assert bool(spans) == bool(runs & terms)
        flat = [place for span in spans for place in span]
        assert flat == sorted(flat)
        for start, end in spans:
            inside = tuple(split_words(pa.array([text[start:end]]))[0].as_py())
            assert inside in runs
            assert text[start:end] == text[start:end].strip(" -.\n'’")


@given(
    st.lists(st.text(st.sampled_from("abc é."), max_size=12), max_size=3),
    st.text(st.sampled_from("ab.|[]^+?()é"), min_size=1, max_size=6),
)
@example(["ab"], "a|ab")
def test_hits_stand_where_pythons_stand(texts: list[str], pattern: str) -> None:
    try:
        row_filter = RowFilter(pattern, Match.REGEX)
        python = re.compile(pattern, re.IGNORECASE)
    except (BadInput, re.error, FutureWarning):
        return  # What only one of the two understands is not compared.
    if python.search(""):
        return  # The two go on differently after a hit of nothing.

    expected = [[found.span() for found in python.finditer(text)] for text in texts]
    assert find_spans(texts, row_filter) == expected


@pytest.mark.slow
def test_words_are_cut_where_the_term_table_cuts_them_at_every_character() -> None:
    letters = [chr(point) for point in [*range(1, 0x3100), *range(0xFB00, 0x10000), 0x1F600]]
    texts = [f"a{letter}b" for letter in letters]
    cut = split_words(pa.array(texts))

    for text, words in zip(texts, cut.to_pylist(), strict=True):
        spans = find_spans([text], RowFilter(" ".join(words), Match.PHRASE))[0]
        assert spans == [(0, 3)], text
