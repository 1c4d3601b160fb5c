import numpy as np
import pyarrow as pa
import pytest

from core.data.text.words import split_words
from core.evaluation.baselines.word_features import (
    WORDS_AND_PAIRS,
    Basis,
    count_terms,
    term_spans,
    tfidf,
)


def test_terms_of_one_text_do_not_count_among_many() -> None:
    vectorizer = tfidf(6, **WORDS_AND_PAIRS)

    features = vectorizer.fit_transform(["a cat", "a dog", "a cat", "x", "y", "z"])

    assert sorted(vectorizer.get_feature_names_out()) == ["a", "a cat", "cat"]
    assert features.dtype == np.float32


def test_among_few_texts_every_term_counts() -> None:
    vectorizer = tfidf(2, **WORDS_AND_PAIRS)

    vectorizer.fit(["one cat", "two"])

    assert sorted(vectorizer.get_feature_names_out()) == ["cat", "one", "one cat", "two"]


def test_accents_tell_words_apart_but_not_how_they_are_composed() -> None:
    vectorizer = tfidf(3, **WORDS_AND_PAIRS)

    vectorizer.fit(["café", "CAFE\u0301", "cafe"])

    assert list(vectorizer.get_feature_names_out()) == ["cafe", "café"]


@pytest.mark.parametrize(
    "text",
    [
        *("it's a_b!", "यह किताब अच्छी है।", "এই বইটি খুব ভালো", "天空 is blue。", "ที่นี่ดี"),
        *("má mà ma", "schön schon", "می\u200cخواهم، كِتاب", "ok🙂👍\U0001f3fd", "ශ්\u200dරී"),
    ],
)
def test_words_are_cut_as_explore_cuts_them_but_for_apostrophes(text: str) -> None:
    vectorizer = tfidf(1, **{**WORDS_AND_PAIRS, "ngram_range": (1, 1)})

    vectorizer.fit([text])

    (words,) = split_words(pa.array([text])).to_pylist()
    parts = {part for word in words for part in word.split("'")}
    assert set(vectorizer.get_feature_names_out()) == parts


def test_terms_stand_where_they_are_in_the_text() -> None:
    text = "Don’t sit in the CAFÉ"

    assert term_spans(text) == [
        ((0, 3), "don"),
        ((4, 5), "t"),
        ((6, 9), "sit"),
        ((10, 12), "in"),
        ((13, 16), "the"),
        ((17, 21), "café"),
    ]


@pytest.mark.parametrize(
    ("texts", "basis", "terms"),
    [
        (["a cat", "a dog"] * 3, Basis.WORDS, 5),
        (["这部手机好", "这部电影差"] * 4, Basis.WORDS, 15),
        (["😡😡", "😀"] * 4, Basis.WORDS, 3),
        (["alpha", "bravo", "charlie", "alfalfa", "braver", "charm"], Basis.PIECES, None),
        (list("abcdefgh"), Basis.NOTHING, 0),
        (["...", "!", "?", "-", ",", "."], Basis.PIECES, None),
        ([], Basis.NOTHING, 0),
    ],
    ids=["words", "no spaces", "emoji", "parts", "nothing shared", "signs", "no texts"],
)
def test_what_texts_share_is_counted_or_it_is_said_that_they_share_nothing(
    texts: list[str], basis: Basis, terms: int | None
) -> None:
    counted = count_terms(texts)

    assert counted.basis is basis
    assert (counted.matrix is None) == (basis is Basis.NOTHING)
    assert bool(basis.sentence) == (basis is not Basis.WORDS)
    if terms is not None:
        assert len(counted.terms) == terms
    if counted.matrix is not None:
        assert counted.matrix.shape == (len(texts), len(counted.terms))
        assert counted.matrix.dtype == np.float32
