import numpy as np

from core.evaluation.baselines.word_features import WORDS_AND_PAIRS, tfidf


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
