import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.text.spelling import (
    fold,
    fold_all,
    letters,
    spell,
    spell_and_fold,
    spellings,
)

COMPOSED = "éÉöñçŠžёйệữάΐआक़ড়한국がぱ豈שּׁ"
SOME = COMPOSED + "aIiİıßẞςΣ\u0307\u0301\u0323’'"
texts = st.text(st.one_of(st.sampled_from(SOME), st.characters(exclude_categories=["Cs"])))


def spelled(*given: str) -> list[str]:
    return spell(pa.array(given, pa.string())).to_pylist()


@pytest.mark.parametrize("letter", COMPOSED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_is_spelled_alike_however_it_is_composed(letter: str, form: str) -> None:
    written = unicodedata.normalize(form, letter)

    assert spelled(written) == spelled(letter)
    assert unicodedata.normalize("NFC", spelled(letter)[0]) == spelled(letter)[0]


def test_marks_in_another_order_are_the_same_letter() -> None:
    assert spelled("e\u0302\u0323", "e\u0323\u0302") == ["ệ", "ệ"]


def test_the_dotted_i_of_turkish_is_an_i_and_the_dotless_stays() -> None:
    assert spelled("İ", "i\u0307", "I\u0307", "I", "ı") == ["i", "i", "i", "i", "ı"]


def test_texts_in_ascii_and_composed_ones_are_only_put_in_lower_case() -> None:
    assert spelled("Don’t", "", "ÜBER all", "数 DATA") == ["don't", "", "über all", "数 data"]


def test_a_slice_is_spelled_alone() -> None:
    whole = pa.array(["É", "E\u0301", "x", "", "O\u0308"])

    assert spell(whole[1:3]).to_pylist() == ["é", "x"]
    assert spell(whole[4:]).to_pylist() == ["ö"]
    assert spell(whole[:0]).to_pylist() == []


def test_case_and_place_alone_do_not_tell_folded_words_apart() -> None:
    words = ["straße", "strasse", "λόγος", "λόγοσ", "ascii"]

    assert [fold(word) for word in words] == fold_all(pa.array(words)).to_pylist()
    assert [fold(word) for word in words] == ["strasse", "strasse", "λόγοσ", "λόγοσ", "ascii"]


@given(texts)
def test_one_text_is_spelled_as_many_are(text: str) -> None:
    assert spell_and_fold(text) == fold(spelled(text)[0])


@pytest.mark.parametrize(
    ("letter", "written"),
    [
        ("a", ["a"]),
        ("é", ["é", "e\u0301"]),
        ("i", ["i", "i\u0307"]),
        ("ệ", ["ệ", "ẹ\u0302", "ê\u0323", "e\u0323\u0302", "e\u0302\u0323"]),
        ("한", ["한", "하\u11ab", "\u1112\u1161\u11ab"]),
        ("क\u093c", ["क\u093c", "\u0958"]),
        ("豈", ["豈", "\uf900"]),
    ],
)
def test_all_spellings_of_a_letter_are_known(letter: str, written: list[str]) -> None:
    found = spellings(letter)

    assert set(found) >= set(written)
    assert all(spelled(form) == [letter] for form in found)


def test_a_word_is_cut_into_letters_with_their_marks() -> None:
    assert letters("x\u0323a한b") == ["x\u0323", "a", "한", "b"]
