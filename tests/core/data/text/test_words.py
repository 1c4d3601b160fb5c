import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.data.text.characters import JOINERS, LETTER, MARK, SEPARATOR, UNIT, kinds
from core.data.text.spelling import spell
from core.data.text.words import hash_strings, index_words, placed_words, split_words

TRICKY = "aAbBzZ09 '’‘“”.,-_!?\t\n\x00\x7f\u00a0\u00ad¿×éÉßİıſKσςΣ\u1680\u200b\u2028、　日本ー🙂𐐀𐐨"
TRICKY += "\u0301\u0323\u0307\u200c\u200dที่กက်क़िۆ।،が\u3099한하👍\U0001f3fd\ufe0f"
texts = st.text(st.one_of(st.sampled_from(TRICKY), st.characters(exclude_categories=["Cs"])))


def kind_of(character: str) -> int:
    return int(kinds()[ord(character)])


def words_of(text: str) -> list[str]:
    """The words of a text, character by character, as the modules' docstrings say it."""
    text = spell(pa.array([text]))[0].as_py()
    found: list[str] = []
    within = 0  # What the last word is made of; SEPARATOR where none goes on.
    for place, character in enumerate(text):
        kind, following = kind_of(character), text[place + 1 : place + 2]
        if kind == MARK and within == UNIT:
            found[-1] += character
        elif kind == UNIT:
            found.append(character)
            within = UNIT
        elif kind in (LETTER, MARK) and within == LETTER:
            found[-1] += character
        elif kind in (LETTER, MARK):
            found.append(character)
            within = LETTER
        elif (
            character in JOINERS
            and within == LETTER
            and text[place - 1] not in JOINERS
            and following
            and kind_of(following) in (LETTER, MARK)
        ):
            found[-1] += character
        else:
            within = SEPARATOR
    return found


def cut(*given: str | None) -> list[list[str]]:
    return split_words(pa.array(given, pa.string())).to_pylist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Why do people ask?", ["why", "do", "people", "ask"]),
        ("Don't, DON’T & dont", ["don't", "don't", "dont"]),
        ("'tis the dogs' ‘quoted’ “words”", ["tis", "the", "dogs", "quoted", "words"]),
        ("rock'n'roll a''b a' b", ["rock'n'roll", "a", "b", "a", "b"]),
        ("3.14 x_y e-mail C++", ["3", "14", "x", "y", "e", "mail", "c"]),
        ("naïve ÉTÉ straße", ["naïve", "été", "straße"]),
        ("日本語、東京　です。", list("日本語東京です")),
        ("iPhone手机，很好！", ["iphone", *"手机很好"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("पिता है। दीन", ["पिता", "है", "दीन"]),
        ("سلام، می\u200cخواهم", ["سلام", "می\u200cخواهم"]),
        ("Tiếng Việt", ["tiếng", "việt"]),
        ("CAFE\u0301 café", ["café", "café"]),
        ("한국어 한국어", ["한국어", "한국어"]),
        ("no\u00a0break—dash…", ["no", "break", "dash"]),
        ("🙂ok👍\U0001f3fd!!❤\ufe0f", ["🙂", "ok", "👍\U0001f3fd", "❤\ufe0f"]),
        ("手'a ที่'a a'手 a''b", ["手", "a", "ที่", "a", "a", "手", "a", "b"]),
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


def test_words_that_fold_to_one_have_one_hash() -> None:
    block = index_words(pa.array(["STRASSE Straße ΟΔΟΣ οδος"]))

    assert len(set(block.hashes.tolist())) == 2
    assert block.vocabulary.to_pylist() == ["strasse", "straße", "οδοσ", "οδος"]


def test_two_characters_of_a_script_without_spaces_count_as_one_word() -> None:
    block = index_words(pa.array(["手机很好用", "a b 手机", "a b", "🙂"]))

    assert block.units.tolist() == [word not in "ab" for word in block.vocabulary.to_pylist()]
    assert block.counts.tolist() == [5, 4, 2, 1]
    assert block.sizes.tolist() == [3, 3, 2, 1]


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
