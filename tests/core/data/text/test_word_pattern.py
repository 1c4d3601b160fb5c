import sys
import unicodedata

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data.text.characters import SEPARATOR, kinds
from core.data.text.spelling import fold
from core.data.text.word_pattern import WORD, word_pattern
from core.data.text.words import split_words
from tests.core.data.text.test_words import cut, texts, words_of

POINTS = [point for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]


def matches(given: list[str], pattern: str) -> list[bool]:
    """Which texts DuckDB finds with a pattern."""
    sql = "SELECT regexp_matches(text, $pattern) FROM given ORDER BY place"
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"place": np.arange(len(given)), "text": given}))
        found = connection.execute(sql, {"pattern": pattern}).fetchall()
    return [match for (match,) in found]


def every_character() -> list[str]:
    return list(map(chr, POINTS))


def test_the_class_of_word_characters_is_the_same_for_splitting_and_for_searching() -> None:
    characters = every_character()
    split = pc.list_value_length(split_words(pa.array(characters))).to_numpy() == 1

    assert split.tolist() == (kinds() != SEPARATOR)[POINTS].tolist()
    assert matches(characters, f"^[{WORD}]$") == split.tolist()


def test_a_character_is_found_by_its_lower_case_and_by_no_other() -> None:
    cased = [c for c in every_character() if unicodedata.category(c) in ("Lu", "Lt", "Ll")]
    cased = [c for c in cased if kinds()[ord(c)] != SEPARATOR]
    lower = [fold(words[0]) for words in cut(*cased)]
    for word in ("k", "s", "i", "å", "σ", "ǆ", "ß", "ss"):
        expected = [small == fold(word) for small in lower]
        assert matches(cased, word_pattern([word])) == expected
    assert cut("Kelvin ſ")[0] == ["kelvin", "ſ"]


SMALL = ["a", "b", "don't", "don", "t", "é", "k", "日", "σ", "a'b", "1", "ที่", "ß", "🙂"]
small_words = st.sampled_from(SMALL)
GAPS = [" ", "\u0301", "\u200d", "  ", ", ", "'", "’", "''", "' ", " '", "—", "", "\n", "日", "_"]
gaps = st.sampled_from(GAPS)
pieces = st.lists(st.tuples(st.one_of(small_words, small_words.map(str.upper)), gaps), max_size=6)


def join(parts: list[tuple[str, str]]) -> str:
    return "".join(word + gap for word, gap in parts)


def has_in_a_row(words: list[str], wanted: list[str]) -> bool:
    starts = range(len(words) - len(wanted) + 1)
    words, wanted = list(map(fold, words)), list(map(fold, wanted))
    return any(words[start : start + len(wanted)] == wanted for start in starts)


@settings(max_examples=40)
@given(
    st.lists(st.one_of(pieces.map(join), texts), min_size=1, max_size=12),
    st.lists(small_words, min_size=1, max_size=3),
)
@example(["don't", "don t", "don''t", "don' t", "t don"], ["don", "t"])
@example(["'a", "a'", "'a'", "b'a", "a'b", "''a''", "b''a", "a\n", "\na"], ["a"])
def test_a_pattern_finds_exactly_the_texts_with_the_words_in_a_row(
    given: list[str], wanted: list[str]
) -> None:
    expected = [has_in_a_row(words, wanted) for words in cut(*given)]

    assert matches(given, word_pattern(wanted)) == expected


@settings(max_examples=40)
@given(st.lists(texts.filter(words_of), min_size=1, max_size=6), st.data())
def test_any_words_of_a_text_are_found_in_it(given: list[str], data: st.DataObject) -> None:
    words = words_of(data.draw(st.sampled_from(given)))
    start = data.draw(st.integers(0, len(words) - 1))
    wanted = words[start : start + data.draw(st.integers(1, 3))]
    expected = [has_in_a_row(words_of(text), wanted) for text in given]

    assert matches(given, word_pattern(wanted)) == expected


def test_the_case_and_apostrophe_of_the_wanted_word_do_not_matter() -> None:
    assert word_pattern(["DON’T"]) == word_pattern(["don't"])


@pytest.mark.parametrize(
    ("word", "found", "others"),
    [
        (
            "café",
            ["café", "Un CAFÉ", "cafe\u0301!", "CAFE\u0301"],
            ["cafe", "cafés", "cafe\u0301s"],
        ),
        ("việt", ["Việt", "Vie\u0302\u0323t", "Vie\u0323\u0302t"], ["viet", "viêt"]),
        ("한국", ["한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"], ["한", "한국어"]),
        ("straße", ["Straße", "STRASSE", "STRAẞE"], ["Strase", "Strassen"]),
        ("strasse", ["straße", "strasse"], ["strase"]),
        ("masssen", ["maßsen", "masßen", "masssen"], ["massen", "maßen"]),
        ("istanbul", ["İstanbul", "i\u0307stanbul", "ISTANBUL"], ["ıstanbul"]),
        ("ολος", ["ΟΛΟΣ", "ολος", "ολοσ"], ["ολο"]),
        ("है", ["है।", "है"], ["हैं", "ह"]),
        ("سلام", ["سلام، علي", "سلام؟"], ["سلامت"]),
        ("ok", ["ok🙂", "🙂ok手", "ok！"], ["oka", "ok\u0301"]),
        ("🙂", ["ok🙂", "🙂🙂", "🙂"], ["ok", "👍"]),
        ("ที", ["ที", "ทีก"], ["ที่"]),
    ],
)
def test_a_word_is_found_however_it_is_written(
    word: str, found: list[str], others: list[str]
) -> None:
    pattern = word_pattern([word])

    assert matches([*found, *others], pattern) == [True] * len(found) + [False] * len(others)


def test_characters_without_spaces_are_found_inside_longer_runs() -> None:
    given = ["那部手机让人满意", "手 机", "买了iPhone手机", "手套机", "机手"]

    assert matches(given, word_pattern(cut("手机")[0])) == [True, True, True, False, False]


def test_a_pattern_of_very_many_words_can_be_used() -> None:
    for word in ("ữ", "手"):
        assert matches([f"{word} " * 500, word], word_pattern([word] * 500)) == [True, False]
