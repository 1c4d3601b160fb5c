import numpy as np
import pyarrow as pa
import pytest

from core.data.text.words import split_words
from core.evaluation.baselines.word_features import WORDS_AND_PAIRS, term_spans, tfidf


def test_terms_of_one_text_do_not_count_among_many() -> None:
    vectorizer = tfidf(6, **WORDS_AND_PAIRS)

    features = vectorizer.fit_transform(["a cat", "a dog", "a cat", "x", "y", "z"])

    assert sorted(vectorizer.get_feature_names_out()) == ["a", "a cat", "cat"]
    assert features.dtype == np.float32


def test_among_few_texts_every_term_counts() -> None:
    vectorizer = tfidf(2, **WORDS_AND_PAIRS)

    vectorizer.fit(["one cat", "two"])

    assert sorted(vectorizer.get_feature_names_out()) == ["cat", "one", "one cat", "two"]


def test_accents_do_not_tell_words_apart() -> None:
    vectorizer = tfidf(2)

    vectorizer.fit(["café", "cafe"])

    assert list(vectorizer.get_feature_names_out()) == ["cafe"]


@pytest.mark.parametrize(
    "text", ["it's a_b!", "यह किताब अच्छी है", "এই বইটি খুব ভালো", "天空 is blue。"]
)
def test_words_are_cut_as_explore_cuts_them_but_for_apostrophes(text: str) -> None:
    vectorizer = tfidf(1, **{**WORDS_AND_PAIRS, "ngram_range": (1, 1), "strip_accents": None})

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
        ((17, 21), "cafe"),
    ]
