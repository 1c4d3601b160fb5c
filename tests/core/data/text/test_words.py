import sys
import unicodedata

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.text.words import (
    WORD,
    hash_strings,
    index_words,
    placed_words,
    split_words,
    word_pattern,
)

SEPARATORS = [range(0x80, 0xC0), range(0x2000, 0x2080), range(0x3000, 0x3040)]
TRICKY = "aAbBzZ09 '’‘“”.,-_!?\t\n\x00\x7f\u00a0\u00ad¿×éÉßİıſKσςΣ\u1680\u200b\u2028、　日本ー🙂𐐀𐐨"
texts = st.text(st.one_of(st.sampled_from(TRICKY), st.characters(exclude_categories=["Cs"])))


def lower_of(character: str) -> str:
    """One character for one: the simple mapping of Unicode, which has i for a dotted I."""
    small = character.lower()
    return small if len(small) == 1 else small[0] if character == "İ" else character


def is_letter(character: str) -> bool:
    point = ord(character)
    if point < 0x80:
        return character.isalnum()
    return not any(point in separators for separators in SEPARATORS)


def words_of(text: str) -> list[str]:
    """The words of a text, character by character, as the module's docstring says it."""
    text = "".join(map(lower_of, text.replace("’", "'")))
    words, word = [], ""
    for place, character in enumerate(text):
        inside = 0 < place < len(text) - 1
        joins = character == "'" and inside and is_letter(text[place - 1])
        if is_letter(character) or (joins and is_letter(text[place + 1])):
            word += character
        elif word:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def cut(*given: str | None) -> list[list[str]]:
    return split_words(pa.array(given, pa.string())).to_pylist()


def matches(given: list[str], pattern: str) -> list[bool]:
    """Which texts DuckDB finds with a pattern."""
    sql = "SELECT regexp_matches(text, $pattern) FROM given ORDER BY place"
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"place": np.arange(len(given)), "text": given}))
        found = connection.execute(sql, {"pattern": pattern}).fetchall()
    return [match for (match,) in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Why do people ask?", ["why", "do", "people", "ask"]),
        ("Don't, DON’T & dont", ["don't", "don't", "dont"]),
        ("'tis the dogs' ‘quoted’ “words”", ["tis", "the", "dogs", "quoted", "words"]),
        ("rock'n'roll a''b a' b", ["rock'n'roll", "a", "b", "a", "b"]),
        ("3.14 x_y e-mail C++", ["3", "14", "x", "y", "e", "mail", "c"]),
        ("naïve ÉTÉ straße", ["naïve", "été", "straße"]),
        ("日本語、東京　です。", ["日本語", "東京", "です"]),
        ("no\u00a0break—dash…", ["no", "break", "dash"]),
        ("🙂ok🙂", ["🙂ok🙂"]),
        ("?!… '", []),
        ("", []),
        (" \t\n", []),
    ],
)
def test_words_are_letters_and_digits_with_apostrophes_inside(text: str, words: list[str]) -> None:
    assert cut(text) == [words]
    assert words_of(text) == words


@given(st.lists(texts, max_size=8))
@example(["a", "'", "b"])
@example(["a'", "b", "'c", "d'e"])
@example(["", "", "x", ""])
def test_splitting_is_as_character_by_character(given: list[str]) -> None:
    assert cut(*given) == [words_of(text) for text in given]


def test_a_null_has_no_words_and_a_slice_only_its_own() -> None:
    whole = pa.array(["one", None, "it's two", "", "three"])

    assert split_words(whole).to_pylist() == [["one"], [], ["it's", "two"], [], ["three"]]
    assert split_words(whole[1:4]).to_pylist() == [[], ["it's", "two"], []]
    assert split_words(whole[:0]).to_pylist() == []
    assert split_words(pa.array([""] * 3)).to_pylist() == [[]] * 3


def every_character() -> list[str]:
    return [chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]


def test_the_class_of_word_characters_is_the_same_for_splitting_and_for_searching() -> None:
    characters = every_character()
    split = pc.list_value_length(split_words(pa.array(characters))).to_numpy() == 1

    assert split.tolist() == [is_letter(character) for character in characters]
    assert matches(characters, f"^[{WORD}]$") == split.tolist()


def test_a_character_is_found_by_its_lower_case_and_by_no_other() -> None:
    cased = [c for c in every_character() if unicodedata.category(c) in ("Lu", "Lt", "Ll")]
    cased = [c for c in cased if is_letter(c)]
    lower = [words[0] for words in cut(*cased)]
    for word in ("k", "s", "i", "å", "σ", "ς", "ß", "ǆ"):
        expected = [small == word for small in lower]
        assert matches(cased, word_pattern([word])) == expected
    assert cut("Kelvin ſ")[0] == ["kelvin", "ſ"]


small_words = st.sampled_from(["a", "b", "don't", "don", "t", "é", "k", "日本", "σ", "a'b", "1"])
gaps = st.sampled_from([" ", "  ", ", ", "'", "’", "''", "' ", " '", "—", "", "\n", "日", "_"])
pieces = st.lists(st.tuples(st.one_of(small_words, small_words.map(str.upper)), gaps), max_size=6)


def join(parts: list[tuple[str, str]]) -> str:
    return "".join(word + gap for word, gap in parts)


def has_in_a_row(words: list[str], wanted: list[str]) -> bool:
    starts = range(len(words) - len(wanted) + 1)
    return any(words[start : start + len(wanted)] == wanted for start in starts)


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


@given(st.lists(texts.filter(words_of), min_size=1, max_size=6), st.data())
def test_any_words_of_a_text_are_found_in_it(given: list[str], data: st.DataObject) -> None:
    words = words_of(data.draw(st.sampled_from(given)))
    start = data.draw(st.integers(0, len(words) - 1))
    wanted = words[start : start + data.draw(st.integers(1, 3))]
    expected = [has_in_a_row(words_of(text), wanted) for text in given]

    assert matches(given, word_pattern(wanted)) == expected


def test_the_case_and_apostrophe_of_the_wanted_word_do_not_matter() -> None:
    assert word_pattern(["DON’T"]) == word_pattern(["don't"])


def test_a_block_numbers_the_words_of_its_texts() -> None:
    given = ["b a b", "", "a c", None]
    block = index_words(pa.array(given))
    words = np.array(block.vocabulary.to_pylist(), dtype=object)[block.ids].tolist()

    assert block.vocabulary.to_pylist() == ["b", "a", "c"]
    assert block.counts.tolist() == [3, 0, 2, 0]
    assert words == ["b", "a", "b", "a", "c"]
    assert block.word_hashes[0] == block.word_hashes[2] == hash_strings(pa.array(["b"]))[0]
    assert block.sums(np.arange(5, dtype=np.uint64)).tolist() == [3, 0, 7, 0]


def test_an_empty_block_has_no_words() -> None:
    block = index_words(pa.array([], pa.string()))

    assert len(block.ids) == len(block.counts) == len(block.vocabulary) == 0
    assert index_words(pa.array(["?"])).counts.tolist() == [0]


def test_hashes_depend_on_the_word_alone() -> None:
    words = [f"{number}" for number in range(20_000)]
    hashes = hash_strings(pa.array(words))

    assert len(set(hashes.tolist())) == len(words)
    assert np.array_equal(hash_strings(pa.array(words[::-1])), hashes[::-1])


@given(st.lists(texts, max_size=3))
def test_words_have_places_and_are_those_that_are_cut(given: list[str]) -> None:
    placed = placed_words(given)

    assert [[word for _, word in words] for words in placed] == cut(*given)
    for text, words in zip(given, placed, strict=True):
        for (start, end), word in words:
            assert cut(text[start:end]) == [[word]]
